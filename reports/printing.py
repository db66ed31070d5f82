"""From a protected table to the table that is printed: rows that follow from it.

Everything here is worked out from what is published already, so that it tells a reader nothing new. The one
exception is the region in A1, which has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from reports.classifications import codes_of
from reports.shells import PrintedRow, TableShell, printed_rows
from reports.tables import (
    NOT_AVAILABLE,
    NOT_SHOWN,
    REGION,
    TOTAL,
    TRUE_ZERO,
    CountedTable,
    Dimension,
    Key,
    Mark,
    ProtectedTable,
)

OVERLAP_SHOWN_FROM = 5
"""The region with each person once is shown where it has at least so many persons and the sum of countries counts at
least so many twice: below, the difference of the two would be a small cell (architecture, "Small numbers")."""

REGION_LABEL = "Region, each person once"

Cell = int | float | Mark


def with_region(
    protected: ProtectedTable, table: CountedTable, parts: Sequence[TableShell]
) -> ProtectedTable:
    """A1 with a last row: the region with each person once. `..` without linkage, `c` where a few persons more or
    fewer would be told."""
    countries, measures = protected.dimensions
    shown = {code for part in parts for code in _shown_of_region(part, protected, table)}
    row: dict[Key, Cell] = {
        (REGION, code): _of_region(code, shown, protected, table) for code in measures.codes
    }
    with_row = replace(
        countries, codes=(*countries.codes, REGION), labels={**countries.labels, REGION: REGION_LABEL}
    )
    return replace(protected, dimensions=(with_row, measures), cells={**protected.cells, **row})


def as_printed_rows(protected: ProtectedTable, name: str) -> ProtectedTable:
    """A table of one dimension, printed as rows that are sums of its rows (A7: three groupings of one list)."""
    title, rows = printed_rows(name)
    (counted,) = protected.dimensions
    dimension = Dimension(
        name=counted.name,
        title=title,
        codes=tuple(row.code for row in rows),
        labels={row.code: row.label for row in rows},
        is_additive=False,
    )
    cells: dict[Key, Cell] = {(row.code,): _sum_of_parts(row, protected.cells, counted.codes) for row in rows}
    return replace(protected, dimensions=(dimension,), cells={**cells, (TOTAL,): protected.cells[(TOTAL,)]})


def _shown_of_region(part: TableShell, protected: ProtectedTable, table: CountedTable) -> Iterator[str]:
    """The measures of a part that the region may print: how its total divides only where every code may be told,
    since a reader can subtract the one from the other."""
    codes = [code for dimension in part.dimensions[1:] for code in codes_of(dimension.codes)]
    if not _is_told(part.total_as, protected, table):
        return
    yield part.total_as
    if all(_is_told(code, protected, table) for code in codes):
        yield from codes


def _is_told(measure: str, protected: ProtectedTable, table: CountedTable) -> bool:
    """Whether both the persons of the region and those who count twice in the sum are many enough."""
    region = table.region.get(measure, 0)
    overlap = table.counts[(TOTAL, measure)] - region
    is_printed = not isinstance(protected.cells[(TOTAL, measure)], str)
    return is_printed and min(region, overlap) >= OVERLAP_SHOWN_FROM


def _of_region(measure: str, shown: Collection[str], protected: ProtectedTable, table: CountedTable) -> Cell:
    if not table.region or protected.cells[(TOTAL, measure)] == NOT_AVAILABLE:
        return NOT_AVAILABLE
    return table.region[measure] if measure in shown else NOT_SHOWN


def _sum_of_parts(row: PrintedRow, cells: Mapping[Key, Cell], codes: Sequence[str]) -> Cell:
    """The sum of the parts; where one is hidden, the total less all others, which a reader could subtract too."""
    parts = [cells[(code,)] for code in row.parts]
    if NOT_AVAILABLE in parts:
        return NOT_AVAILABLE
    if NOT_SHOWN not in parts:
        return _sum(parts) or TRUE_ZERO
    others = [cells[(code,)] for code in codes if code not in row.parts]
    total = cells[(TOTAL,)]
    if NOT_SHOWN in others or isinstance(total, str):
        return NOT_SHOWN
    return total - _sum(others) or NOT_SHOWN


def _sum(cells: Sequence[Cell]) -> int | float:
    return sum(cell for cell in cells if not isinstance(cell, str))
