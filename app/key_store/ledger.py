"""The ledger of erasures: what a restored backup has to erase again.

It lies beside the keys, not in the database, because a database comes back as it was. A line is a keyed digest of a
random id: without the key it names nothing, and nothing in it was ever a value of a case.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID

from app.key_store.files import PRIVATE_FILE, KeyStoreError, explained, locked, read_private

Erased = Literal["case", "batch"]
_KIND_LENGTH = max(map(len, get_args(Erased)))
_LINE = _KIND_LENGTH + 1 + 64 + 1
"""Bytes: the kind, a space, a SHA-256 in hexadecimal digits, a newline. Lines are numbered from 1 by their place."""
LONGEST_LEDGER = 1024 * 1024 * 1024
"""Bytes: fourteen million erasures."""


class ErasureLedger:
    """One file that only grows. `key` makes the digests; 32 bytes."""

    def __init__(self, file: Path, key: bytes):
        self._file = file
        self._key = key

    def append(self, kind: Erased, ids: Sequence[UUID]) -> range:
        """Write down that these are to be erased, before they are. The numbers of their lines."""
        lines = b"".join(_line(kind, self.digest(one)) for one in ids)
        with explained(), locked(self._file.parent):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(self._file, flags, PRIVATE_FILE), "r+b") as opened:
                whole = opened.seek(0, os.SEEK_END) // _LINE * _LINE
                opened.truncate(whole)  # a line that a crash tore was of an erasure that did not happen
                opened.seek(whole)
                opened.write(lines)
                opened.flush()
                os.fsync(opened.fileno())
        first = whole // _LINE + 1
        return range(first, first + len(ids))

    def read(self, wanted: Iterable[range]) -> Iterator[tuple[Erased, bytes]]:
        """What the wanted lines say: a kind and a digest each. KeyStoreError when the file is damaged."""
        try:
            written = read_private(self._file, LONGEST_LEDGER)
        except FileNotFoundError:
            return
        for number in chain.from_iterable(wanted):
            yield _read(written[(number - 1) * _LINE : number * _LINE])

    def last(self) -> int:
        """The number of the last line; 0 while nothing was erased."""
        try:
            return self._file.stat().st_size // _LINE
        except FileNotFoundError:
            return 0

    def digest(self, erased: UUID) -> bytes:
        """The keyed digest under which something stands in the ledger."""
        return hmac.digest(self._key, erased.bytes, "sha256")


def _line(kind: Erased, digest: bytes) -> bytes:
    return f"{kind:<{_KIND_LENGTH}} {digest.hex()}\n".encode()


def _read(line: bytes) -> tuple[Erased, bytes]:
    try:
        kind, digest = line.decode("ascii").split()
        for known in get_args(Erased):
            if kind == known:
                return known, bytes.fromhex(digest)
    except ValueError:
        pass
    raise KeyStoreError(
        "The ledger of erasures is damaged; restore it from the newest backup of the secrets."
    )
