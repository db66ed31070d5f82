"""Reads a file of case sheets from disk piece by piece, and writes what may be kept, for its owner alone.

Raw rows must never be written: what comes in here goes out only as cleared rows, templates and receipts.
"""

from __future__ import annotations

import gzip
import os
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, cast

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.reading.formats import Form

PIECE = 256 * 1024
"""Bytes read at a time: large enough that Python's share of the work is small, small enough to be nothing."""

PACKED_MARK = b"\x1f\x8b"
"""How every gzip file begins: RFC 1952 section 2.3.1."""

ARCHIVE_MARK = b"PK\x03\x04"
"""How a ZIP archive begins, and a workbook, which is one: APPNOTE.TXT of PKWARE, section 4.3.7."""

WORKBOOK_PART = b"xl/"
"""The folder that every workbook has, ECMA-376 part 1 section 12.1."""

FORM_OF_SUFFIX: Mapping[str, Form] = MappingProxyType(
    {
        ".csv": "csv",
        ".txt": "csv",
        ".tsv": "csv",
        ".json": "json",
        ".ndjson": "ndjson",
        ".jsonl": "ndjson",
        ".zip": "zip",
        ".xlsx": "xlsx",
        ".xlsm": "xlsx",
    }
)
"""By the end of the name; what has another one is looked at, and is CSV when nothing else shows."""

OWNER_ALONE = 0o600


@dataclass(frozen=True)
class SheetFile:
    """Case sheets on disk in one of the forms that are read, text packed with gzip or not. Each reading begins anew."""

    path: Path

    @property
    def size(self) -> int:
        """Bytes on disk. Raises Stop when the file is not there."""
        try:
            return self.path.stat().st_size
        except OSError:
            raise _unreadable() from None

    @property
    def form(self) -> Form:
        """The form that the name says, else the one that the first bytes show. Raises Stop like `size`."""
        suffixes = [suffix.lower() for suffix in self.path.suffixes if suffix.lower() != ".gz"]
        if suffixes and suffixes[-1] in FORM_OF_SUFFIX:
            return FORM_OF_SUFFIX[suffixes[-1]]
        opening = next(self.pieces(), b"")
        if not opening.startswith(ARCHIVE_MARK):
            return "csv"
        return "xlsx" if WORKBOOK_PART in opening else "zip"

    def pieces(self, read_so_far: Callable[[int], None] = lambda _: None) -> Iterator[bytes]:
        """The unpacked bytes. `read_so_far` is told how much of the file on disk is read. Raises Stop."""
        try:
            with self.path.open("rb") as file:
                for piece in _unpacked(file):
                    read_so_far(file.tell())
                    yield piece
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise Stop("The packed file is damaged or cut off. Pack it again.", ExitCode.INPUT_BAD) from None
        except OSError:
            raise _unreadable() from None


def write_private(path: Path, pieces: Iterable[bytes], *, replace: bool) -> None:
    """Write a file that its owner alone can read, whole or not at all. Raises Stop.

    The pieces go to a file beside it that takes its name at the end: half a sheet could be sent.
    """
    check_can_write(path, replace=replace)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ALONE), "wb") as file:
            file.writelines(pieces)
        unfinished.replace(path)
    except OSError:
        raise Stop(
            "The file cannot be written there. Choose another folder, or make room.", ExitCode.REFUSED
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


def check_can_write(path: Path, *, replace: bool) -> None:
    """Raise Stop when there is a file that the reader did not allow to replace."""
    if path.exists() and not replace:
        raise Stop(
            "There is a file with this name already. Choose another, or add --force.", ExitCode.REFUSED
        )


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    mark = file.read(len(PACKED_MARK))
    file.seek(0)
    source = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if mark == PACKED_MARK else file
    while piece := source.read(PIECE):
        yield piece


def _unreadable() -> Stop:
    return Stop("The file cannot be read. Check its name, and that you may open it.", ExitCode.INPUT_BAD)
