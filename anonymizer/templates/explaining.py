"""The sheet of a template that explains, in its language: how to fill it, what leaves the laptop, every code.

Readers leave this sheet out, so that it must never be the only place of something that is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill

from anonymizer.catalogue.fields import UNKNOWN
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import Language, column_name, explanation, label, phrase, sheet_name
from anonymizer.catalogue.sheets import SheetColumn
from anonymizer.templates.cells import asked_columns, cell_kind, choices, field_of, several_in_one
from anonymizer.templates.styling import TYPEFACE, dress_page

Worksheet = Any
"""openpyxl says nothing of its types."""

SAMPLE_PLACE = "2"
"""The row of the invented person, as a spreadsheet counts."""
WIDTHS = {"A": 30, "B": 40, "C": 24, "D": 34, "E": 34, "F": 80}
"""Characters."""
HEADS = ("head_column", "head_name", "head_required", "head_how", "head_kept", "head_meaning")
LINE_HEIGHT = 15
"""Points. No spreadsheet makes room by itself for the lines of a row that a program wrote."""
TITLE = Font(name=TYPEFACE, bold=True, size=16, color="0D5A63")
HEADING = Font(name=TYPEFACE, bold=True, size=13)
TABLE_HEAD = (PatternFill("solid", fgColor="E4EFEE"), Font(name=TYPEFACE, bold=True))
WRAPPED = Alignment(wrap_text=True, vertical="top")


def explain(sheet: Worksheet, names: Sequence[str], language: Language) -> None:
    """Write the sheet that explains the sheets of these names."""
    _write(sheet, [phrase("title", language)], TITLE)
    for sentence in _sentences(names, language):
        _write(sheet, [sentence])
    for name in names:
        _write(sheet, [])
        _write(sheet, [sheet_name(name, language)], HEADING)
        _write_table(sheet, name, language)
    _write(sheet, [])
    _write(sheet, [phrase("head_lists", language)], HEADING)
    _write_lists(sheet, names, language)
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    dress_page(sheet, pages_wide=1)


def _sentences(names: Sequence[str], language: Language) -> Iterator[str]:
    has_cases = CASES in names
    forms = next(column for column in asked_columns(CASES) if column.column == "forms")
    known = {
        "unknown": label("CL_YNU", UNKNOWN, language),
        "example": several_in_one(["SEX", "LABOUR"], forms, language),
        "number": SAMPLE_PLACE,
        "check": f"clearpoint check {'cases' if has_cases else 'modules'}.xlsx",
        "send": f"clearpoint send {'cases' if has_cases else 'modules'}.xlsx",
    }
    keys = ["one_row" if has_cases else "module_row", "unknown", "several", "dates"]
    keys += ["sample"] if has_cases else []
    for key in (*keys, "no_names", "leaves", "check"):
        yield phrase(key, language).format(**known)


def _write_table(sheet: Worksheet, name: str, language: Language) -> None:
    """One row a column: its header, its name in messages, and what becomes of it."""
    _write(sheet, [phrase(head, language) for head in HEADS], *reversed(TABLE_HEAD))
    for column in asked_columns(name):
        _write(
            sheet,
            [
                column_name(name, column.column, language),
                column.column,
                phrase("required" if column.is_required else "optional", language),
                phrase(f"how_{cell_kind(column).value}", language),
                _kept(column, language),
                explanation(name, column.column, language),
            ],
        )
        _make_room(sheet)


def _make_room(sheet: Worksheet) -> None:
    """As many lines as the longest cell of the last row needs."""
    cells = sheet[sheet.max_row]
    lines = max(-(-len(cell.value) // WIDTHS[cell.column_letter]) for cell in cells)
    sheet.row_dimensions[sheet.max_row].height = lines * LINE_HEIGHT
    for cell in cells:
        cell.alignment = WRAPPED


def _kept(column: SheetColumn, language: Language) -> str:
    if column.for_intervals:
        return phrase("only_read", language)
    return phrase(f"kept_{field_of(column).treatment.value}", language)


def _write_lists(sheet: Worksheet, names: Sequence[str], language: Language) -> None:
    """Every list once, under the headers of the columns that take from it."""
    headers: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name in names:
        for column in asked_columns(name):
            header = column_name(name, column.column, language)
            users = headers.setdefault(tuple(choices(column, language)), [])
            users += [header] if header not in users else []
    headers.pop((), None)
    heads = [phrase(head, language) for head in ("head_column", "head_label", "head_code")]
    _write(sheet, heads, *reversed(TABLE_HEAD))
    for listed, users in headers.items():
        for user, code in zip_longest(users, listed):
            _write(sheet, [user, *((code[1], code[0]) if code else ())])


def _write(
    sheet: Worksheet, cells: Sequence[str | None], font: Font | None = None, fill: PatternFill | None = None
) -> None:
    sheet.append(list(cells) or [None])
    for cell in sheet[sheet.max_row]:
        if font and cell.value is not None:
            cell.font = font
        if fill and cell.value is not None:
            cell.fill = fill
