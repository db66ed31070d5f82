"""Receipts: genuine as they were signed, refused when one letter, one key or one moment is another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from anonymizer.canonical_json import canonical_json
from anonymizer.errors import ReceiptNotGenuine, ReceiptUnreadable
from anonymizer.policy import policy_version
from anonymizer.receipts import (
    PublishedKey,
    PublishedKeys,
    check_receipt,
    key_id_of,
    read_keys,
    read_receipt,
    signed,
    write_keys,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
SIGNED_AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
POINT = "https://clearing.example"
FACTS: dict[str, object] = {
    "clearing_point": POINT,
    "signed_at": SIGNED_AT.isoformat(),
    "batch_id": "0199f3a0-0000-7000-8000-000000000001",
    "organization": "склониште",
    "law": None,
    "digest": "sha256:00",
    "received": 3,
    "modules": {"referral": {"received": 2}},
}
RECEIPT = signed(FACTS, KEY)


def published(*keys: Ed25519PrivateKey, until: datetime | None = None) -> PublishedKeys:
    raw = [key.public_key().public_bytes_raw() for key in keys]
    return PublishedKeys(
        POINT, tuple(PublishedKey(key_id_of(one), one, SIGNED_AT - timedelta(days=1), until) for one in raw)
    )


KEYS = published(KEY)


def test_a_receipt_that_was_signed_is_genuine() -> None:
    """Also after it went through a file, in any order of its members and with any spaces."""
    shuffled = dict(reversed(RECEIPT.items()))

    check_receipt(RECEIPT, KEYS)
    check_receipt(read_receipt(json.dumps(shuffled, indent=3).encode()), KEYS)


def test_the_signature_is_the_one_that_the_standard_gives() -> None:
    """Held to a value, so that a receipt of today verifies in ten years: RFC 8032 over RFC 8785."""
    assert key_id_of(KEY.public_key().public_bytes_raw()) == "56475aa75463474c"
    assert canonical_json({"b": 1, "a": "ž"}) == '{"a":"ž","b":1}'.encode()
    assert signed({"b": 1, "a": "ž"}, KEY)["signature"] == SIGNATURE_OF_A_SMALL_ONE


SIGNATURE_OF_A_SMALL_ONE = (
    "k_sHCUYHBBvwjxUJEQ41fT2VmJaKG3MhxpQVpxPz-EGLBCXwLf8xbn_TXSf3lSvg3psozbROapuvM5h7lql7Bg"
)


@pytest.mark.parametrize("name", sorted(set(RECEIPT) - {"kind", "version"}))
def test_a_receipt_in_which_one_member_is_another_is_not_genuine(name: str) -> None:
    """Every member is under the signature."""
    other: dict[str, object] = {
        "received": 4,
        "law": "RS-1",
        "modules": {"referral": {"received": 3}},
        "signed_at": (SIGNED_AT + timedelta(seconds=1)).isoformat(),
        "signature": signed({**FACTS, "received": 4}, KEY)["signature"],
    }
    changed = {**RECEIPT, name: other.get(name, "other")}

    with pytest.raises(ReceiptNotGenuine):
        check_receipt(changed, KEYS)


@pytest.mark.parametrize(
    "changed",
    [
        {**RECEIPT, "withdrawn_at": "2026-01-01"},
        {name: fact for name, fact in RECEIPT.items() if name != "digest"},
        {**RECEIPT, "received": 3.0},
        {**RECEIPT, "received": True},
        {**RECEIPT, "signature": str(RECEIPT["signature"]) + "="},
        {**RECEIPT, "signature": ""},
        {**RECEIPT, "batch_id": "\ud800"},
    ],
)
def test_a_receipt_with_more_or_less_in_it_is_not_genuine(changed: dict[str, object]) -> None:
    """A member added, one taken away, a number written in another way, another way of writing the signature."""
    with pytest.raises(ReceiptNotGenuine):
        check_receipt(changed, KEYS)


def test_a_key_that_is_not_published_signs_nothing() -> None:
    """Whoever makes a key of their own can sign; nobody published it."""
    with pytest.raises(ReceiptNotGenuine, match="not among the published"):
        check_receipt(signed(FACTS, OTHER_KEY), KEYS)


def test_a_foreign_signature_under_a_published_name_is_not_genuine() -> None:
    """The key id is a name; the bytes decide."""
    forged = {**signed(FACTS, OTHER_KEY), "key_id": RECEIPT["key_id"]}

    with pytest.raises(ReceiptNotGenuine, match="signature does not fit"):
        check_receipt(forged, KEYS)


def test_the_keys_of_another_clearing_point_say_nothing() -> None:
    """Even if it had the same key."""
    with pytest.raises(ReceiptNotGenuine, match="another clearing point"):
        check_receipt(RECEIPT, replace(KEYS, clearing_point="https://other.example"))


@pytest.mark.parametrize("seconds", [-1, 1])
def test_a_key_signs_only_while_it_is_in_use(seconds: int) -> None:
    """A retired key that was stolen later cannot say that it signed today, nor one that was not made yet."""
    moment = SIGNED_AT + timedelta(seconds=seconds)
    [key] = KEYS.keys
    within = replace(key, since=SIGNED_AT, until=SIGNED_AT)

    check_receipt(RECEIPT, replace(KEYS, keys=(within,)))
    with pytest.raises(ReceiptNotGenuine, match="not in use"):
        check_receipt(signed({**FACTS, "signed_at": moment.isoformat()}, KEY), replace(KEYS, keys=(within,)))


def test_a_receipt_is_found_in_the_answer_to_its_batch() -> None:
    """What `send --json` prints is as good as the receipt alone."""
    answer = json.dumps({"status": "OK", "conflicts": [], "receipt": RECEIPT}).encode()

    assert read_receipt(answer) == RECEIPT


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"receipt": null}',
        b'{"kind": "clearing-point-receipt"}',
        b'{"kind": "clearing-point-receipt", "version": 2}',
        b'{"kind": "other", "version": 1}',
        b"\xff\xfe{\x00",
        json.dumps(RECEIPT)[:-1].encode() + b', "received": 9}',
        b'{"a": ' * 10_000,
    ],
)
def test_a_file_without_a_receipt_is_told_as_such(text: bytes) -> None:
    """Unreadable is not the same as not genuine. A member that comes twice could be read in two ways."""
    with pytest.raises(ReceiptUnreadable):
        read_receipt(text)


@pytest.mark.parametrize("name", ["signature", "signed_at"])
def test_a_receipt_without_its_signature_or_its_time_is_unreadable(name: str) -> None:
    """Receipts from before there were signatures have none."""
    with pytest.raises(ReceiptUnreadable):
        check_receipt({key: fact for key, fact in RECEIPT.items() if key != name}, KEYS)


def test_keys_are_read_as_they_were_written() -> None:
    """With the retired ones."""
    both = published(KEY, OTHER_KEY, until=SIGNED_AT)

    assert read_keys(json.dumps(write_keys(both)).encode()) == both


@pytest.mark.parametrize(
    "change",
    [
        {"key_id": "0" * 16},
        {"algorithm": "none"},
        {"public_key": "AAAA"},
        {"public_key": 7},
        {"since": "yesterday"},
        {"since": "2026-03-02"},
        {"until": "x"},
    ],
)
def test_keys_that_contradict_themselves_are_refused(change: dict[str, object]) -> None:
    """A name that its bytes do not give, another algorithm, a time without its zone."""
    written = json.loads(json.dumps(write_keys(KEYS)))
    written["keys"][0] |= change

    with pytest.raises(ReceiptUnreadable):
        read_keys(json.dumps(written).encode())


@pytest.mark.parametrize("text", [b"{}", b'{"clearing_point": "x", "keys": []}', b'{"keys": [1]}', b"[]"])
def test_a_file_without_keys_is_told_as_such(text: bytes) -> None:
    """An empty list verifies nothing."""
    with pytest.raises(ReceiptUnreadable):
        read_keys(text)


@given(st.binary(max_size=200))
def test_no_file_makes_reading_fail_in_another_way(text: bytes) -> None:
    """Whatever it is, it is told as unreadable."""
    for read in (read_receipt, read_keys):
        with pytest.raises(ReceiptUnreadable):
            read(text)


def test_the_policy_has_one_short_name() -> None:
    """The digest of the treatments: 64 digits that say under which rules a case was cleared."""
    name = policy_version()

    assert name.startswith("sha256:")
    assert len(name) == len("sha256:") + 64
