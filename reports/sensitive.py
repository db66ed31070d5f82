"""Which cells of a table may not be shown, and how far a reader must stay away from each: the primary rules.

Small counts, countries with few persons, children. It decides on true counts and must never publish one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from reports.lattice import COUNTRY, Flags, Lattice, Numbers
from reports.small_numbers import SmallNumbers
from reports.tables import POOLED, POOLED_LABEL, TOTAL, CountedTable, Dimension, Key

FORM = "form"

CHILD_CODES = frozenset(
    {
        "CHILD",
        "PRESUMED_CHILD",
        "CHILD_UNK",
        "0-5",
        "6-8",
        "9-11",
        "12-14",
        "15-17",
        "0-8",
        "9-17",
        "0-17",
        "<18",
    }
)
"""Codes of age and of age status that say that a person is a child. Presumed children count as children."""

AGES = frozenset({"age_status", "age_at_registration", "age_at_exploitation_start", "age_band", "child"})
"""The dimensions in which those codes stand."""


@dataclass(frozen=True)
class Targets:
    """The cells to be protected: whatever is published, each must also be possible at `low` or less and at
    `high` or more."""

    cells: Numbers
    low: Numbers
    high: Numbers


def pooled_countries(persons: Mapping[str, int], rules: SmallNumbers) -> tuple[str, ...]:
    """The countries that stand together, of these with so many persons in the year.

    A pool of too few persons takes the next smallest country in.
    """
    pooled = {code for code, count in persons.items() if count < rules.pooled_below}
    by_size = sorted(persons, key=lambda code: (persons[code], code))
    for code in by_size:
        if 0 < sum(persons[one] for one in pooled) < rules.pooled_below:
            pooled.add(code)
    return tuple(code for code in persons if code in pooled)


def pool_countries(
    table: CountedTable, country_persons: Mapping[str, int], rules: SmallNumbers
) -> tuple[CountedTable, Mapping[str, int], tuple[str, ...]]:
    """The table with small countries under one code, the persons of its countries, and the pooled countries.

    The same countries in every table, also where some are missing from it: to hide a country's total here and
    print it there would give the pool away.
    """
    axis = next((n for n, d in enumerate(table.dimensions) if d.name == COUNTRY), None)
    if axis is None:
        return table, country_persons, ()
    countries = table.dimensions[axis]
    persons = {code: country_persons.get(code, 0) for code in countries.codes}
    pooled = pooled_countries({**persons, **country_persons}, rules)
    if not any(code in persons for code in pooled):
        return table, persons, pooled
    apart = tuple(code for code in countries.codes if code not in pooled)
    dimension = replace(countries, codes=(*apart, POOLED), labels={**countries.labels, POOLED: POOLED_LABEL})
    dimensions = (*table.dimensions[:axis], dimension, *table.dimensions[axis + 1 :])
    counts = _pooled_counts(table, dimensions, axis, pooled)
    together = {code: persons[code] for code in apart} | {POOLED: sum(persons[code] for code in pooled)}
    return replace(table, dimensions=dimensions, counts=counts), together, pooled


def hide_few_persons(
    table: CountedTable, lattice: Lattice, country_persons: Mapping[str, int], rules: SmallNumbers
) -> Flags:
    """The cells that are not printed because their country has few persons in the year, whatever their own
    count. Where the country's total in the table is shown and none, there is nothing to hide."""
    axis = next((n for n, d in enumerate(table.dimensions) if d.name == COUNTRY), None)
    if axis is None:
        return np.zeros(len(lattice.cells), dtype=np.bool_)
    shown = {code: rules.attributes_shown(persons) for code, persons in country_persons.items()}
    hidden = [cell[axis] != TOTAL and _is_beyond(table, cell, shown[cell[axis]]) for cell in lattice.cells]
    return np.array(hidden, dtype=np.bool_)


def thresholds(table: CountedTable, lattice: Lattice, rules: SmallNumbers) -> Numbers:
    """For each cell the smallest count that may be shown."""
    return np.array([_threshold(table.dimensions, cell, rules) for cell in lattice.cells], dtype=np.int64)


def find_targets(
    lattice: Lattice, hidden: Flags, threshold: Numbers, *, zeros: Flags | None = None
) -> Targets:
    """What must stay uncertain: small cells from 1 to under their threshold; zeros that tell of persons, as
    if they were one; and larger cells that are hidden for another reason, which may be as many fewer.

    Fewer and not more: where all persons of a country stand under one code, its published total is the most.
    """
    n = lattice.counts
    small = (n > 0) & (n < threshold)
    if zeros is not None:
        small |= zeros
    cells = np.flatnonzero(small | (hidden & (n > 0)))
    low = np.where(small[cells], 1, n[cells] - (threshold[cells] - 1))
    high = np.where(small[cells], threshold[cells] - 1, n[cells])
    return Targets(cells, low, high)


def _pooled_counts(
    table: CountedTable, dimensions: tuple[Dimension, ...], axis: int, pooled: tuple[str, ...]
) -> Mapping[Key, int]:
    def count(cell: Key) -> int:
        codes = pooled if cell[axis] == POOLED else (cell[axis],)
        return sum(table.counts[(*cell[:axis], code, *cell[axis + 1 :])] for code in codes)

    return {cell: count(cell) for cell in product(*(dimension.printed_codes for dimension in dimensions))}


def _is_beyond(table: CountedTable, cell: Key, shown: int | None) -> bool:
    """Whether a cell of a country tells of more attributes than may be shown of it; None: not even its
    total.

    A dimension without TOTAL lists populations (identified, assisted) and is no attribute: each of its codes
    is a total.
    """
    if shown is None:
        return True
    total = tuple(
        TOTAL if d.has_total and d.name != COUNTRY else code
        for d, code in zip(table.dimensions, cell, strict=True)
    )
    attributes = sum(code != whole for code, whole in zip(cell, total, strict=True))
    return attributes > shown and table.counts[total] > 0


def _threshold(dimensions: tuple[Dimension, ...], cell: Key, rules: SmallNumbers) -> int:
    """The higher threshold where child status meets two further attributes, or a country and a form."""
    told = {d.name: code for d, code in zip(dimensions, cell, strict=True) if code != TOTAL}
    if not any(name in AGES and code in CHILD_CODES for name, code in told.items()):
        return rules.threshold
    further = set(told) - AGES - {COUNTRY}
    is_strict = len(further) >= 2 or (COUNTRY in told and FORM in further)
    return rules.threshold_child if is_strict else rules.threshold
