"""Keeps the public keys of clearing points on this machine, so that receipts verify without a connection.

The first keys that a clearing point shows are trusted; others later are told loudly and never taken in silence.
"""

from __future__ import annotations

import json
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
    "ATTENTION: the clearing point publishes other signing keys than those that this machine has kept. After a "
    "change of keys that was announced, take them with `clearpoint receipt fetch BATCH --trust-new-keys`. Otherwise "
    "ask the clearing point on another way than this one, and trust no receipt that verifies with the new keys alone."
)
DAMAGED = (
    "The file with the kept signing keys is damaged. Remove signing_keys.json from ~/.config/clearpoint after "
    "comparing the keys with the clearing point."
)


def keep_keys(point: ClearingPoint, folder: Path, *, trust_new: bool = False) -> None:
    """Keep the keys that a clearing point publishes, if this is the first time; else tell when they are others.

    A clearing point that cannot be asked for keys is no reason to stop: nothing is kept then.
    """
    published = _published(point)
    if published is not None:
        _keep(published, folder, trust_new=trust_new)


def trusted_keys(point: ClearingPoint, folder: Path) -> PublishedKeys | None:
    """The keys by which this machine knows the clearing point; kept now, if this is the first time."""
    published = _published(point)
    if published is None:
        return None
    _keep(published, folder, trust_new=False)
    return kept_keys(folder, published.clearing_point)


def kept_keys(folder: Path, clearing_point: str) -> PublishedKeys | None:
    """The kept keys of the clearing point with this address."""
    return _kept(folder).get(clearing_point)


def _published(point: ClearingPoint) -> PublishedKeys | None:
    try:
        text = point.read_signing_keys()
        return read_keys(text) if text else None
    except (SendingError, ReceiptUnreadable):
        return None


def _keep(published: PublishedKeys, folder: Path, *, trust_new: bool) -> None:
    kept = _kept(folder)
    known = kept.get(published.clearing_point)
    if known is not None and known.fingerprints() != published.fingerprints() and not trust_new:
        say(OTHER_KEYS)
        return
    if known is None:
        newest = published.keys[-1].key_id
        say(
            f"The keys that sign this clearing point's receipts are kept here from now on (newest: {newest})."
        )
    if known != published:
        _write(folder, {**kept, published.clearing_point: published})


def _kept(folder: Path) -> dict[str, PublishedKeys]:
    try:
        with (folder / KEPT).open("rb") as file:
            text = file.read(LONGEST_FILE)
        entries = json.loads(text)["known"]
        known = [read_keys(json.dumps(entry).encode()) for entry in entries]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, ReceiptUnreadable):
        raise Stop(DAMAGED, ExitCode.INPUT_BAD) from None
    return {keys.clearing_point: keys for keys in known}


def _write(folder: Path, kept: dict[str, PublishedKeys]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    document = {"known": [write_keys(keys) for keys in kept.values()]}
    write_private(folder / KEPT, [json.dumps(document, indent=1).encode()], replace=True)
