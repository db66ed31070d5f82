"""The signed list of the custodians' keys: what it says, and what is not believed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anonymizer.linking.custodians import (
    CustodianKey,
    CustodianRole,
    LinkageList,
    LinkageListRefused,
    read_linkage_list,
    write_linkage_list,
)
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.receipts import PublishedKey, PublishedKeys, key_id_of, signed
from tests.factories import NOON

SIGNING = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = SIGNING.public_key().public_bytes_raw()
PINNED = PublishedKeys("https://point.example", (PublishedKey(key_id_of(PUBLIC), PUBLIC, NOON, None),))
OURS, TRUSTEES = CustodianRole.CLEARING_POINT, CustodianRole.TRUSTEE
LISTED = LinkageList(
    clearing_point="https://point.example",
    linkage="two_custodians",
    domain="clearpoint.see.v1",
    normalizer="seekey/1",
    policy="see-thb/2026.1",
    trustee_url="https://trustee.example",
    keys=(
        CustodianKey(OURS, 1, hash_to_group(b"1"), NOON, NOON + timedelta(days=9)),
        CustodianKey(OURS, 2, hash_to_group(b"2"), NOON + timedelta(days=9)),
        CustodianKey(TRUSTEES, 1, hash_to_group(b"3"), NOON),
    ),
    signed_at=NOON,
)


def written(listed: LinkageList = LISTED) -> bytes:
    return json.dumps(write_linkage_list(listed, SIGNING)).encode()


def test_what_is_written_is_read() -> None:
    """Modes, names, times and keys."""
    assert read_linkage_list(written(), PINNED) == LISTED


def test_the_newest_key_in_use_makes_new_tokens_and_older_ones_are_still_known() -> None:
    """A token carries its epoch."""
    listed = read_linkage_list(written(), PINNED)

    assert listed.key_in_use(OURS).epoch == 2
    assert listed.public_key(OURS, 1) == hash_to_group(b"1")
    with pytest.raises(LinkageListRefused):
        listed.public_key(TRUSTEES, 2)
    with pytest.raises(LinkageListRefused):
        replace(listed, keys=()).key_in_use(OURS)


def test_another_signature_is_not_believed() -> None:
    """Neither another key's, nor a list of another clearing point, nor one that was changed."""
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    changed = written().replace(b"trustee.example", b"stranger.example")

    for text in (
        json.dumps(write_linkage_list(LISTED, stranger)).encode(),
        written(replace(LISTED, clearing_point="https://other.example")),
        changed,
    ):
        with pytest.raises(LinkageListRefused, match="not signed"):
            read_linkage_list(text, PINNED)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"linkage": "three_custodians"}, id="mode"),
        pytest.param({"keys": [{"custodian": "trustee", "epoch": 0}]}, id="half-a-key"),
        pytest.param({"keys": "none"}, id="no-keys"),
        pytest.param({"trustee": "https://trustee.example"}, id="trustee"),
        pytest.param({"kind": "clearing-point-receipt"}, id="another-document"),
        pytest.param({"version": 2}, id="another-version"),
    ],
)
def test_a_list_of_another_form_is_refused_though_it_is_signed(change: dict[str, object]) -> None:
    """Nothing is guessed."""
    facts = {
        name: fact
        for name, fact in write_linkage_list(LISTED, SIGNING).items()
        if name not in ("key_id", "signature")
    }

    with pytest.raises(LinkageListRefused):
        read_linkage_list(json.dumps(signed({**facts, **change}, SIGNING)).encode(), PINNED)


def test_the_identity_is_no_key() -> None:
    """With it every token would be the same."""
    with pytest.raises(LinkageListRefused):
        read_linkage_list(written(replace(LISTED, keys=(CustodianKey(OURS, 1, bytes(32), NOON),))), PINNED)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"kind":1,"kind":1}', b"[" * 100_000])
def test_what_is_no_list_is_refused(text: bytes) -> None:
    """Also a member that comes twice."""
    with pytest.raises(LinkageListRefused):
        read_linkage_list(text, PINNED)
