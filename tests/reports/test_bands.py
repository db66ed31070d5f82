"""Printed bands: both figures follow from cells that were protected together, and no difference tells of a few."""

from __future__ import annotations

import pytest

from reports import LINKED, Frame, ProtectedTable, build_release
from reports.bands import NO_LINKS, print_link_table
from reports.classifications import codes_of
from reports.gaps import GAPS, gap_code
from reports.link_tables import code_of_sum, link_part, link_table, printed_sums
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, TOTAL, TRUE_ZERO, Mark
from tests.reports.ascii_tables import frame_of

YEAR = 2026
Cell = int | float | Mark
PAIRS = code_of_sum([gap_code(*gap) for gap in GAPS])
"""All pairs that automatic links show."""


def protected(name: str, **cells: Cell) -> ProtectedTable:
    """A part of one country, Albania, and the region, which is the same; codes that are not named are true zeros."""
    shell = link_part(name).shell
    country, *between, last = (
        one.as_dimension(["AL"])
        if one.name == "reporting_country"
        else one.as_dimension(codes_of(one.codes)[:3])
        if "country" in one.name
        else one.as_dimension()
        for one in shell.dimensions
    )
    sums = {
        sum_: _sum_of([cells.get(code, TRUE_ZERO) for code in codes])
        for sum_, codes in printed_sums(name).items()
    }
    values = {
        (row, *(TOTAL for _ in between), code): cells.get(code, sums.get(code, TRUE_ZERO))
        for row in ("AL", TOTAL)
        for code in (*last.codes, *sums, TOTAL)
    }
    return ProtectedTable(shell.text, (country, *between, last), values, "reporting_country")


def _sum_of(cells: list[Cell]) -> Cell:
    """As a part has it where nothing else makes it known."""
    return NOT_SHOWN if NOT_SHOWN in cells else sum(c for c in cells if not isinstance(c, str)) or TRUE_ZERO


def row(table: str, *, has_links: bool = True, **parts: ProtectedTable) -> dict[str, Cell]:
    """What is printed of Albania; true zeros are left out."""
    printed = print_link_table(link_table(table), parts, has_links=has_links)
    return {
        code: cell for (country, code), cell in printed.cells.items() if country == "AL" and cell != TRUE_ZERO
    }


def test_with_review_a_figure_is_the_automatic_one_and_what_review_adds() -> None:
    """Of 100 returns 20 had no consent. 15 were in time, 10 more with review: 18.75 and 31.25 percent of 80."""
    returns = protected(
        "returns", WEEK_1=10, WEEKS_2=5, REVIEW_WEEK_1=10, NONE=15, UNLINKED=40, NO_CONSENT=20, TOTAL=100
    )

    assert row("Q38", returns=returns) == {
        "IN_TIME": 15,
        "IN_TIME_WITH_REVIEW": 25,
        "RETURNS": 80,
        "PERCENT": 19,
        "PERCENT_WITH_REVIEW": 31,
        "UNLINKED": 50,
        "NO_CONSENT": 20,
    }


def test_what_review_adds_hides_the_second_figure_when_it_is_hidden_itself() -> None:
    """Three more with review: they are `c` in the part, and so are the figure with them and its share. The two hidden
    codes are the unlinked: their sum is a code of its own, and is not hidden."""
    unlinked = "REVIEW_WEEK_1+REVIEW_WEEKS_2+REVIEW_WEEKS_4+REVIEW_NONE+UNLINKED"
    cells: dict[str, Cell] = {"REVIEW_WEEK_1": "c", "UNLINKED": "c", unlinked: 50}
    returns = protected("returns", WEEK_1=10, WEEKS_2=5, NONE=15, NO_CONSENT=20, TOTAL=100, **cells)

    printed = row("Q38", returns=returns)

    assert printed["IN_TIME"] == 15
    assert printed["IN_TIME_WITH_REVIEW"] == printed["PERCENT_WITH_REVIEW"] == NOT_SHOWN
    assert printed["UNLINKED"] == 50


def test_the_range_of_re_trafficking_goes_from_none_to_all_of_the_lost() -> None:
    """Of 100 who left 10 were trafficked again, 5 more with review; 50 were not followed: 10, 15 and 65 percent."""
    year = protected(
        "year", AGAIN_6=5, AGAIN_12=5, REVIEW_AGAIN_12=5, WELL_6=20, WELL_12=35, LOST=30, TOTAL=100
    )

    printed = row("Q44", year=year)

    assert (printed["AGAIN"], printed["AGAIN_WITH_REVIEW"], printed["LOST"]) == (10, 15, 50)
    assert (printed["PERCENT"], printed["PERCENT_WITH_REVIEW"], printed["PERCENT_ALL"]) == (10.0, 15.0, 65.0)


@pytest.mark.parametrize(
    ("cells", "band"),
    [
        ({"GAP_0_1": 10, "GAP_2_4": 15, "GAP_5_8": 5, "TOTAL": 30}, (2, 4)),
        ({"GAP_0_1": 5, "GAP_2_4": 5, "GAP_13": 20, "TOTAL": 30}, (13, "..")),
        # 5 hidden of 30: the 15th and 16th are in the second band wherever the five are.
        ({"GAP_0_1": "c", "GAP_2_4": 25, "GAP_5_8": "c", PAIRS: 30, "TOTAL": 30}, (2, 4)),
        # 10 hidden of 30: they may all be in the first, so that the 15th is; or all in the third.
        ({"GAP_0_1": "c", "GAP_2_4": 8, "GAP_5_8": "c", "GAP_9_12": 6, PAIRS: 30, "TOTAL": 30}, (0, 8)),
        ({"GAP_0_1": 19, "TOTAL": 19}, ("c", "c")),
        ({"UNLINKED": 30, "TOTAL": 30}, ("..", "..")),
    ],
    ids=["in one band", "no upper end", "hidden, but certain", "hidden, and wider", "few pairs", "no pair"],
)
def test_the_median_is_a_band_as_wide_as_hidden_cells_make_it(
    cells: dict[str, Cell], band: tuple[Cell, Cell]
) -> None:
    printed = row("Q39", gaps=protected("gaps", **cells))

    assert (printed["FROM"], printed["TO"]) == band


def test_a_share_of_none_is_not_available_and_hides_no_zero() -> None:
    """Nobody left: zeros stay zeros, and there is nothing to divide by. Of few the share alone is hidden."""
    nobody = row("Q44", year=protected("year"))
    few = row("Q44", year=protected("year", WELL_12=10, TOTAL=10))

    assert nobody == {"PERCENT": "..", "PERCENT_WITH_REVIEW": "..", "PERCENT_ALL": ".."}
    assert few == {"LEFT": 10}


def many(*, linked: bool) -> Frame:
    """120 persons of Albania and as many of Bosnia; if linked, 40 of them are the same, and 20 more with review."""
    cases = ["case | person | review | country | organization"]
    for n in range(120):
        cases.append(f"a{n} | p{n} | p{n} | AL | shelter")
        automatic = f"p{n}" if linked and n < 40 else f"q{n}"
        cases.append(f"b{n} | {automatic} | {f'p{n}' if linked and n < 60 else automatic} | BA | refuge")
    if not linked:
        cases = [" | ".join(line.split(" | ")[i] for i in (0, 3, 4)) for line in cases]
    return frame_of("\n".join(cases))


def test_a_release_prints_both_figures_of_persons() -> None:
    """240 persons of countries. In the region 200 by automatic links, 180 with review."""
    release = build_release(many(linked=True), year=YEAR, shells=["A10", "A10b", "A10c"])

    cells = {table.text.id: table.cells for table in release.tables}
    assert [cells["A10"][TOTAL, code] for code in ("CASES", "PERSONS", "FIRST", "FIRST_WITH_REVIEW")] == [
        240,
        240,
        200,
        180,
    ]
    assert [
        cells["A10b"]["countries", code] for code in ("N1", "N1_WITH_REVIEW", "N2", "N2_WITH_REVIEW")
    ] == [160, 120, 40, 60]
    assert (cells["A10c"][TOTAL, "AUTOMATIC"], cells["A10c"][TOTAL, "WITH_REVIEW"]) == (40, 60)


def test_without_links_what_rests_on_links_is_not_available_and_says_so() -> None:
    """No zeros: nobody looked. What was known before keeps its bytes."""
    release = build_release(many(linked=False), year=YEAR, shells=["A6", *LINKED])

    for table in release.tables[1:]:
        rests = {code for row_, code in table.cells if code not in {"INTAKE", "INTAKE_PERCENT"}}
        assert {cell for (_, code), cell in table.cells.items() if code in rests} == {NOT_AVAILABLE}, (
            table.text.id
        )
        assert NO_LINKS in table.notes, table.text.id


@pytest.mark.parametrize("shell_id", LINKED)
def test_a_reader_is_told_what_a_link_is_and_that_both_ends_are_printed(shell_id: str) -> None:
    """In the notes of each table, with the thresholds of it."""
    told = " ".join(link_table(shell_id).text.notes)

    assert "two cases are of one person" in told
    assert "not known for real records" in told
    assert "4 weeks" in told or shell_id not in {"J2", "Q38"}


@pytest.mark.parametrize("shell_id", LINKED)
def test_every_cell_that_is_printed_is_counted(shell_id: str) -> None:
    """The codes that columns name stand in the lists of their parts."""
    shell = link_table(shell_id)
    for one in (sum_ for column in shell.columns for sum_ in (column.of, column.percent) if sum_):
        for part, code in one.cells:
            last = link_part(part).shell.dimensions[-1]
            assert code == TOTAL or code in codes_of(last.codes)
