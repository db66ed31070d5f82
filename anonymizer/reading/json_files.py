"""Reading cases as JSON: `{"cases": [{column: value or list of values}]}`, whole in memory.

A module stands in its case as a list of objects under its name; annual forms stand as lists beside the cases.
No raised exception may carry a value of the body.
"""

from __future__ import annotations

from collections.abc import Iterator

from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.sheets import FORMS, SHEETS
from anonymizer.chunks import RawChunk
from anonymizer.declared import UNDECLARED, UTF_8, Reading
from anonymizer.reading.csv_files import ROWS_PER_CHUNK
from anonymizer.reading.encodings import announced
from anonymizer.reading.faults import BadLine, unreadable
from anonymizer.reading.json_objects import SheetRows, add_case, checked_object, parsed, row_of
from anonymizer.reading.openings import not_another_format
from anonymizer.reading.translating import Translation

Entries = dict[str, list[object]]
"""What stands in the lists of the body: cases, and forms under their names."""


def read_json(body: bytes, *, reading: Reading = UNDECLARED) -> Iterator[RawChunk]:
    """The cases of a JSON body with their modules, then the forms. Rows are places in the lists.

    Raises Unreadable before the first chunk is given, but for a key that names the same column as another.
    """
    translation = Translation(reading)
    fault = None
    try:
        entries = _entries(body)
    except BadLine as bad:
        fault = bad
    if fault:
        raise fault.at(0)
    if not any(entries.values()):
        raise unreadable("no_cases")
    blocks = list(_blocks(entries))
    names = {sheet: dict[str, None]() for sheet in SHEETS}
    for block in blocks:
        for sheet in block.rows:
            names[sheet] |= block.names(sheet)
    del entries
    while blocks:
        yield from map(translation.apply, blocks.pop(0).take_chunks(names))


def _entries(body: bytes) -> Entries:
    """The lists of the body, whatever their entries are."""
    if not body.strip():
        raise BadLine("empty_file")
    list(not_another_format([body], may_be_json=True))
    whole = checked_whole(parsed(_text(body)))
    return {name: whole[name] for name in (CASES, *FORMS) if name in whole}


def checked_whole(whole: object) -> Entries:
    """The outermost object, when it has lists of cases and of forms alone."""
    if not isinstance(whole, dict | list):
        checked_object(whole)
    if not isinstance(whole, dict) or not whole or not whole.keys() <= {CASES, *FORMS}:
        raise BadLine("not_cases")
    if not all(isinstance(entries, list) for entries in whole.values()):
        raise BadLine("not_cases")
    return whole


def _text(body: bytes) -> str:
    """JSON is UTF-8: RFC 8259 section 8.1. A byte order mark is let pass."""
    mark, encoding = announced(body[:4])
    if encoding == UTF_8:
        try:
            return body[len(mark) :].decode()
        except UnicodeDecodeError:
            pass
    raise BadLine("wrong_encoding", note="" if encoding == UTF_8 else "It looks like UTF-16.")


def _blocks(entries: Entries) -> Iterator[SheetRows]:
    """The rows of some thousand cases at a time, so that a case's rows stay together; forms at the end."""
    cases = entries.get(CASES, [])
    for start in range(0, len(cases), ROWS_PER_CHUNK):
        block = SheetRows()
        for place, entry in enumerate(cases[start : start + ROWS_PER_CHUNK], start=start + 1):
            add_entry(CASES, entry, place, block)
        yield block
    forms = SheetRows()
    for form in FORMS:
        for place, entry in enumerate(entries.get(form, ()), start=1):
            add_entry(form, entry, place, forms)
    yield forms


def add_entry(sheet: str, entry: object, number: int, into: SheetRows) -> None:
    """One case or one row of a form. Raises Unreadable at this number."""
    fault = None
    try:
        if sheet == CASES:
            add_case(entry, number, into)
        else:
            into.add(sheet, row_of(checked_object(entry, sheet), sheet), number)
    except BadLine as bad:
        fault = bad
    if fault:
        raise fault.at(number, sheet)
