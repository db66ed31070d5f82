"""Disclosure control: from true counts to a table in which nobody can be found.

Primary rules, then enough further cells that no published number gives a hidden one away, then one mark for
all that is hidden. What cannot be proved safe is published coarser or not at all. It must never publish an
unproved pattern.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reports.elimination import hide_by_elimination
from reports.lattice import Flags, Lattice, build_lattice
from reports.sensitive import find_targets, hide_few_persons, pool_countries, thresholds
from reports.small_numbers import SmallNumbers
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TRUE_ZERO, CountedTable, Key, Mark, ProtectedTable


def protect(
    table: CountedTable, *, country_persons: Mapping[str, int], rules: SmallNumbers
) -> ProtectedTable:
    """The table as it may be published.

    `country_persons` has the persons of each reporting country in the year, the same for every table of a
    release, so that every table pools the same countries.
    """
    table, persons, pooled = pool_countries(table, country_persons, rules)
    lattice = build_lattice(table)
    hidden = hide_few_persons(table, lattice, persons, rules)
    targets = find_targets(lattice, hidden, thresholds(table, lattice, rules))
    hidden[targets.cells] = True
    sensitive = hidden.copy()
    hidden = hide_zeros_beside(
        lattice, hide_by_elimination(lattice, hide_zeros_beside(lattice, hidden), sensitive)
    )
    return ProtectedTable(
        text=table.text,
        dimensions=table.dimensions,
        cells=_published(lattice, hidden) if table.available else dict.fromkeys(lattice.cells, NOT_AVAILABLE),
        rows=table.rows,
        notes=_notes(table, pooled),
    )


def hide_zeros_beside(lattice: Lattice, hidden: Flags) -> Flags:
    """The hidden cells and every zero that stands in a row or column with one, until none does.

    A zero beside a `c` would say that the `c` is none; with one mark a `c` may be zero too.
    """
    result = hidden.copy()
    zeros = lattice.counts == 0
    while True:
        beside = np.isin(lattice.row, lattice.row[result]) | np.isin(lattice.column, lattice.column[result])
        if not (zeros & beside & ~result).any():
            return result
        result |= zeros & beside


def _published(lattice: Lattice, hidden: Flags) -> Mapping[Key, int | float | Mark]:
    cells: dict[Key, int | float | Mark] = {}
    for cell, count, is_hidden in zip(lattice.cells, lattice.counts, hidden, strict=True):
        cells[cell] = NOT_SHOWN if is_hidden else int(count) or TRUE_ZERO
    return cells


def _notes(table: CountedTable, pooled: tuple[str, ...]) -> tuple[str, ...]:
    if not pooled:
        return ()
    labels = next(d.labels for d in table.dimensions if set(pooled) <= set(d.labels))
    names = ", ".join(labels[code] for code in pooled)
    return (f"Countries with few persons in the year stand together: {names}.",)
