"""A year of the demo: every organization's sheet, and some persons in two of them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from app.demo.cases import Row
from app.demo.organizations import SENDERS, DemoOrganization, Registration
from app.demo.years import (
    IN_TWO_COUNTRIES,
    LAG_IN_DAYS,
    CaseName,
    cases_in_year,
    invent_linked_year,
    invent_year,
)
from tests.app.demo.door import clear_sheet

YEARS = [2021, 2022, 2023, 2024, 2025]


def _row(sheets: dict[str, list[Row]], case: CaseName) -> Row:
    return next(row for row in sheets[case.organization] if row["case_number"] == case.case_number)


def _country(sheets: dict[str, list[Row]], case: CaseName) -> str:
    sender = next(each for each in SENDERS if each.code == case.organization)
    return _row(sheets, case)["country"] or sender.countries[0]


def test_a_seed_gives_the_same_year_for_ever() -> None:
    """Sheets and pairs are the same, whenever they are made."""
    assert invent_linked_year(SENDERS, year=2025, seed=4) == invent_linked_year(SENDERS, year=2025, seed=4)
    assert invent_year(SENDERS, year=2025, seed=4) != invent_year(SENDERS, year=2025, seed=5)


@pytest.mark.parametrize("year", YEARS)
def test_every_organization_has_its_years_number_of_cases(year: int) -> None:
    """Persons from elsewhere take places and add none, so that small countries stay as small as they are."""
    sheets = invent_year(SENDERS, year=year, seed=1)

    assert list(sheets) == [sender.code for sender in SENDERS]
    for sender in SENDERS:
        expected = sum(cases_in_year(each, year=year, seed=1) for each in sender.registrations)
        assert len(sheets[sender.code]) == expected
        assert len({row["case_number"] for row in sheets[sender.code]}) == expected


@pytest.mark.parametrize("year", YEARS)
def test_the_door_accepts_the_whole_year(year: int) -> None:
    """The persons from elsewhere too: no sheet of a year has an error on the day on which it is filled."""
    sheets = invent_year(SENDERS, year=year, seed=1)

    for sender in SENDERS:
        chunks = clear_sheet(sender, sheets[sender.code], today=date(year + 1, 3, 31))
        assert sum(chunk.rejected for chunk in chunks) == 0
        assert sum(chunk.received for chunk in chunks) == len(sheets[sender.code])


@pytest.mark.parametrize("year", YEARS)
def test_some_persons_are_helped_in_two_countries(year: int) -> None:
    """About 4 % of the cases are the second of a person; nobody has three, and no case is in two pairs."""
    sheets, pairs = invent_linked_year(SENDERS, year=year, seed=1)

    cases = Counter(case for pair in pairs for case in pair)
    assert len(pairs) == round(IN_TWO_COUNTRIES * sum(map(len, sheets.values())))
    assert max(cases.values()) == 1
    assert all(_country(sheets, first) != _country(sheets, second) for first, second in pairs)


def test_the_second_case_comes_some_weeks_or_months_later() -> None:
    """First identified there, gone home, then identified here, all within the year."""
    sheets, pairs = invent_linked_year(SENDERS, year=2025, seed=1)

    for first, second in pairs:
        earlier, later = _row(sheets, first), _row(sheets, second)
        lag = date.fromisoformat(later["identified_on"]) - date.fromisoformat(earlier["identified_on"])
        assert LAG_IN_DAYS[0] <= lag.days <= LAG_IN_DAYS[1]
        assert later["identified_on"].startswith("2025")
        if earlier["returned_to"]:
            assert earlier["returned_to"] == _country(sheets, second)
            assert earlier["identified_on"] <= earlier["returned_on"] < later["identified_on"]
            assert earlier["first_service_on"] <= earlier["returned_on"]


def test_both_offices_write_the_same_person() -> None:
    """Birth date, number, sex, citizenship and forms are the same wherever both know them; the spelling differs."""
    sheets, pairs = invent_linked_year(SENDERS, year=2025, seed=1)
    rows = [(_row(sheets, first), _row(sheets, second)) for first, second in pairs]

    for earlier, later in rows:
        assert [earlier[same] for same in ("sex", "citizenship", "forms")] == [
            later[same] for same in ("sex", "citizenship", "forms")
        ]
        for known in ("birth_date", "identity_number"):
            assert not earlier[known] or not later[known] or earlier[known] == later[known]
    assert sum(earlier["birth_date"] == later["birth_date"] != "" for earlier, later in rows) > len(rows) / 3
    assert any(earlier["identity_number"] == later["identity_number"] != "" for earlier, later in rows)
    assert any(earlier["family_name"] == later["family_name"] != "" for earlier, later in rows)
    assert any(earlier["family_name"] != later["family_name"] for earlier, later in rows)


def test_one_country_alone_has_nobody_in_two() -> None:
    """Without a second country nobody moves."""
    alone = [sender for sender in SENDERS if sender.countries == ("RO",)]

    assert invent_linked_year(alone, year=2025, seed=1)[1] == []


def test_an_organization_that_sends_nothing_has_no_sheet() -> None:
    """Readers of the demo have no cases."""
    reader = DemoOrganization("reader", "Reader (demo)", "OTHER", seat="RS")

    assert invent_year([reader], year=2025, seed=1) == {}


def test_yearly_numbers_vary_a_little() -> None:
    """Not every year has the same number, and a handful stays a handful."""
    romanian, montenegrin = Registration("RO", 190, "ro"), Registration("ME", 3, "sr-Latn")

    counts = {cases_in_year(romanian, year=year, seed=1) for year in YEARS}
    assert len(counts) > 1
    assert all(178 <= count <= 202 for count in counts)
    assert {cases_in_year(montenegrin, year=year, seed=1) for year in YEARS} == {3}
