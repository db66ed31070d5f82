"""The signed list of the custodians' public keys: with which keys tokens are made, since when, and where to ask.

Whoever makes tokens checks every proof against this list, so that no custodian can use a key for one sender that
it does not use for all. The list is signed with the key of receipts, which laptops have pinned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anonymizer.errors import AnonymizerError, ReceiptNotGenuine, ReceiptUnreadable
from anonymizer.oprf.errors import NotAnElement
from anonymizer.oprf.group import check_element
from anonymizer.oprf.messages import is_epoch
from anonymizer.receipts import PublishedKeys, check_receipt, signed

KIND = "clearing-point-linkage"
VERSION = 1
PATH = "/.well-known/clearing-point-linkage.json"
"""Under the clearing point's own address (RFC 8615)."""
LONGEST_LIST = 1024 * 1024
"""Bytes: thousands of rotations."""

LinkageMode = Literal["off", "one_custodian", "two_custodians"]
MODES: tuple[LinkageMode, ...] = ("off", "one_custodian", "two_custodians")


class CustodianRole(StrEnum):
    """Who keeps a key of linkage."""

    CLEARING_POINT = "clearing_point"
    TRUSTEE = "trustee"


class LinkageListRefused(AnonymizerError):
    """The list cannot be read, or the clearing point did not sign it as it stands. No token is made with it."""


@dataclass(frozen=True, slots=True)
class CustodianKey:
    """The public key of one epoch: an element of the group. `until` is None for the one in use."""

    custodian: CustodianRole
    epoch: int
    public_key: bytes
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkageList:
    """How one clearing point links: the mode, the frozen names that stand in every token, and the keys."""

    clearing_point: str
    linkage: LinkageMode
    domain: str
    normalizer: str
    policy: str
    trustee_url: str | None
    keys: tuple[CustodianKey, ...]
    signed_at: datetime

    def key_in_use(self, custodian: CustodianRole) -> CustodianKey:
        """The newest key of a custodian that is in use. Raises LinkageListRefused when there is none."""
        used = [key for key in self.keys if key.custodian is custodian and key.until is None]
        if not used:
            raise LinkageListRefused("The list of the custodians' keys names no key in use for one of them.")
        return max(used, key=lambda key: key.epoch)

    def public_key(self, custodian: CustodianRole, epoch: int) -> bytes:
        """The key of an epoch. Raises LinkageListRefused when there is none."""
        for key in self.keys:
            if key.custodian is custodian and key.epoch == epoch:
                return key.public_key
        raise LinkageListRefused("The list of the custodians' keys names no key of that epoch.")


def write_linkage_list(listed: LinkageList, signing_key: Ed25519PrivateKey) -> dict[str, object]:
    """The list as a signed document, which `read_linkage_list` reads."""
    facts = {
        "kind": KIND,
        "version": VERSION,
        "clearing_point": listed.clearing_point,
        "linkage": listed.linkage,
        "domain": listed.domain,
        "normalizer": listed.normalizer,
        "policy": listed.policy,
        "trustee": {"url": listed.trustee_url} if listed.trustee_url else None,
        "keys": [_written(key) for key in listed.keys],
        "signed_at": listed.signed_at.isoformat(),
    }
    return signed(facts, signing_key)


def read_linkage_list(text: bytes, published: PublishedKeys) -> LinkageList:
    """The list, if the clearing point whose keys these are signed exactly it. Raises LinkageListRefused."""
    document = _document(text)
    try:
        check_receipt(document, published)
    except (ReceiptNotGenuine, ReceiptUnreadable):
        raise LinkageListRefused(
            "The list of the custodians' keys is not signed with the keys by which this machine knows the clearing "
            "point. "
            "Ask the clearing point on another way."
        ) from None
    try:
        return _list(document)
    except (KeyError, ValueError, TypeError, NotAnElement):
        raise _unreadable() from None


def _written(key: CustodianKey) -> dict[str, object]:
    return {
        "custodian": key.custodian.value,
        "epoch": key.epoch,
        "public_key": key.public_key.hex(),
        "since": key.since.isoformat(),
        "until": key.until.isoformat() if key.until else None,
    }


def _document(text: bytes) -> Mapping[str, object]:
    document: object = None
    if len(text) <= LONGEST_LIST:
        try:
            document = json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError):
            document = None
    if not isinstance(document, dict) or (document.get("kind"), document.get("version")) != (KIND, VERSION):
        raise _unreadable()
    return document


def _list(document: Mapping[str, object]) -> LinkageList:
    match document:
        case {
            "clearing_point": str() as clearing_point,
            "linkage": str() as linkage,
            "domain": str() as domain,
            "normalizer": str() as normalizer,
            "policy": str() as policy,
            "trustee": trustee,
            "keys": [*keys],
            "signed_at": str() as signed_at,
        }:
            return LinkageList(
                clearing_point=clearing_point,
                linkage=_mode(linkage),
                domain=domain,
                normalizer=normalizer,
                policy=policy,
                trustee_url=_trustee_url(trustee),
                keys=tuple(_key(entry) for entry in keys),
                signed_at=datetime.fromisoformat(signed_at),
            )
        case _:
            raise _unreadable()


def _mode(text: str) -> LinkageMode:
    for mode in MODES:
        if mode == text:
            return mode
    raise _unreadable()


def _trustee_url(entry: object) -> str | None:
    match entry:
        case None:
            return None
        case {"url": str() as url}:
            return url
        case _:
            raise _unreadable()


def _key(entry: object) -> CustodianKey:
    match entry:
        case {
            "custodian": str() as custodian,
            "epoch": int() as epoch,
            "public_key": str() as public_key,
            "since": str() as since,
            "until": None | str() as until,
        } if is_epoch(epoch):
            return CustodianKey(
                CustodianRole(custodian),
                epoch,
                check_element(bytes.fromhex(public_key)),
                datetime.fromisoformat(since),
                datetime.fromisoformat(until) if until else None,
            )
        case _:
            raise _unreadable()


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A member comes twice.")
    return members


def _unreadable() -> LinkageListRefused:
    return LinkageListRefused("There is no list of the custodians' keys at the clearing point's address.")
