"""Disclosure control: from true counts to a table in which nobody can be found.

Primary rules, then enough further cells that no published number gives a hidden one away, then one mark for
all that is hidden. What cannot be proved safe is published coarser or not at all. It must never publish a
pattern without its proof. The proof over all tables of all releases together takes its place here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from reports.lattice import COUNTRY, build_lattice
from reports.marks import published_cells
from reports.missing import with_missing
from reports.moves import Budget
from reports.sensitive import find_targets, hide_few_persons, pool_countries, thresholds
from reports.shares import PRINTED_PART, judge_shares, print_shares
from reports.small_numbers import SmallNumbers
from reports.suppression import hide_enough
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TOTAL, CountedTable, Key, ProtectedTable

CellName = tuple[str, str, frozenset[tuple[str, str]]]
"""What a cell counts, in whatever table it stands: population, unit, and the codes of its dimensions."""

STANDARD = Budget()


def protect_all(
    tables: Sequence[CountedTable],
    *,
    country_persons: Mapping[str, int],
    rules: SmallNumbers,
    budget: Budget = STANDARD,
) -> tuple[ProtectedTable, ...]:
    """The tables of one release as they may be published, in the order given.

    A cell that several tables have is hidden in all of them or in none: else the one would print what the
    other hides. Tables of the same population and unit count the same persons. Each table is proved by
    itself.
    """
    hidden: set[CellName] = set()
    protected: dict[int, ProtectedTable] = {}
    largest_first = sorted(range(len(tables)), key=lambda place: -len(tables[place].counts))
    while stale := [place for place in largest_first if _prints_any(protected.get(place), hidden)]:
        for place in stale:
            protected[place] = protect(
                tables[place],
                country_persons=country_persons,
                rules=rules,
                hidden_elsewhere=hidden,
                budget=budget,
            )
            hidden.update(_hidden_names(protected[place]))
    return tuple(protected[place] for place in range(len(tables)))


def protect(
    table: CountedTable,
    *,
    country_persons: Mapping[str, int],
    rules: SmallNumbers,
    hidden_elsewhere: Collection[CellName] = (),
    budget: Budget = STANDARD,
) -> ProtectedTable:
    """The table as it may be published. Raises ValueError when its counts do not add up.

    `country_persons` has the persons of each reporting country in the year, the same for every table of a
    release, so that every table pools the same countries. `hidden_elsewhere` names cells that another table
    hides.
    """
    table, persons, pooled = pool_countries(table, country_persons, rules)
    lattice = build_lattice(table)
    few = hide_few_persons(table, lattice, persons, rules)
    targets = find_targets(lattice, few, thresholds(table, lattice, rules))
    elsewhere = np.array(
        [cell in table.hidden or _name(table, cell) in hidden_elsewhere for cell in lattice.cells],
        dtype=np.bool_,
    )
    floors = np.zeros_like(lattice.atoms)
    hidden = hide_enough(lattice, few | elsewhere, targets=targets, floors=floors, budget=budget)
    protected = ProtectedTable(
        text=table.text,
        dimensions=table.dimensions,
        cells=published_cells(lattice, hidden),
        rows=table.rows,
        notes=_notes(table, pooled),
    )
    return _available(protected, table, pooled)


def protect_shares(
    table: CountedTable,
    *,
    performance: bool,
    country_persons: Mapping[str, int],
    rules: SmallNumbers,
    budget: Budget = STANDARD,
) -> ProtectedTable:
    """An indicator as it may be published: numerator, denominator and percent of each country and the region.

    `table` counts reporting country by part, whose codes are `numerator` and `complement`; its TOTAL is the
    denominator. `performance` says that the indicator judges services, so that 0 % and 100 % may be read.
    """
    table, persons, pooled = pool_countries(table, country_persons, rules)
    lattice = build_lattice(table)
    few = hide_few_persons(table, lattice, persons, rules)
    judged = judge_shares(lattice, performance=performance, few=few, rules=rules)
    lattice = replace(lattice, zeros=lattice.zeros & ~judged.open_zeros)
    few = few | judged.hidden
    targets = find_targets(lattice, few, thresholds(table, lattice, rules), zeros=judged.zeros)
    hidden = hide_enough(lattice, few, targets=targets, floors=judged.floors, budget=budget)
    protected = ProtectedTable(
        text=table.text,
        dimensions=(*(d for d in table.dimensions if d.name == COUNTRY), PRINTED_PART),
        cells=print_shares(table, lattice, hidden),
        rows=COUNTRY,
        measure="percent",
        notes=_notes(table, pooled),
    )
    return _available(protected, table, pooled)


def _prints_any(table: ProtectedTable | None, hidden: Collection[CellName]) -> bool:
    """Whether a table is still to be protected, or prints a cell that another one hides."""
    if table is None:
        return True
    printed = (cell for cell, value in table.cells.items() if value not in {NOT_SHOWN, NOT_AVAILABLE})
    return any(_name(table, cell) in hidden for cell in printed)


def _hidden_names(table: ProtectedTable) -> Iterator[CellName]:
    return (_name(table, cell) for cell, value in table.cells.items() if value == NOT_SHOWN)


def _name(table: CountedTable | ProtectedTable, cell: Key) -> CellName:
    told = frozenset((d.name, code) for d, code in zip(table.dimensions, cell, strict=True) if code != TOTAL)
    return table.text.population, table.text.unit, told


def _available(protected: ProtectedTable, table: CountedTable, pooled: tuple[str, ...]) -> ProtectedTable:
    """The table with `..` for what nobody sent: all of it, or some countries."""
    if table.available:
        return with_missing(protected, table, pooled)
    return replace(protected, cells=dict.fromkeys(protected.cells, NOT_AVAILABLE))


def _notes(table: CountedTable, pooled: tuple[str, ...]) -> tuple[str, ...]:
    labels = next((d.labels for d in table.dimensions if d.name == COUNTRY), {})
    if not any(code in labels for code in pooled):
        return ()
    names = ", ".join(labels[code] for code in pooled if code in labels)
    return (f"Countries with few persons in the year stand together: {names}.",)
