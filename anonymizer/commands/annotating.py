"""The sender's own file with a column of problems at its end: what `clearpoint check --annotate` writes.

The copy holds what the file holds, names and all. It stays on this machine, is its owner's alone, and must never be
sent. What is added are sentences of the catalogue, never a value.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from anonymizer import Conflict
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import alias_key, sheet_aliases
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.declared import UTF_8, Reading
from anonymizer.reading.encodings import lines_of
from anonymizer.reading.faults import BadLine
from anonymizer.reading.headers import SEPARATORS, column_of, named_separator, separator_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "problems"
"""The header of the added column."""
MARKED = "FFF2CC"
"""The light yellow of spreadsheets' own palettes, RGB: black text stays readable on it."""
FORMS = ("csv", "xlsx")

_MARKS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LINE_END = re.compile(r"(?:\r\n|\r|\n)?\Z")
_BLANK = "".join((*SEPARATORS, ' \r\n"'))
_WHOLE_WORKBOOK = re.compile(r"E11[0-2][0-9]")
"""Conflicts of the workbook as a whole: such a one is not opened a second time."""
_NOT_AS_A_WHOLE = (
    "There is no copy: the file as a whole cannot be read, so that nothing can be written beside its rows."
)


def check_can_annotate(file: SheetFile) -> None:
    """Raise Stop when the file has no rows in which a column could be added."""
    if file.form not in FORMS:
        raise Stop("Only CSV files and workbooks can be annotated.", ExitCode.INPUT_BAD)


def place_of_copy(file: SheetFile) -> Path:
    """Beside the file, under its name with `.problems` before the ending."""
    name = file.path.name.removesuffix(".gz")
    stem, point, ending = name.rpartition(".")
    return file.path.with_name(f"{stem or ending}.{TITLE}{point if stem else ''}{ending if stem else ''}")


def annotated_file(file: SheetFile, declared: Reading, conflicts: Sequence[Conflict]) -> Iterator[bytes]:
    """The bytes of the copy. Raises Stop when the file cannot be read as rows."""
    if file.form == "xlsx":
        yield _annotated_workbook(file, conflicts)
    else:
        yield from _annotated_csv(file, declared, conflicts)


def _annotated_csv(file: SheetFile, declared: Reading, conflicts: Sequence[Conflict]) -> Iterator[bytes]:
    """Every byte of the file as it is, and a cell more in each row."""
    opening = next(file.pieces(), b"")
    mark = next((mark for mark in _MARKS if opening.startswith(mark)), b"")
    encoding = _MARKS.get(mark) or declared.declared_encoding or UTF_8
    yield mark
    lines = lines_of(file.pieces(), declared.declared_encoding)
    told = _problems_by_row(conflicts)
    try:
        for text in _with_problems(lines, declared, told):
            yield text.encode(encoding, errors="replace")
    except (BadLine, csv.Error):
        raise Stop(_NOT_AS_A_WHOLE, ExitCode.INPUT_BAD) from None


def _with_problems(lines: Iterator[str], declared: Reading, told: dict[int, str]) -> Iterator[str]:
    """The texts of the records. A first line that names the separator is no row, as for whoever reads them."""
    first = next(lines, "")
    separator = named_separator(first)
    if separator:
        yield first
    else:
        lines = chain([first], lines)
    for row, line in enumerate(lines, start=1):
        if line.strip(_BLANK):
            separator = separator or separator_of(line, CASES, declared.profile_columns) or SEPARATORS[0]
            told_above = told.pop(0, "")
            told[row] = " ".join(text for text in (told_above, told.get(row, "")) if text)
            records = _texts_of_records(chain([line], lines), separator)
            yield _with_cell(next(records), separator, f"{TITLE}. {told[row]}" if told[row] else TITLE)
            for number, text in enumerate(records, start=row + 1):
                yield _with_cell(text, separator, told.get(number, ""))
            return
        yield line


def _texts_of_records(lines: Iterator[str], separator: str) -> Iterator[str]:
    """Each record as it is written, with its quotation marks and its end."""
    taken: list[str] = []

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    for _ in csv.reader(noted(), delimiter=separator, strict=True):
        yield "".join(taken)
        taken.clear()


def _with_cell(text: str, separator: str, problems: str) -> str:
    """A record with a cell more; a blank line stays blank."""
    end = _LINE_END.search(text)
    body = text[: end.start()] if end else text
    if not body.strip(_BLANK) and not problems:
        return text
    cell = '"' + problems.replace('"', '""') + '"' if problems else ""
    return f"{body}{separator}{cell}{end.group() if end else ''}"


def _problems_by_row(conflicts: Sequence[Conflict]) -> dict[int, str]:
    rows: dict[int, list[str]] = {}
    for conflict in conflicts:
        where = f" {conflict.column}" if conflict.column else ""
        rows.setdefault(conflict.row, []).append(f"{conflict.number}{where}: {conflict.message}")
    return {row: " ".join(texts) for row, texts in rows.items()}


def _annotated_workbook(file: SheetFile, conflicts: Sequence[Conflict]) -> bytes:
    if any(_WHOLE_WORKBOOK.fullmatch(conflict.number) for conflict in conflicts):
        raise Stop(_NOT_AS_A_WHOLE, ExitCode.INPUT_BAD)
    from openpyxl import load_workbook  # half a second that no other command has to wait for

    book = load_workbook(io.BytesIO(b"".join(file.pieces())))
    for sheet in book.worksheets:
        name = sheet_aliases().get(alias_key(sheet.title), "")
        own = [conflict for conflict in conflicts if conflict.sheet == name]
        if own:
            _annotate_sheet(sheet, name, own)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _annotate_sheet(sheet: Worksheet, name: str, conflicts: Sequence[Conflict]) -> None:
    """Write the problems behind the last column that has a name, and mark the cells that they are about."""
    header_row, places = _header_of(sheet, name)
    last = max(places.values(), default=0) + 1
    sheet.cell(header_row, last, TITLE)
    for row, text in _problems_by_row(conflicts).items():
        _mark(sheet, row or header_row, last)
        if row in (0, header_row):
            text = f"{TITLE}. {text}"
        sheet.cell(row or header_row, last).value = text
    for conflict in conflicts:
        if place := places.get(conflict.column):
            _mark(sheet, conflict.row or header_row, place)


def _header_of(sheet: Worksheet, name: str) -> tuple[int, Mapping[str, int]]:
    """The first row with content, and the place of each column that it names."""
    for row in sheet.iter_rows():
        named = {column_of(str(cell.value), name): cell.column for cell in row if cell.value is not None}
        if named:
            return row[0].row, named
    return 1, {}


def _mark(sheet: Worksheet, row: int, place: int) -> None:
    from openpyxl.styles import PatternFill

    sheet.cell(row, place).fill = PatternFill("solid", fgColor=MARKED)
