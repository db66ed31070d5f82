"""A protected table as rows and columns of text, as it stands on paper and on a page. It computes no figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from reports.rendering.words import label_of
from reports.tables import TOTAL, Dimension, Key, Mark, ProtectedTable

THOUSANDS = "\u202f"
"""A narrow no-break space between thousands (ISO 80000-1): no reader takes it for a decimal sign."""


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A heading over so many columns and rows."""

    text: str
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class BodyRow:
    """One row: its label and its cells as text, numbers and marks alike."""

    label: str
    cells: tuple[str, ...]
    is_total: bool
    keys: tuple[Key, ...]
    """Which cell of the table each is."""


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """Heading rows, of which the first begins with the title of the rows, and body rows."""

    head: tuple[tuple[HeadCell, ...], ...]
    body: tuple[BodyRow, ...]


def layout(table: ProtectedTable) -> PrintedTable:
    """The table as it is printed: TOTALs last, the first of the dimensions that go across outermost."""
    down = next(dimension for dimension in table.dimensions if dimension.name == table.rows)
    across = [dimension for dimension in table.dimensions if dimension.name != table.rows]
    columns = list(product(*(dimension.printed_codes for dimension in across)))
    return PrintedTable(
        head=_head(down, across) if across else ((HeadCell(down.title), HeadCell(table.text.unit)),),
        body=tuple(_row(table, down, code, columns) for code in down.printed_codes),
    )


def printed_cell(value: int | float | Mark) -> str:
    """A number as it is printed, or its mark."""
    if isinstance(value, str):
        return value
    return (f"{value:,.1f}" if isinstance(value, float) else f"{value:,}").replace(",", THOUSANDS)


def _head(down: Dimension, across: Sequence[Dimension]) -> tuple[tuple[HeadCell, ...], ...]:
    """One row a dimension; each heading spans those of the dimensions below it."""
    sizes = [len(dimension.printed_codes) for dimension in across]
    rows = []
    repeated, spanned = 1, _product(sizes)
    for dimension, size in zip(across, sizes, strict=True):
        spanned //= size
        headings = [HeadCell(label_of(dimension, code), spanned) for code in dimension.printed_codes]
        rows.append(tuple(headings * repeated))
        repeated *= size
    corner = HeadCell(down.title, rows=len(rows))
    return ((corner, *rows[0]), *rows[1:])


def _row(table: ProtectedTable, down: Dimension, code: str, columns: Sequence[Key]) -> BodyRow:
    at = table.dimensions.index(down)
    keys = tuple((*column[:at], code, *column[at:]) for column in columns)
    cells = tuple(printed_cell(table.cells[key]) for key in keys)
    return BodyRow(label_of(down, code), cells, code == TOTAL, keys)


def _product(sizes: Sequence[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result
