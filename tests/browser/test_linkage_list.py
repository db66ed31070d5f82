"""The signed list of the custodians' keys: a browser believes exactly what a laptop believes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anonymizer.canonical_json import canonical_json
from anonymizer.linking.custodians import (
    CustodianKey,
    CustodianRole,
    LinkageList,
    LinkageListRefused,
    read_linkage_list,
    write_linkage_list,
)
from anonymizer.oprf.protocol import derive_key_pair
from anonymizer.receipts import PublishedKey, PublishedKeys, key_id_of, signed, write_keys
from tests.browser.node import run

SINCE = datetime(2026, 1, 1, 8, tzinfo=UTC)
ROTATED = datetime(2026, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)
SIGNED = datetime(2026, 4, 1, 8, 30, 15, 123_456, tzinfo=UTC)
SIGNER = Ed25519PrivateKey.from_private_bytes(b"\3" * 32)
PUBLIC = SIGNER.public_key().public_bytes_raw()
PUBLISHED = PublishedKeys("Clearing point", (PublishedKey(key_id_of(PUBLIC), PUBLIC, SINCE, None),))


def public_key(seed: int) -> bytes:
    return derive_key_pair(bytes([seed]) * 32, b"test").public


LISTED = LinkageList(
    clearing_point="Clearing point",
    linkage="two_custodians",
    domain="clearpoint.see.v1",
    normalizer="seekey/1",
    policy="see-thb/2026.1",
    trustee_url="https://trustee.example",
    keys=(
        CustodianKey(CustodianRole.CLEARING_POINT, 1, public_key(1), SINCE, ROTATED),
        CustodianKey(CustodianRole.CLEARING_POINT, 2, public_key(2), ROTATED),
        CustodianKey(CustodianRole.TRUSTEE, 1, public_key(3), SINCE),
    ),
    signed_at=SIGNED,
)

READ = """
import { keyInUse, readLinkageList } from "./custodians.js";
import { readPublishedKeys } from "./signed_documents.js";
const read = (list) => {
  try {
    const { trusteeUrl, linkage, domain, normalizer, policy, keys, ...rest } =
      readLinkageList(list, readPublishedKeys(given.published));
    const used = ["clearing_point", "trustee"].map((one) => keyInUse({ keys }, one));
    return [linkage, domain, normalizer, policy, trusteeUrl,
      used.map(({ epoch, publicKey }) => [epoch, hex(publicKey)]), Object.keys(rest)];
  } catch (error) { return error.code; }
};
answer(given.lists.map(read));
"""


def read(*lists: str, published: PublishedKeys = PUBLISHED) -> Any:
    return run(READ, {"lists": lists, "published": json.dumps(write_keys(published))})


def test_a_list_that_was_signed_is_read_as_in_python() -> None:
    """The newest key in use of each custodian, with its epoch; without a trustee too."""
    alone = replace(LISTED, linkage="one_custodian", trustee_url=None)
    texts = [json.dumps(write_linkage_list(one, SIGNER)) for one in (LISTED, alone)]
    names = ["clearpoint.see.v1", "seekey/1", "see-thb/2026.1"]
    used = [[2, public_key(2).hex()], [1, public_key(3).hex()]]

    assert read(*texts) == [
        ["two_custodians", *names, "https://trustee.example", used, []],
        ["one_custodian", *names, None, used, []],
    ]
    assert read_linkage_list(texts[0].encode(), PUBLISHED) == LISTED


def another_key(document: dict[str, Any]) -> dict[str, Any]:
    document["keys"][2]["public_key"] = public_key(9).hex()
    return document


def another_trustee(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "trustee": {"url": "https://other.example"}}


def another_name(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "clearing_point": "Another"}


def one_member_more(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "more": 1}


def no_signature(document: dict[str, Any]) -> dict[str, Any]:
    return {name: fact for name, fact in document.items() if name != "signature"}


def by_another_signer(document: dict[str, Any]) -> dict[str, Any]:
    return write_linkage_list(LISTED, Ed25519PrivateKey.from_private_bytes(b"\4" * 32))


def by_another_signer_with_our_key_id(document: dict[str, Any]) -> dict[str, Any]:
    return {**by_another_signer(document), "key_id": document["key_id"]}


def before_the_key_was_used(document: dict[str, Any]) -> dict[str, Any]:
    return write_linkage_list(replace(LISTED, signed_at=datetime(2025, 1, 1, tzinfo=UTC)), SIGNER)


def of_another_kind(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "kind": "clearing-point-receipt"}


def signed_again(**changed: object) -> dict[str, Any]:
    facts = write_linkage_list(LISTED, SIGNER)
    kept = {name: fact for name, fact in facts.items() if name not in ("signature", "key_id")}
    return signed({**kept, **changed}, SIGNER)


def with_the_identity(document: dict[str, Any]) -> dict[str, Any]:
    return signed_again(keys=[{**document["keys"][0], "public_key": "00" * 32}])


def with_epoch_zero(document: dict[str, Any]) -> dict[str, Any]:
    return signed_again(keys=[{**document["keys"][0], "epoch": 0}])


def in_another_mode(document: dict[str, Any]) -> dict[str, Any]:
    return signed_again(linkage="three_custodians")


def without_a_key_in_use(document: dict[str, Any]) -> dict[str, Any]:
    return signed_again(keys=document["keys"][:1])


def with_a_custodian_more(document: dict[str, Any]) -> dict[str, Any]:
    return signed_again(keys=[{**document["keys"][0], "custodian": "somebody"}])


CHANGES = [
    another_key, another_trustee, another_name, one_member_more, no_signature, by_another_signer,
    by_another_signer_with_our_key_id, before_the_key_was_used, of_another_kind, with_the_identity,
    with_epoch_zero, in_another_mode, without_a_key_in_use, with_a_custodian_more,
]  # fmt: skip


@pytest.mark.parametrize("changed", CHANGES, ids=lambda change: change.__name__)
def test_a_list_that_was_changed_is_refused_as_in_python(
    changed: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Whatever was changed, by whomever, also what was signed but cannot be."""
    text = json.dumps(changed(json.loads(json.dumps(write_linkage_list(LISTED, SIGNER)))))

    [found] = read(text)

    assert found in ("not_genuine", "unreadable")
    with pytest.raises(LinkageListRefused):
        read_linkage_list(text.encode(), PUBLISHED).key_in_use(CustodianRole.TRUSTEE)


def test_what_is_no_list_is_refused() -> None:
    """A page instead of JSON, a list, nothing."""
    assert read("<html>", "[]", "null", "", '{"kind": 1}') == ["unreadable"] * 5


def test_published_keys_must_have_the_names_that_their_bytes_give() -> None:
    """As in Python: one wrong key spoils them all."""
    wrong = PublishedKeys("Clearing point", (replace(PUBLISHED.keys[0], key_id="0" * 16),))

    assert read(json.dumps(write_linkage_list(LISTED, SIGNER)), published=wrong) == ["unreadable"]


DOCUMENTS: list[dict[str, Any]] = [
    {},
    {"b": [3, None, True], "a": {"d": -1, "c": False}},
    dict.fromkeys(["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6", "10", "9"], 0),
    {"t": '€$\x0f\nA\'B"\\\\"/\x7f\u2028\u2029\b\t\f', "n": 2**53 - 1, "__proto__": {"z": 1}},
]


def test_documents_have_the_same_canonical_form() -> None:
    """RFC 8785: members in the order of their UTF-16 code units, texts with the short escapes."""
    found = run(
        """
        import { canonicalJson } from "./signed_documents.js";
        answer(given.map((one) => hex(canonicalJson(JSON.parse(one)))));
        """,
        [json.dumps(document) for document in DOCUMENTS],
    )

    assert found == [canonical_json(document).hex() for document in DOCUMENTS]


def test_what_could_be_written_in_two_ways_is_refused() -> None:
    """Fractions, numbers that are rounded, and what is nested too deeply."""
    found = run(
        """
        import { canonicalJson } from "./signed_documents.js";
        answer(given.map((one) => failure(() => canonicalJson(JSON.parse(one)))));
        """,
        ['{"a":1.5}', '{"a":9007199254740993}', '{"a":' + "[" * 9 + "]" * 9 + "}"],
    )

    assert found == ["not_canonical"] * 3
