"""Asking the trustee for the factor of its rotation. It comes sealed, and is opened and tried before it is used."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from anonymizer.linking.calling import NOT_A_CUSTODIAN, Custodian, fetch_published
from anonymizer.linking.custodians import CustodianKey
from anonymizer.sending_errors import CallRefused
from app.domain.errors import StateDoesNotAllow
from app.key_store import KeyStore, Purpose
from app.services.trustee_access import credential_at_trustee, pin_keys, pinned_keys, read_trustee_keys

NOT_CONNECTED = "No trustee is connected. Connect it with `clearpoint trustee connect`."
NO_ROTATION = "The trustee has not begun a rotation. It does so with `clearpoint trustee rotate`."


@dataclass(frozen=True, slots=True)
class SealedFactor:
    """What leads from one key of the trustee to the next, for the clearing point's sealing key alone."""

    old: CustodianKey
    new: CustodianKey
    sealed: bytes = field(repr=False)


def fetch_sealed_factor(
    url: str, trustee_folder: Path, *, keys_path: str, transport: httpx.BaseTransport | None = None
) -> SealedFactor:
    """Read and pin the trustee's keys, which it shows under `keys_path`, and ask for the factor of the newest two.

    Raises StateDoesNotAllow, SendingError, and KeyStoreError when the trustee shows another key than the pinned one.
    """
    credential = credential_at_trustee(trustee_folder)
    if credential is None:
        raise StateDoesNotAllow(NOT_CONNECTED)
    published = fetch_published(url.rstrip("/") + keys_path, transport=transport)
    if published is None:
        raise CallRefused(NOT_A_CUSTODIAN)
    pin_keys(trustee_folder, read_trustee_keys(published))
    keys = pinned_keys(trustee_folder)
    if len(keys) < 2:
        raise StateDoesNotAllow(NO_ROTATION)
    old, new = keys[-2:]

    asked = {"from_epoch": old.epoch, "to_epoch": new.epoch}
    with Custodian(url, credential, transport=transport) as trustee:
        answer = trustee.post("rotations", dict(asked))
    return SealedFactor(old, new, _sealed(answer, asked))


def accepted_trustee_epochs(key_store: KeyStore, trustee_folder: Path | None) -> tuple[int, ...]:
    """The epochs of k2 with which tokens may come in: the newest, and while a rotation runs the one before, too.

    After it a sender has to make the tokens again, because nobody has the factor any more.
    """
    keys, factor = pinned_keys(trustee_folder), key_store.factors.find(Purpose.TRUSTEE)
    newest = (keys[-1].epoch,) if keys else ()
    return (factor.old, *newest) if factor else newest


def _sealed(answer: httpx.Response, asked: dict[str, int]) -> bytes:
    try:
        match answer.json():
            case {"sealed": str() as sealed, **epochs} if epochs == asked:
                return urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    except (ValueError, RecursionError, binascii.Error):
        pass
    raise CallRefused(NOT_A_CUSTODIAN)
