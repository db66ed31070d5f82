"""Counted tables and protected ones as text grids, so that an auditor can follow every rule by eye.

A grid has the codes of one dimension downwards and those of the others across (`F/CHILD`); counts without TOTALs,
which are summed here. A protected table is written back in the same form with its TOTALs and marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from reports.disclosure import protect
from reports.moves import Budget
from reports.small_numbers import SmallNumbers
from reports.tables import TOTAL, CountedTable, Dimension, Key, ProtectedTable, TableText

COUNTRY = "reporting_country"
RULES = SmallNumbers()
LARGE = 1_000
"""Persons of a country to which no rule on few persons applies."""


def counted(grid: str, names: str, *, rows: str = "", not_additive: str = "") -> CountedTable:
    """A table of the grid's counts. `names` are its dimensions, the downward one first: `form x reporting_country`.

    A dimension that is not additive has its TOTAL in the grid, because it is no sum.
    """
    lines = [[cell.strip() for cell in line.split("|")] for line in grid.strip().splitlines()]
    across = [tuple(heading.split("/")) for heading in lines[0][1:]]
    given = {
        (line[0], *codes): int(cell)
        for line in lines[1:]
        for codes, cell in zip(across, line[1:], strict=True)
    }
    dimensions = tuple(
        _dimension(name, [key[axis] for key in given], is_additive=name != not_additive)
        for axis, name in enumerate(names.split(" x "))
    )
    return table_of(dimensions, given, rows=rows)


def table_of(dimensions: tuple[Dimension, ...], given: Mapping[Key, int], *, rows: str = "") -> CountedTable:
    """A table of these counts with all its TOTALs; what is not given is none."""
    counts = {
        key: sum(count for cell, count in given.items() if _is_part(dimensions, cell, key))
        for key in product(*((*one.codes, TOTAL) if one.has_total else one.codes for one in dimensions))
    }
    text = TableText("T", "A table", "persons", "Identified victims of the year")
    return CountedTable(text, dimensions, counts, rows or dimensions[0].name)


def protected(
    table: CountedTable, *, rules: SmallNumbers = RULES, budget: Budget | None = None, **persons: int
) -> str:
    """The table as it is published, as a grid; `persons` of a country where they matter."""
    countries = next((one.codes for one in table.dimensions if one.name == COUNTRY), ())
    country_persons = {code: persons.get(code, LARGE) for code in countries}
    return grid_of(protect(table, country_persons=country_persons, rules=rules, budget=budget or Budget()))


def grid_of(table: ProtectedTable) -> str:
    """What is printed, TOTALs last."""
    down, *across = ((*one.codes, TOTAL) if one.has_total else one.codes for one in table.dimensions)
    columns = list(product(*across))
    lines = [[table.dimensions[0].name, *("/".join(codes) for codes in columns)]]
    lines += [[code, *(str(table.cells[(code, *codes)]) for codes in columns)] for code in down]
    return "\n".join(" | ".join(line) for line in lines)


def grid(text: str) -> str:
    """An expected grid without its blanks."""
    return "\n".join(
        " | ".join(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()
    )


def _dimension(name: str, codes: list[str], *, is_additive: bool) -> Dimension:
    unique = tuple(code for code in dict.fromkeys(codes) if code != TOTAL)
    return Dimension(name, name, unique, {code: code for code in unique}, is_additive=is_additive)


def _is_part(dimensions: tuple[Dimension, ...], cell: Key, whole: Key) -> bool:
    return all(
        ours == theirs or (theirs == TOTAL and one.is_additive)
        for one, ours, theirs in zip(dimensions, cell, whole, strict=True)
    )
