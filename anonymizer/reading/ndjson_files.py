"""Reading cases as NDJSON: a case object a line, streamed in chunks of some thousand cases with their modules.

A row's number is that of its line. A row of an annual form stands alone in its line, under the form's name. No
raised exception may carry a value of a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.sheets import FORMS
from anonymizer.chunks import RawChunk
from anonymizer.declared import UNDECLARED, UTF_8, Reading
from anonymizer.reading.csv_files import BYTES_PER_CHUNK, ROWS_PER_CHUNK
from anonymizer.reading.encodings import announced, first_bytes, lines_of
from anonymizer.reading.faults import BadLine, unreadable
from anonymizer.reading.json_files import add_entry
from anonymizer.reading.json_objects import SheetRows, parsed
from anonymizer.reading.openings import not_another_format
from anonymizer.reading.translating import Translation


def read_ndjson(
    pieces: Iterable[bytes], *, reading: Reading = UNDECLARED, cases_per_chunk: int = ROWS_PER_CHUNK
) -> Iterator[RawChunk]:
    """The cases of a body that comes in pieces. Raises Unreadable, perhaps after some chunks."""
    translation = Translation(reading)
    gathered, count, length, is_empty = SheetRows(), 0, 0, True
    for number, line in _numbered(_utf_8_lines(not_another_format(pieces, may_be_json=True))):
        if not line.strip():
            continue
        _add_line(line, number, gathered)
        count, length = count + 1, length + len(line)
        if count == cases_per_chunk or length > BYTES_PER_CHUNK:
            yield from _translated(gathered, translation)
            gathered, count, length, is_empty = SheetRows(), 0, 0, False
    if count:
        yield from _translated(gathered, translation)
    elif is_empty:
        raise unreadable("empty_file")


def _utf_8_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """JSON is UTF-8, also a line of it: RFC 8259 section 8.1."""
    opening, pieces = first_bytes(pieces, 4)
    _, encoding = announced(opening)
    if encoding != UTF_8:
        raise BadLine("wrong_encoding", note="It looks like UTF-16.")
    yield from lines_of(chain([opening], pieces))


def _numbered(lines: Iterator[str]) -> Iterator[tuple[int, str]]:
    number = 0
    while True:
        number += 1
        fault = None
        try:
            line = next(lines, None)
        except BadLine as bad:
            fault = bad
        if fault:
            raise fault.at(number)
        if line is None:
            return
        yield number, line


def _add_line(line: str, number: int, into: SheetRows) -> None:
    fault = None
    try:
        entry = parsed(line.strip())
    except BadLine as bad:
        fault = bad
    if fault:
        raise fault.at(number)
    forms = [name for name in FORMS if isinstance(entry, dict) and entry.keys() == {name}]
    if isinstance(entry, dict) and forms:
        add_entry(forms[0], entry[forms[0]], number, into)
    else:
        add_entry(CASES, entry, number, into)


def _translated(gathered: SheetRows, translation: Translation) -> Iterator[RawChunk]:
    names = {sheet: gathered.names(sheet) for sheet in gathered.rows}
    return map(translation.apply, gathered.take_chunks(names))
