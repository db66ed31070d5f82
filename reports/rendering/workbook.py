"""A protected table as an XLSX workbook: one sheet laid out as printed, where the table has them one of percentages,
and one that says where it comes from.

No text in it is a formula or a link, and nothing in it depends on the time or the machine.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import UTC

import xlsxwriter

from reports.percentages import percentages
from reports.rendering.layout import PrintedTable, layout
from reports.rendering.words import MARK_MEANINGS, cite, safe_text
from reports.tables import ProtectedTable, ReleaseFacts

OPTIONS = {
    "in_memory": True,  # a figure that is not published yet has no file of its own
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LABEL_WIDTH = 38
FIGURE_WIDTH = 12
WORDS_WIDTH = 100


def to_xlsx(table: ProtectedTable, facts: ReleaseFacts) -> bytes:
    """The workbook. It says of itself that it was made when the release was published, or cut."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, OPTIONS)
    made = (facts.published_at or facts.cut).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    workbook.set_properties({"title": safe_text(table.text.title), "created": made})
    _write_table(_Sheet(workbook, "Table"), table, facts)
    if in_percent := percentages(table):
        _write_table(_Sheet(workbook, "Percent"), in_percent, facts)
    _write_source(_Sheet(workbook, "Source"), table, facts)
    workbook.close()
    return stream.getvalue()


class _Sheet:
    """A worksheet that takes text and numbers alone, and the few formats that we use."""

    def __init__(self, workbook: xlsxwriter.Workbook, name: str) -> None:
        self.sheet = workbook.add_worksheet(name)
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.head = workbook.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        self.words = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.label = workbook.add_format({"text_wrap": True, "border": 1})
        self.whole = workbook.add_format({"num_format": "#,##0", "border": 1})
        self.share = workbook.add_format({"num_format": "0.0", "border": 1})
        self.mark = workbook.add_format({"align": "right", "border": 1})

    def write_text(self, row: int, column: int, text: str, form: object = None) -> None:
        self.sheet.write_string(row, column, safe_text(text), form)

    def write_value(self, row: int, column: int, value: int | float | str) -> None:
        if isinstance(value, str):
            self.write_text(row, column, value, self.mark)
        else:
            self.sheet.write_number(
                row, column, value, self.share if isinstance(value, float) else self.whole
            )


def _write_table(sheet: _Sheet, table: ProtectedTable, facts: ReleaseFacts) -> None:
    printed = layout(table)
    columns = len(printed.body[0].cells) if printed.body else 1
    sheet.sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.sheet.set_column(1, columns, FIGURE_WIDTH)
    sheet.write_text(0, 0, f"{table.text.id} {table.text.title}, {facts.year}", sheet.title)
    sheet.write_text(1, 0, f"Unit: {table.text.unit}. {table.text.population}.")
    first = _write_head(sheet, printed, 3)
    for row, printed_row in enumerate(printed.body, start=first):
        sheet.write_text(row, 0, printed_row.label, sheet.label)
        for column, key in enumerate(printed_row.keys, start=1):
            sheet.write_value(row, column, table.cells[key])
    for row, line in enumerate(_lines_below(table, facts), start=first + len(printed.body) + 1):
        sheet.write_text(row, 0, line)
    sheet.sheet.freeze_panes(first, 1)
    sheet.sheet.set_landscape()
    sheet.sheet.fit_to_pages(1, 0)
    sheet.sheet.repeat_rows(0, first - 1)


def _write_head(sheet: _Sheet, printed: PrintedTable, first: int) -> int:
    """The heading rows from row `first`; returns the row after them."""
    for row, cells in enumerate(printed.head, start=first):
        column = 0 if row == first else 1
        for cell in cells:
            if cell.columns > 1 or cell.rows > 1:
                sheet.sheet.merge_range(
                    row, column, row + cell.rows - 1, column + cell.columns - 1, "", sheet.head
                )
            sheet.write_text(row, column, cell.text, sheet.head)
            column += cell.columns
    return first + len(printed.head)


def _lines_below(table: ProtectedTable, facts: ReleaseFacts) -> Iterator[str]:
    yield "Marks: " + "; ".join(f"{mark} {meaning}" for mark, meaning in MARK_MEANINGS.items()) + "."
    yield from table.notes
    yield from table.text.notes
    yield cite(facts, table.text.title)


def _write_source(sheet: _Sheet, table: ProtectedTable, facts: ReleaseFacts) -> None:
    sheet.sheet.set_column(0, 0, LABEL_WIDTH)
    sheet.sheet.set_column(1, 1, WORDS_WIDTH)
    for row, (name, text) in enumerate(_facts(table, facts).items()):
        sheet.write_text(row, 0, name)
        sheet.write_text(row, 1, text, sheet.words)


def _facts(table: ProtectedTable, facts: ReleaseFacts) -> Mapping[str, str]:
    return {
        "Table": f"{table.text.id} {table.text.title}",
        "Year": str(facts.year),
        "Unit": table.text.unit,
        "Population": table.text.population,
        "Follows": table.text.source,
        "Release": facts.id,
        "Revision": str(facts.revision),
        "Records as of": facts.cut.isoformat(),
        "Published": facts.published_at.isoformat() if facts.published_at else "not yet",
        "Address": facts.url,
        "How to cite": cite(facts, table.text.title),
        **{f"Mark {mark}": meaning for mark, meaning in MARK_MEANINGS.items()},
    }
