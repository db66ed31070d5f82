"""Keeps the public keys of clearing points on this machine, so that receipts verify without a connection.

The first keys that an address shows are trusted; others later are told loudly and never taken in silence, also when
they come under another name. Beside them stands what was last seen there of the list of custodians.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import write_private
from anonymizer.commands.printing import say
from anonymizer.errors import ReceiptUnreadable
from anonymizer.receipts import PublishedKeys, read_keys, write_keys
from anonymizer.sending import ClearingPoint
from anonymizer.sending_errors import SendingError

KEPT = "signing_keys.json"
LONGEST_FILE = 4 * 1024 * 1024
"""Bytes: thousands of keys."""
OTHER_KEYS = (
    "ATTENTION: the clearing point publishes other signing keys, or another name, than this machine has kept. After a "
    "change that was announced, take them with `clearpoint receipt fetch BATCH --trust-new-keys`. Otherwise "
    "ask the clearing point on another way than this one, and trust no receipt that verifies with the new keys alone."
)
DAMAGED = (
    "The file with the kept signing keys is damaged. Remove signing_keys.json from ~/.config/clearpoint after "
    "comparing the keys with the clearing point."
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What an address has shown: under which name, the moment of its newest list of custodians, and its trustee."""

    clearing_point: str
    signed_at: datetime | None = None
    trustee_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    known: dict[str, PublishedKeys]
    """By the clearing point's own name."""
    seen: dict[str, Seen]
    """By the address that was asked."""

    def at(self, address: str) -> Seen | None:
        """What that address has shown; a name that was kept before addresses were is its own address."""
        place = _place(address)
        names = [name for name in self.known if _place(name) == place]
        return self.seen.get(place) or (Seen(names[0]) if names else None)


def keep_keys(point: ClearingPoint, folder: Path, *, trust_new: bool = False) -> None:
    """Keep the keys that a clearing point publishes, if this is the first time; else tell when they are others.

    A clearing point that cannot be asked for keys is no reason to stop: nothing is kept then.
    """
    published = _published(point)
    if published is not None:
        _keep(published, point.address, folder, trust_new=trust_new)


def trusted_keys(point: ClearingPoint, folder: Path) -> PublishedKeys | None:
    """The keys by which this machine knows the clearing point at this address; kept now, if this is the first time."""
    published = _published(point)
    if published is None:
        return None
    _keep(published, point.address, folder, trust_new=False)
    kept = _kept(folder)
    seen = kept.at(point.address)
    return None if seen is None else kept.known.get(seen.clearing_point)


def kept_keys(folder: Path, clearing_point: str) -> PublishedKeys | None:
    """The kept keys of the clearing point with this name."""
    return _kept(folder).known.get(clearing_point)


def seen_at(folder: Path, address: str) -> Seen | None:
    """What this address has shown before."""
    return _kept(folder).at(address)


def note_seen(folder: Path, address: str, seen: Seen) -> None:
    """Remember what it shows now."""
    kept = _kept(folder)
    if kept.at(address) != seen:
        _write(folder, replace(kept, seen={**kept.seen, _place(address): seen}))


def _published(point: ClearingPoint) -> PublishedKeys | None:
    try:
        text = point.read_signing_keys()
        return read_keys(text) if text else None
    except (SendingError, ReceiptUnreadable):
        return None


def _keep(published: PublishedKeys, address: str, folder: Path, *, trust_new: bool) -> None:
    kept = _kept(folder)
    name = published.clearing_point
    seen, known = kept.at(address), kept.known.get(name)
    is_other_name = seen is not None and seen.clearing_point != name
    is_other_key = known is not None and known.fingerprints() != published.fingerprints()
    if (is_other_name or is_other_key) and not trust_new:
        say(OTHER_KEYS)
        return
    if known is None:
        newest = published.keys[-1].key_id
        say(
            f"The keys that sign this clearing point's receipts are kept here from now on (newest: {newest})."
        )
    place = _place(address)
    now = _Kept(
        {**kept.known, name: published},
        {**kept.seen, place: replace(seen or Seen(name), clearing_point=name)},
    )
    if now != kept:
        _write(folder, now)


def _place(address: str) -> str:
    return address.rstrip("/")


def _kept(folder: Path) -> _Kept:
    try:
        with (folder / KEPT).open("rb") as file:
            text = file.read(LONGEST_FILE)
        document = json.loads(text)
        known = [read_keys(json.dumps(entry).encode()) for entry in document["known"]]
        seen = {address: _seen(entry) for address, entry in document.get("seen", {}).items()}
    except FileNotFoundError:
        return _Kept({}, {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ReceiptUnreadable):
        raise Stop(DAMAGED, ExitCode.INPUT_BAD) from None
    return _Kept({keys.clearing_point: keys for keys in known}, seen)


def _seen(entry: dict[str, str | None]) -> Seen:
    signed_at = entry["signed_at"]
    moment = datetime.fromisoformat(signed_at) if signed_at else None
    return Seen(str(entry["clearing_point"]), moment, entry["trustee_url"])


def _write(folder: Path, kept: _Kept) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seen = {
        address: {
            "clearing_point": one.clearing_point,
            "signed_at": one.signed_at.isoformat() if one.signed_at else None,
            "trustee_url": one.trustee_url,
        }
        for address, one in kept.seen.items()
    }
    document = {"known": [write_keys(keys) for keys in kept.known.values()], "seen": seen}
    write_private(folder / KEPT, [json.dumps(document, indent=1).encode()], replace=True)
