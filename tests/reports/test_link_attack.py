"""A reader of the tables that rest on links: both ends of a band, their difference, and what A1 and A10 say beside them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import Frame, build_release
from reports.disclosure import protect
from reports.lattice import build_lattice
from reports.link_tables import SECOND_END
from reports.small_numbers import THRESHOLD, SmallNumbers
from reports.tables import (
    NOT_SHOWN,
    REGION,
    TOTAL,
    CountedTable,
    Dimension,
    Key,
    Mark,
    ProtectedTable,
    TableText,
)
from tests.reports.ascii_tables import frame_of
from tests.reports.attacker import Sum, search
from tests.reports.grids import LARGE

RULES = SmallNumbers()
YEAR = 2026
BANDS = {"1+2": ("1", "2"), "1+R1": ("1", "R1"), "1+2+R1+R2": ("1", "2", "R1", "R2"), "R1+R2": ("R1", "R2")}
"""Both ends of two bands, and what lies between those of the second, as J2 and Q38 have them."""
CODES = ("1", "2", "R1", "R2", "N")
SPARSE = st.sampled_from([0, 0, 1, 2, 3, 5, 9, 14])
Cell = int | float | Mark


def banded(counts: Mapping[Key, int], rows: tuple[str, ...]) -> CountedTable:
    """A table of these rows by what links show, with sums as further codes."""
    cells: dict[Key, int] = {
        (row, code): sum(counts[one, part] for one in (rows if row == TOTAL else (row,)) for part in parts)
        for row in (*rows, TOTAL)
        for code, parts in {**{one: (one,) for one in CODES}, **BANDS, TOTAL: CODES}.items()
    }
    dimensions = tuple(
        Dimension(name, name, codes, {code: code for code in codes})
        for name, codes in (("form", rows), ("shown", (*CODES, *BANDS)))
    )
    return CountedTable(TableText("T", "T", "returns", "Returns"), dimensions, cells, "form", sums=BANDS)


def worlds_of(table: ProtectedTable, cell: Key, *, low: int, high: int, most: int) -> bool:
    """Whether a table of whole numbers agrees with all that is printed and has the cell between two numbers."""
    rows = table.dimensions[0].codes
    atoms = [(row, code) for row in rows for code in CODES]

    def parts(key: Key) -> tuple[int, ...]:
        codes = CODES if key[1] == TOTAL else BANDS.get(key[1], (key[1],))
        return tuple(n for n, (row, code) in enumerate(atoms) if key[0] in {row, TOTAL} and code in codes)

    known = [
        Sum(parts(key), value, value)
        for key, printed in table.cells.items()
        if printed != NOT_SHOWN
        for value in [0 if isinstance(printed, str) else int(printed)]
    ]
    return search([*known, Sum(parts(cell), low, high)], [most] * len(atoms))


@settings(max_examples=25, deadline=None)
@given(st.lists(SPARSE, min_size=10, max_size=10))
def test_neither_end_of_a_band_nor_what_lies_between_is_learned(counts: list[int]) -> None:
    """Each small cell, sums of codes among them, may be 1 or less and 4 or more."""
    table = banded(
        {(row, code): counts[n * 5 + m] for n, row in enumerate("ab") for m, code in enumerate(CODES)},
        ("a", "b"),
    )
    printed = protect(table, country_persons={}, rules=RULES)

    most = max(table.counts.values()) + 2 * THRESHOLD
    for cell in (cell for cell, count in table.counts.items() if 0 < count < THRESHOLD):
        assert printed.cells[cell] == NOT_SHOWN
        assert worlds_of(printed, cell, low=0, high=1, most=most)
        assert worlds_of(printed, cell, low=THRESHOLD - 1, high=10**6, most=most)


def test_a_sum_of_two_small_codes_is_told_where_it_is_large_and_never_where_it_is_small() -> None:
    """Three and four are seven; one and three would be four."""
    large = {"1": 3, "2": 4, "R1": 0, "R2": 0, "N": 60}
    small = {"1": 1, "2": 3, "R1": 0, "R2": 0, "N": 60}

    tables = [banded({("a", code): n for code, n in counts.items()}, ("a",)) for counts in (large, small)]
    sums = [protect(table, country_persons={}, rules=RULES).cells["a", "1+2"] for table in tables]

    assert sums == [7, NOT_SHOWN]


# Two dimensions of countries.


def moved(counts: Mapping[Key, int], *, never_same: tuple[str, ...]) -> CountedTable:
    """Moves from one of three countries to another."""
    codes = ("AL", "BA", "RS")
    names = ("reporting_country", "to_country")
    cells: dict[Key, int] = {
        (one, other): sum(
            n for key, n in counts.items() if one in {key[0], TOTAL} and other in {key[1], TOTAL}
        )
        for one in (*codes, TOTAL)
        for other in (*codes, TOTAL)
    }
    dimensions = tuple(Dimension(name, name, codes, {code: code for code in codes}) for name in names)
    text = TableText("T", "T", "returns", "Returns")
    return CountedTable(text, dimensions, cells, names[0], never_same=never_same)


MOVES: dict[Key, int] = {
    ("AL", "BA"): 3,
    ("AL", "RS"): 9,
    ("BA", "AL"): 20,
    ("BA", "RS"): 30,
    ("RS", "AL"): 25,
    ("RS", "BA"): 40,
}


def test_a_reader_who_knows_that_nobody_returns_to_the_same_country_learns_nothing() -> None:
    """No cell of a country to itself is an atom: no way of hiding counts on anybody being there."""
    table = moved(MOVES, never_same=("reporting_country", "to_country"))
    lattice = build_lattice(table)
    atoms = [lattice.cells[atom] for atom in lattice.atoms]

    printed = protect(table, country_persons=dict.fromkeys(("AL", "BA", "RS"), LARGE), rules=RULES)

    assert not [atom for atom in atoms if atom[0] == atom[1]]
    known = [
        Sum(
            tuple(n for n, atom in enumerate(atoms) if all(map(_matches, cell, atom))), int(value), int(value)
        )
        for cell, value in printed.cells.items()
        if not isinstance(value, str)
    ]
    small = (atoms.index(("AL", "BA")),)
    assert search([*known, Sum(small, 0, 1)], [150] * len(atoms))
    assert search([*known, Sum(small, THRESHOLD - 1, 10**6)], [150] * len(atoms))


def test_without_that_knowledge_the_same_reader_would_learn() -> None:
    """The mutant counts on somebody who went from a country to itself, and prints what gives a small cell away."""
    table = moved(MOVES, never_same=())
    lattice = build_lattice(table)

    assert [lattice.cells[atom] for atom in lattice.atoms if len(set(lattice.cells[atom])) == 1]
    hidden = [
        {
            key
            for key, value in protect(
                one, country_persons=dict.fromkeys(("AL", "BA", "RS"), LARGE), rules=RULES
            ).cells.items()
            if value == NOT_SHOWN and key[0] != key[1]
        }
        for one in (table, moved(MOVES, never_same=("reporting_country", "to_country")))
    ]
    assert hidden[0] != hidden[1]


def _matches(code: str, of_atom: str) -> bool:
    return code in {of_atom, TOTAL}


# A1, A10, A10b and A10c beside one another.


def region(*, twice: int, review: int, thrice: int = 0) -> Frame:
    """120 persons of each of three countries; some of Albania in Bosnia too, some more if a link under review holds,
    and some in all three."""
    cases = ["case | person | review | country"]
    for n in range(120):
        same, maybe, third = n < twice + thrice, n < twice + thrice + review, n < thrice
        cases.append(f"a{n} | p{n} | p{n} | AL")
        cases.append(f"b{n} | {f'p{n}' if same else f'q{n}'} | {f'p{n}' if maybe else f'q{n}'} | BA")
        cases.append(f"c{n} | {f'p{n}' if third else f'r{n}'} | {f'p{n}' if third else f'r{n}'} | RS")
    return frame_of("\n".join(cases))


@pytest.mark.parametrize(
    ("frame", "shown"),
    [
        (region(twice=20, review=2), {"automatic"}),
        (region(twice=20, review=8), {"automatic", "review"}),
        (region(twice=3, review=8), {"review"}),
    ],
    ids=["few with review", "many of both", "few automatic"],
)
def test_a1_a10_a10b_and_a10c_tell_the_same_ends_or_none(frame: Frame, shown: set[str]) -> None:
    """A1's region, A10's sum, A10b's rows and A10c's sum follow from one another: what one hides the others do not
    print, and no two of them differ by a few."""
    release = build_release(frame, year=YEAR, shells=["A1", "A10", "A10b", "A10c"])
    cells = {table.text.id: table.cells for table in release.tables}
    automatic = [
        cells["A1"][REGION, "IDENTIFIED"],
        cells["A10"][TOTAL, "FIRST"],
        cells["A10b"]["countries", "N1"],
        cells["A10c"][TOTAL, "AUTOMATIC"],
    ]
    review = [cells["A10"][TOTAL, "FIRST" + SECOND_END], cells["A10b"]["countries", "N1" + SECOND_END]]
    review.append(cells["A10c"][TOTAL, "WITH_REVIEW"])

    assert {isinstance(cell, int) for cell in automatic} == {"automatic" in shown}
    if "automatic" not in shown:
        assert automatic == [NOT_SHOWN] * 4
    if shown == {"automatic"}:
        assert review == [NOT_SHOWN] * 3
    if shown == {"automatic", "review"}:
        assert [
            int(one) - int(other)
            for one, other in zip((automatic[1], automatic[3]), (review[0], review[2]), strict=True)
        ] == [8, -8]


def test_one_person_of_three_countries_is_not_told_by_any_two_tables() -> None:
    """Twenty of two countries and one of three: she is counted again twice, and stands in three pairs."""
    release = build_release(region(twice=20, review=0, thrice=1), year=YEAR, shells=["A10", "A10b", "A10c"])

    a10, a10b, a10c = (table.cells for table in release.tables)
    assert a10[TOTAL, "FIRST"] == 360 - 22
    assert {cell for (row, _), cell in a10b.items() if row == "countries"} == {NOT_SHOWN}
    assert set(a10c.values()) == {NOT_SHOWN}
