"""The demo's second custodian: a trustee with a home of its own, to which the region is made known.

In earnest another body runs it on another machine. Here it serves beside the clearing point and shares nothing with
it but the address.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path

from app.demo.organizations import SENDERS
from app.edge.premises import Premises
from app.key_store import sealing_public_key
from app.services.trustee_access import keep_credential, pin_keys, read_trustee_keys
from app.trustee import TrusteePremises
from app.trustee.answering import published_keys
from app.trustee.register import Registered

LOCALHOST = "127.0.0.1"
CLEARING_POINT = "clearing-point"
ELEMENTS_A_DAY = 160_000
"""5,000 cases: more than any invented organization has, so that the whole demo goes in one day."""


def kept_port(home: Path) -> int:
    """The port of this home's trustee: a free one the first time, and then the same, which stands in the key files."""
    kept = home / "port"
    if not kept.exists():
        with socket.create_server((LOCALHOST, 0)) as free:
            kept.write_text(f"{free.getsockname()[1]}\n", encoding="ascii")
    return int(kept.read_text(encoding="ascii"))


def connect_region(premises: Premises, trustee: TrusteePremises, key_files: Mapping[str, Path]) -> None:
    """Register who is not registered yet, and give each laptop its key at the trustee with the address it goes to.

    `key_files` by organization.
    """
    known = {one.organization.code for one in trustee.register.asked_on(trustee.clock().date())}
    folder = premises.linkage.trustee_folder
    if folder is None:
        return
    if CLEARING_POINT not in known:
        sealing_key = sealing_public_key(premises.key_store.sealing_key())
        keep_credential(folder, _register(trustee, CLEARING_POINT, sealing_key))
    pin_keys(folder, read_trustee_keys(json.dumps(published_keys(trustee)).encode()))
    address = f"trustee_url = {premises.linkage.trustee_url}\n" if premises.linkage.trustee_url else ""
    for sender in SENDERS:
        if sender.code not in known:
            key = _register(trustee, sender.code, None)
            with key_files[sender.code].open("a", encoding="ascii") as file:
                file.write(f"trustee_key = {key}\n{address}")


def _register(trustee: TrusteePremises, code: str, sealing_key: bytes | None) -> str:
    new = Registered(code, ELEMENTS_A_DAY, sealing_key)
    return trustee.register.add(new, now=trustee.clock(), random=trustee.random)
