"""Random small tables against a reader who tries everything: nothing is learned of any small cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import protect
from reports.lattice import build_lattice
from reports.marks import published_cells
from reports.sensitive import thresholds
from reports.small_numbers import SmallNumbers
from reports.tables import NOT_SHOWN, TOTAL, TRUE_ZERO, CountedTable, Dimension, Key, Mark, ProtectedTable
from tests.reports.attacker import Attacker, narrowed
from tests.reports.grids import LARGE, table_of

RULES = SmallNumbers()
NAMES = ("form", "sex", "age_status")
CHILD_OR_ADULT = ("CHILD", "ADULT", "UNK")
SPARSE = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 9, 14])
"""Counts as they are in small countries: mostly none, one or two."""


@st.composite
def tables(draw: st.DrawFn, shapes: tuple[tuple[int, ...], ...]) -> CountedTable:
    """A table of one of these shapes."""
    shape = draw(st.sampled_from(shapes))
    dimensions = tuple(_dimension(name, size) for name, size in zip(NAMES, shape, strict=False))
    cells = list(np.ndindex(*shape))
    counts = draw(st.lists(SPARSE, min_size=len(cells), max_size=len(cells)))
    given_counts = {
        tuple(one.codes[at] for one, at in zip(dimensions, cell, strict=True)): count
        for cell, count in zip(cells, counts, strict=True)
    }
    return table_of(dimensions, given_counts)


@st.composite
def services(draw: st.DrawFn) -> CountedTable:
    """Two or three services by two countries' worth of forms: persons may receive several, all receive one."""
    received = draw(
        st.lists(
            st.lists(st.lists(st.booleans(), min_size=3, max_size=3), max_size=9), min_size=2, max_size=3
        )
    )
    dimensions = (_dimension("service", 3, is_additive=False), _dimension("form", len(received)))
    persons = [
        [(True, False, False) if not any(person) else tuple(person) for person in form] for form in received
    ]
    counts: dict[Key, int] = {}
    for at, form in enumerate(dimensions[1].codes):
        counts[(TOTAL, form)] = len(persons[at])
        for service, code in enumerate(dimensions[0].codes):
            counts[(code, form)] = sum(person[service] for person in persons[at])
    return table_of(dimensions, counts)


@settings(max_examples=80, deadline=None)
@given(tables(shapes=((1, 2), (2, 2), (2, 3), (3, 3), (4, 2), (5, 1))))
def test_a_reader_learns_nothing_from_a_two_way_table(table: CountedTable) -> None:
    """Every small cell may be 1 or less, and one under the threshold or more."""
    assert narrowed(_protected(table), table.counts, _smallest_shown(table)) == []


@settings(max_examples=50, deadline=None)
@given(tables(shapes=((2, 2, 2), (3, 2, 2), (2, 2, 3))))
def test_a_reader_learns_nothing_from_a_three_way_table(table: CountedTable) -> None:
    """Also where bounds in fractions would be wider than those in whole persons."""
    assert narrowed(_protected(table), table.counts, _smallest_shown(table)) == []


@settings(max_examples=50, deadline=None)
@given(services())
def test_a_reader_learns_nothing_where_codes_do_not_sum_to_their_total(table: CountedTable) -> None:
    """A service has no more persons than all services together, and a reader knows that."""
    assert narrowed(_protected(table), table.counts, _smallest_shown(table)) == []


@settings(max_examples=50, deadline=None)
@given(tables(shapes=((2, 2), (4, 3), (3, 2, 2), (6, 1))))
def test_a_zero_never_stands_beside_a_cell_that_is_not_shown(table: CountedTable) -> None:
    """Neither in its row nor in its column."""
    cells = _protected(table).cells

    for zero in (cell for cell, value in cells.items() if value == TRUE_ZERO):
        beside = [cell for cell in cells if cell[0] == zero[0] or cell[1:] == zero[1:]]
        assert not [cell for cell in beside if cells[cell] == NOT_SHOWN]


@settings(max_examples=20, deadline=None)
@given(tables(shapes=((4, 3), (3, 2, 2))))
def test_the_same_counts_always_give_the_same_pattern(table: CountedTable) -> None:
    """Whatever was protected before, and in whatever order the counts came."""
    backwards = replace(table, counts=dict(sorted(table.counts.items(), reverse=True)))

    assert _protected(backwards).cells == _protected(table).cells


@settings(max_examples=50, deadline=None)
@given(tables(shapes=((2, 2), (3, 3), (3, 2, 2))))
def test_what_is_printed_is_true(table: CountedTable) -> None:
    """A number is the count itself, and `-` is none."""
    printed = {cell: value for cell, value in _protected(table).cells.items() if value != NOT_SHOWN}

    assert {cell: 0 if value == TRUE_ZERO else value for cell, value in printed.items()} == {
        cell: table.counts[cell] for cell in printed
    }


@pytest.mark.parametrize("seed", range(3))
def test_the_same_reader_finds_cells_where_only_small_ones_are_hidden(seed: int) -> None:
    """So that the tests above can fail: without further cells most small ones can be worked out."""
    table = _random_table(seed)
    lattice = build_lattice(table)
    smallest = _smallest_shown(table)
    small = np.array([0 < table.counts[cell] < smallest[cell] for cell in lattice.cells])

    leaking = replace(_protected(table), cells=published_cells(lattice, small))

    assert len(narrowed(leaking, table.counts, smallest)) > small.sum() / 2


def test_the_same_reader_gains_from_zeros_that_are_printed_beside() -> None:
    """A mutant of the pattern prints the hidden zeros of ten protected tables: that gives cells away."""
    tables_of_ten = [_random_table(seed) for seed in range(10)]

    leaking = [
        table
        for table in tables_of_ten
        if narrowed(_with_its_zeros(_protected(table), table), table.counts, _smallest_shown(table))
    ]

    assert leaking


@settings(max_examples=30, deadline=None)
@given(tables(shapes=((4, 3),)))
def test_no_cell_of_a_country_with_few_persons_can_be_worked_out(table: CountedTable) -> None:
    """Its larger cells are hidden too: each may be four persons fewer, whatever the region and the others
    say."""
    countries = replace(table.dimensions[0], name="reporting_country")
    table = replace(table, dimensions=(countries, *table.dimensions[1:]), rows="reporting_country")
    few, *others = countries.codes
    persons = {few: RULES.total_only_below - 1} | dict.fromkeys(others, LARGE)

    protected = protect(table, country_persons=persons, rules=RULES)

    attacker = Attacker(protected, most=max(table.counts.values()) + RULES.threshold)
    for cell, count in table.counts.items():
        if cell[0] == few and cell[1] != TOTAL and count:
            assert attacker.can_be(cell, high=max(1, count - (RULES.threshold - 1)))


def _protected(table: CountedTable) -> ProtectedTable:
    return protect(table, country_persons={}, rules=RULES)


def _smallest_shown(table: CountedTable) -> dict[Key, int]:
    lattice = build_lattice(table)
    return dict(zip(lattice.cells, thresholds(table, lattice, RULES).tolist(), strict=True))


def _with_its_zeros(protected: ProtectedTable, table: CountedTable) -> ProtectedTable:
    hidden = [cell for cell, value in protected.cells.items() if value == NOT_SHOWN]
    zeros: dict[Key, int | float | Mark] = {cell: TRUE_ZERO for cell in hidden if not table.counts[cell]}
    return replace(protected, cells={**protected.cells, **zeros})


def _random_table(seed: int) -> CountedTable:
    numbers = np.random.default_rng(seed)
    dimensions = (_dimension("form", 4), _dimension("sex", 3))
    counts = numbers.choice([0, 0, 2, 3, 7, 12], size=(4, 3))
    return table_of(
        dimensions,
        {
            (form, sex): int(counts[row, column])
            for row, form in enumerate(dimensions[0].codes)
            for column, sex in enumerate(dimensions[1].codes)
        },
    )


def _dimension(name: str, size: int, *, is_additive: bool = True) -> Dimension:
    numbered = tuple(f"{name[0]}{number}" for number in range(size))
    codes = CHILD_OR_ADULT[:size] if name == "age_status" else numbered
    return Dimension(name, name, codes, {code: code for code in codes}, is_additive=is_additive)
