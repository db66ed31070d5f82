"""Where nobody knows, no number stands: countries of which nobody sent what a table needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports import Frame, ProtectedTable, build_release, count_table
from reports.disclosure import protect
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, POOLED, REGION, TOTAL, TRUE_ZERO
from tests.reports.ascii_tables import frame_of
from tests.reports.grids import LARGE, RULES, counted, grid, grid_of

YEAR = 2026
NOTE = "Services are not available for Bosnia and Herzegovina: what depends on them sums over the other countries."


def cases_of(*, served: str, **persons: int) -> Frame:
    """So many persons a country, foreign in Albania; every other one of the countries `served` was sheltered."""
    rows = [
        (f"{country}{n}", country, country in served and n % 2 == 0)
        for country, number in persons.items()
        for n in range(number)
    ]
    cases = "\n".join(
        f"{case} | {country} | 2026-02-02 | {'FOREIGN' if country == 'AL' else 'UNK'} | MD"
        for case, country, _ in rows
    )
    services = "\n".join(f"{case} | SHELTER" for case, _, is_served in rows if is_served)
    return frame_of(
        "case | country | identified | nationality | citizenship\n" + cases,
        "case | service\n" + services if services else "",
    )


def published(frame: Frame, shell_id: str) -> ProtectedTable:
    (table,) = build_release(frame, year=YEAR, shells=[shell_id]).tables
    return table


def test_a1_keeps_the_identified_of_a_country_that_sent_no_services() -> None:
    """Its assisted are `..` and not zero, and in no sum."""
    printed = published(cases_of(served="AL", AL=240, BA=300), "A1")

    assert grid_of(printed) == grid(
        f"""
        reporting_country | IDENTIFIED | ASSISTED | NEWLY_ASSISTED | ASSISTED_BEFORE
        AL                |        240 |      120 |            120 |               -
        BA                |        300 |       .. |             .. |              ..
        {REGION}          |         .. |       .. |             .. |              ..
        TOTAL             |        540 |      120 |            120 |               -
        """
    )
    assert NOTE in printed.notes


def test_counts_before_protection_say_which_cells_of_a1_nobody_knows() -> None:
    """For statisticians: the zeros of Bosnia are none."""
    table = count_table(cases_of(served="AL", AL=2, BA=2), "A1", year=YEAR)

    assert table.not_available == {
        ("BA", measure) for measure in ("ASSISTED", "NEWLY_ASSISTED", "ASSISTED_BEFORE")
    }


@pytest.mark.parametrize("shell_id", ["A2", "E1", "Q01", "Q02", "Q04", "Q05", "Q06"])
def test_a_country_that_sent_no_services_is_not_available_where_they_are_needed(shell_id: str) -> None:
    """In each of its cells, in its place among the countries; the note names it."""
    printed = published(cases_of(served="ALRS", AL=240, BA=300, RS=200), shell_id)

    (axis,) = (n for n, one in enumerate(printed.dimensions) if one.name == "reporting_country")
    assert printed.dimensions[axis].codes == ("AL", "BA", "RS")
    assert {cell for key, cell in printed.cells.items() if key[axis] == "BA"} == {NOT_AVAILABLE}
    assert any(isinstance(cell, int) for key, cell in printed.cells.items() if key[axis] == TOTAL)
    assert NOTE in printed.notes


def test_a_share_of_the_region_is_one_of_the_countries_that_are_available() -> None:
    """Of 240 persons in Albania 120 were assisted; the 300 of Bosnia are in no denominator."""
    printed = published(cases_of(served="AL", AL=240, BA=300), "Q04")

    assert [printed.cells[TOTAL, part] for part in ("numerator", "denominator", "percent")] == [
        120,
        240,
        50.0,
    ]


def test_a_table_without_countries_names_those_that_are_not_in_it() -> None:
    """E2 has the services of the others."""
    printed = published(cases_of(served="AL", AL=240, BA=300), "E2")

    assert printed.cells["SHELTER", TOTAL] == 120
    assert NOTE in printed.notes


def test_countries_that_stand_together_are_available_when_one_of_them_is() -> None:
    """As one country is when one of its organizations sent services. Nobody is told which of them did."""
    printed = published(cases_of(served="ALRS", AL=240, RS=4, BA=4), "A1")

    assert printed.cells[POOLED, "IDENTIFIED"] == 8
    assert printed.cells[POOLED, "ASSISTED"] == NOT_SHOWN
    assert not [note for note in printed.notes if "Services" in note]


def test_countries_that_stand_together_are_missing_together() -> None:
    """Under the name under which they are printed."""
    printed = published(cases_of(served="AL", AL=240, RS=4, BA=4), "A1")

    assert printed.cells[POOLED, "IDENTIFIED"] == 8
    assert printed.cells[POOLED, "ASSISTED"] == NOT_AVAILABLE
    assert printed.notes[1] == (
        "Services are not available for Countries shown together: what depends on them sums over the other countries."
    )


def test_a_hidden_cell_does_not_hide_behind_a_country_that_is_not_available() -> None:
    """Who reads `..` knows that Bosnia adds nothing: Albania's three would be the sum of countries."""
    table = counted(
        """
        service | AL
        SHELTER | 22
        LEGAL   |  3
        TOTAL   | 22
        """,
        "service x reporting_country",
        not_additive="service",
    )
    missing = replace(table, missing={"BA": "Bosnia"}, needs="Services are not available for")

    printed = protect(missing, country_persons={"AL": LARGE, "BA": LARGE}, rules=RULES)

    assert grid_of(printed) == grid(
        """
        service | AL | BA | TOTAL
        SHELTER | 22 | .. |    22
        LEGAL   |  c | .. |     c
        TOTAL   | 22 | .. |    22
        """
    )


def test_foreign_victims_are_not_available_where_no_nationality_is_known() -> None:
    """Bosnia may have any number of them; `-` would say none."""
    printed = published(cases_of(served="", AL=240, BA=300), "B5")

    assert (printed.cells["MD", "AL"], printed.cells["MD", "BA"]) == (240, NOT_AVAILABLE)
    assert printed.cells["MD", TOTAL] == 240
    assert printed.notes == (
        "Nationalities are not available for Bosnia and Herzegovina: what depends on them sums over the other countries.",
    )


def test_foreign_victims_are_not_available_at_all_when_no_nationality_is_known() -> None:
    """As in the historic records, which have citizenships alone."""
    printed = published(cases_of(served="", BA=300, RS=200), "B5")

    assert set(printed.cells.values()) == {NOT_AVAILABLE}


def test_that_nobody_is_foreign_is_a_zero_where_nationalities_are_known() -> None:
    """One known national of a country is an answer."""
    frame = frame_of("case | country | nationality\n1 | AL | NATIONAL\n2 | AL | UNK")

    table = count_table(frame, "B5", year=YEAR)

    assert table.available
    assert set(protect(table, country_persons={"AL": LARGE}, rules=RULES).cells.values()) == {TRUE_ZERO}
