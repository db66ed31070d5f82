"""Shares: what is printed of an indicator, from which denominators on, and that the region gives nothing back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import protect_shares
from reports.shares import COMPLEMENT, DENOMINATOR, NUMERATOR, PERCENT
from reports.tables import (
    NOT_AVAILABLE,
    NOT_SHOWN,
    TOTAL,
    TRUE_ZERO,
    CountedTable,
    Dimension,
    Key,
    ProtectedTable,
)
from tests.reports.attacker import Attacker
from tests.reports.grids import COUNTRY, LARGE, RULES, counted, grid, grid_of, table_of


def test_a_share_is_printed_with_its_numerator_and_its_denominator() -> None:
    """With one decimal, also of the region."""
    assert _shares("AL | 120 | 80\n RS | 35 | 5") == grid(
        """
        reporting_country | numerator | denominator | percent
        AL                |       120 |         200 |    60.0
        RS                |        35 |          40 |    87.5
        TOTAL             |       155 |         240 |    64.6
        """
    )


@pytest.mark.parametrize(
    ("numerator", "others", "is_printed"),
    [
        (5, 15, True),
        (15, 5, True),
        (5, 14, False),
        (4, 30, False),
        (30, 4, False),
        (0, 30, False),
        (30, 0, False),
    ],
)
def test_a_share_about_persons_needs_twenty_and_five_on_both_sides(
    numerator: int, others: int, is_printed: bool
) -> None:
    """Also `nobody` and `all` tell of each person of the group."""
    printed = _row(_protect(f"AL | {numerator} | {others}\n RS | 300 | 300\n MD | 200 | 300"), "AL")

    assert (printed[PERCENT] != NOT_SHOWN) == is_printed
    assert (printed[NUMERATOR] != NOT_SHOWN) == is_printed


@pytest.mark.parametrize(
    ("numerator", "others", "percent"),
    [
        (0, 10, 0.0),
        (10, 0, 100.0),
        (0, 9, NOT_SHOWN),
        (9, 0, NOT_SHOWN),
        (1, 11, NOT_SHOWN),
        (5, 15, 25.0),
        (5, 14, NOT_SHOWN),
    ],
)
def test_performance_may_say_none_and_all_from_ten(numerator: int, others: int, percent: float | str) -> None:
    """It judges the service; what lies between needs twenty and five on both sides."""
    printed = _row(
        _protect(f"AL | {numerator} | {others}\n RS | 300 | 300\n MD | 200 | 300", performance=True), "AL"
    )

    assert printed[PERCENT] == percent


def test_a_country_with_fewer_than_fifty_persons_prints_no_share() -> None:
    """A share is an attribute, and such a country prints its total alone."""
    printed = _row(_protect("AL | 20 | 20\n RS | 300 | 300\n MD | 200 | 300", AL=49), "AL")

    assert printed == {NUMERATOR: NOT_SHOWN, DENOMINATOR: 40, PERCENT: NOT_SHOWN}


def test_the_region_does_not_give_a_hidden_numerator_back() -> None:
    """A second country hides with the one of three persons."""
    printed = _protect("AL | 3 | 30\n RS | 300 | 200\n MD | 200 | 300", performance=True)

    hidden = [
        country for country in ("AL", "RS", "MD", TOTAL) if _row(printed, country)[NUMERATOR] == NOT_SHOWN
    ]
    assert "AL" in hidden
    assert len(hidden) > 1


def test_a_share_of_nobody_is_not_available() -> None:
    """There is no zero per cent of none."""
    assert _row(_protect("AL | 0 | 0\n RS | 300 | 300\n MD | 200 | 300"), "AL") == {
        NUMERATOR: TRUE_ZERO,
        DENOMINATOR: TRUE_ZERO,
        PERCENT: NOT_AVAILABLE,
    }


def test_an_indicator_that_nobody_sent_is_not_available() -> None:
    """Every cell is `..`."""
    table = replace(_table("AL | 0 | 0\n RS | 0 | 0"), available=False)

    told = protect_shares(table, performance=True, country_persons={"AL": LARGE, "RS": LARGE}, rules=RULES)

    assert set(told.cells.values()) == {NOT_AVAILABLE}


COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 8, 10, 12, 20, 25])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=2, max_size=4), st.booleans())
def test_a_reader_learns_nothing_of_a_small_side(sides: list[tuple[int, int]], performance: bool) -> None:
    """Neither of the numerator nor of the others, by any subtraction, also where a zero would have been printed."""
    table = _table(
        "\n".join(f"C{number} | {above} | {others}" for number, (above, others) in enumerate(sides))
    )
    persons = dict.fromkeys(table.dimensions[0].codes, LARGE)

    printed = protect_shares(table, performance=performance, country_persons=persons, rules=RULES)

    attacker = Attacker(_as_sides(printed, table), most=60)
    for country in (*table.dimensions[0].codes, TOTAL):
        for side in (NUMERATOR, COMPLEMENT):
            if 0 < table.counts[(country, side)] < RULES.threshold:
                assert attacker.can_be((country, side), high=1)
                assert attacker.can_be((country, side), low=RULES.threshold - 1)


def _as_sides(printed: ProtectedTable, table: CountedTable) -> ProtectedTable:
    """What is printed, as the counts that a reader puts into equations: the others are denominator less numerator."""
    cells: dict[Key, int | float | str] = {}
    for country in (*table.dimensions[0].codes, TOTAL):
        above, below = printed.cells[(country, NUMERATOR)], printed.cells[(country, DENOMINATOR)]
        numbers = [0 if value == TRUE_ZERO else value for value in (above, below)]
        others = NOT_SHOWN if NOT_SHOWN in numbers else int(numbers[1]) - int(numbers[0])
        cells |= {(country, NUMERATOR): above, (country, COMPLEMENT): others, (country, TOTAL): below}
    return replace(printed, dimensions=table.dimensions, cells=cells)  # type: ignore[arg-type]


def _table(rows: str) -> CountedTable:
    read = counted(f"{COUNTRY} | {NUMERATOR} | {COMPLEMENT}\n{rows}", f"{COUNTRY} x part")
    country, part = read.dimensions
    given = {key: count for key, count in read.counts.items() if TOTAL not in key}
    return table_of((country, Dimension("part", "Part", part.codes, part.labels)), given)


def _protect(rows: str, *, performance: bool = False, **persons: int) -> ProtectedTable:
    table = _table(rows)
    country_persons = {code: persons.get(code, LARGE) for code in table.dimensions[0].codes}
    return protect_shares(table, performance=performance, country_persons=country_persons, rules=RULES)


def _shares(rows: str) -> str:
    return grid_of(_protect(rows))


def _row(table: ProtectedTable, country: str) -> dict[str, int | float | str]:
    return {part: table.cells[(country, part)] for part in (NUMERATOR, DENOMINATOR, PERCENT)}
