"""From a protected table to the table that is printed: rows that follow from it, and rows that are not available.

Everything here is worked out from what is published already, so that it tells a reader nothing new. The one
exception is the region in A1, which has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from reports.shells import PrintedRow, printed_rows
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
"""The region with each person once is shown where the sum of countries counts at least so many twice: below, the
difference of the two would be a small cell (architecture, "Small numbers")."""

REGION_LABEL = "Region, each person once"

Cell = int | float | Mark


def without_not_available(table: CountedTable) -> CountedTable:
    """The table without the codes that nobody sent anything on, so that they are not taken for zeros."""
    dimensions = tuple(_without_codes(dimension, table.not_available) for dimension in table.dimensions)
    counts = {key: count for key, count in table.counts.items() if not table.not_available.intersection(key)}
    return replace(table, dimensions=dimensions, counts=counts)


def with_not_available(protected: ProtectedTable, table: CountedTable) -> ProtectedTable:
    """The protected table with `..` for the codes that nobody sent anything on, in their place."""
    dimensions = tuple(
        replace(full, codes=full.codes, labels=full.labels)
        if table.not_available.intersection(full.codes)
        else one
        for one, full in zip(protected.dimensions, table.dimensions, strict=True)
    )
    keys = product(*(_printed_codes(dimension) for dimension in dimensions))
    return replace(
        protected, dimensions=dimensions, cells={key: protected.cells.get(key, NOT_AVAILABLE) for key in keys}
    )


def with_region(protected: ProtectedTable, table: CountedTable) -> ProtectedTable:
    """A1 with a last row: the region with each person once. `..` without linkage, `c` where the overlap is small."""
    countries, measures = protected.dimensions
    row: dict[Key, Cell] = {(REGION, code): _of_region(code, protected, table) for code in measures.codes}
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


def _without_codes(dimension: Dimension, codes: frozenset[str]) -> Dimension:
    return replace(dimension, codes=tuple(code for code in dimension.codes if code not in codes))


def _printed_codes(dimension: Dimension) -> tuple[str, ...]:
    return (*dimension.codes, TOTAL) if dimension.has_total else dimension.codes


def _of_region(measure: str, protected: ProtectedTable, table: CountedTable) -> Cell:
    total = protected.cells[(TOTAL, measure)]
    if not table.region or total == NOT_AVAILABLE:
        return NOT_AVAILABLE
    overlap = table.counts[(TOTAL, measure)] - table.region[measure]
    return NOT_SHOWN if isinstance(total, str) or overlap < OVERLAP_SHOWN_FROM else table.region[measure]


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
