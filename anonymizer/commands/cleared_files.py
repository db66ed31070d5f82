"""Cleared rows as the file that is sent or written: one CSV, or a ZIP archive with a CSV for each sheet.

The same cleared rows give the same bytes, so that a batch that is sent again is the same batch. It must never be
handed a raw row.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import BinaryIO, cast

from anonymizer import SHEETS, ClearedChunk
from anonymizer.chunks import Columns
from anonymizer.linking.tokens import LINK_TOKENS

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of cleared rows of one sheet that are kept in memory; more go to a nameless file of the owner's."""
PIECE = 256 * 1024
"""Bytes given at a time."""
EARLIEST_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every member. The real one would make two archives of one batch differ."""


def as_csv(chunks: Iterable[ClearedChunk]) -> Iterator[bytes]:
    """The rows of one sheet as CSV (UTF-8), piece by piece."""
    for number, chunk in enumerate(chunks):
        yield csv_rows(_with_tokens(chunk), with_header=number == 0)


def as_archive(chunks: Iterable[ClearedChunk]) -> Iterator[bytes]:
    """The rows of several sheets as a ZIP archive, the case sheet first, once all of them are there."""
    with ExitStack() as stack:
        members: dict[str, BinaryIO] = {}
        for chunk in chunks:
            is_new = chunk.sheet not in members
            if is_new:
                members[chunk.sheet] = stack.enter_context(_nameless_file())
            members[chunk.sheet].write(csv_rows(_with_tokens(chunk), with_header=is_new))
        archive = stack.enter_context(_nameless_file())
        _pack(members, archive)
        archive.seek(0)
        yield from iter(lambda: archive.read(PIECE), b"")


def csv_rows(columns: Columns, *, with_header: bool) -> bytes:
    """Columns as lines of CSV, in the order of the columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if with_header:
        writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _with_tokens(chunk: ClearedChunk) -> Columns:
    return chunk.columns if chunk.link_tokens is None else {**chunk.columns, LINK_TOKENS: chunk.link_tokens}


def _nameless_file() -> BinaryIO:
    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))


def _pack(members: dict[str, BinaryIO], archive: BinaryIO) -> None:
    with zipfile.ZipFile(archive, "w") as packed:
        for sheet in sorted(members, key=list(SHEETS).index):
            member = zipfile.ZipInfo(f"{sheet}.csv", EARLIEST_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            members[sheet].seek(0)
            with packed.open(member, "w") as file:
                file.writelines(iter(lambda: members[sheet].read(PIECE), b""))  # noqa: B023 - read at once
