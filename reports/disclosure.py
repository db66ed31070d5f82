"""Disclosure control: from true counts to a table in which nobody can be found.

Primary rules, then enough further cells that no published number gives a hidden one away, then one mark for
all that is hidden. What cannot be proved safe is published coarser or not at all. It must never publish a
pattern without its proof. The proof over all tables of all releases together takes its place here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reports.audit import prove
from reports.elimination import hide_by_elimination
from reports.lattice import Flags, Lattice, Numbers, build_lattice
from reports.marks import hide_zeros_beside, published_cells
from reports.moves import Budget
from reports.sensitive import Targets, find_targets, hide_few_persons, pool_countries, thresholds
from reports.small_numbers import SmallNumbers
from reports.tables import NOT_AVAILABLE, CountedTable, ProtectedTable

PROVED_BY_DEFAULT = Budget()


def protect(
    table: CountedTable,
    *,
    country_persons: Mapping[str, int],
    rules: SmallNumbers,
    budget: Budget = PROVED_BY_DEFAULT,
) -> ProtectedTable:
    """The table as it may be published.

    `country_persons` has the persons of each reporting country in the year, the same for every table of a
    release, so that every table pools the same countries.
    """
    table, persons, pooled = pool_countries(table, country_persons, rules)
    lattice = build_lattice(table)
    few = hide_few_persons(table, lattice, persons, rules)
    targets = find_targets(lattice, few, thresholds(table, lattice, rules))
    nothing = np.zeros_like(lattice.atoms)
    hidden = hide_enough(lattice, few, targets=targets, floors=nothing, budget=budget)
    return ProtectedTable(
        text=table.text,
        dimensions=table.dimensions,
        cells=published_cells(lattice, hidden)
        if table.available
        else dict.fromkeys(lattice.cells, NOT_AVAILABLE),
        rows=table.rows,
        notes=_notes(table, pooled),
    )


def hide_enough(lattice: Lattice, few: Flags, *, targets: Targets, floors: Numbers, budget: Budget) -> Flags:
    """The cells to hide so that every target is proved open: as few as we find, else all detail, else all.

    Each step down hides the cells that tell of one attribute more; a table of which nothing is published
    needs no proof.
    """
    for depth in range(lattice.depth.max(), lattice.depth.min() - 1, -1):
        sensitive = few | (lattice.depth > depth)
        sensitive[targets.cells] = True
        hidden = hide_by_elimination(lattice, hide_zeros_beside(lattice, sensitive), targets.cells)
        hidden = hide_zeros_beside(lattice, hidden)
        proof = prove(lattice, hidden, targets=targets, floors=floors, budget=budget)
        if proof is not None:
            return proof.hidden
    return np.ones_like(few)


def _notes(table: CountedTable, pooled: tuple[str, ...]) -> tuple[str, ...]:
    if not pooled:
        return ()
    labels = next(d.labels for d in table.dimensions if set(pooled) <= set(d.labels))
    names = ", ".join(labels[code] for code in pooled)
    return (f"Countries with few persons in the year stand together: {names}.",)
