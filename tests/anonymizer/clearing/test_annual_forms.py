"""Annual forms: a country, a year, and at most one row for them."""

from __future__ import annotations

import pytest

from anonymizer import ARCHIVE, Clearing
from tests.anonymizer.batches_of_sheets import FORM_SHEETS, chunk_of_sheet, clear_batch, module_row
from tests.anonymizer.clearings import rules

WRONG = [
    ({"country": "HR"}, ("country", "country_not_registered")),
    ({"country": "Srbija"}, ("country", "unknown_country")),
    ({"year": "twenty"}, ("year", "wrong_count")),
    ({"year": "1994"}, ("year", "number_out_of_range")),
    ({"year": "2101"}, ("year", "number_out_of_range")),
]


@pytest.mark.parametrize("sheet", FORM_SHEETS)
def test_a_form_keeps_numbers_codes_and_the_country_in_two_letters(sheet: str) -> None:
    """What is not said is unknown, or empty where it is a number."""
    row = clear_batch({sheet: [module_row(sheet, country="SRB")]}).row(sheet)

    assert (row.pop("country"), row.pop("year")) == ("RS", "2025")
    assert set(row.values()) <= {"UNK", ""}


def test_numbers_are_whole_and_within_their_limits() -> None:
    """Nobody counts a person in them."""
    good = clear_batch({"shelter_capacity": [module_row("shelter_capacity", beds="012")]})
    bad = clear_batch({"shelter_capacity": [module_row("shelter_capacity", beds="2001", days_open="3,5")]})

    assert good.row("shelter_capacity")["beds"] == "12"
    assert bad.codes("shelter_capacity") == [("beds", "number_out_of_range"), ("days_open", "wrong_count")]


@pytest.mark.parametrize(("changes", "found"), WRONG)
@pytest.mark.parametrize("sheet", FORM_SHEETS)
def test_a_wrong_country_or_year_is_refused(
    sheet: str, changes: dict[str, str], found: tuple[str, str]
) -> None:
    """In every legal basis: an organization speaks for the countries in which it is registered."""
    for basis in ("CONSENT", ARCHIVE):
        assert clear_batch({sheet: [module_row(sheet, **changes)]}, basis).codes(sheet) == [found]


@pytest.mark.parametrize("sheet", FORM_SHEETS)
def test_a_country_and_year_come_once_in_a_batch(sheet: str) -> None:
    """In one chunk or in two; other countries and years are forms of their own."""
    rows = [
        module_row(sheet),
        module_row(sheet, year="2024"),
        module_row(sheet, country="ME"),
        module_row(sheet),
    ]
    clearing = Clearing(rules())
    first = clearing.clear(chunk_of_sheet(sheet, rows))
    later = clearing.clear(chunk_of_sheet(sheet, rows[:1]))

    assert [(one.row, one.column, one.code) for one in first.conflicts] == [(5, "year", "doubled_form")]
    assert (len(first.rows), len(later.rows)) == (3, 0)


@pytest.mark.parametrize("sheet", FORM_SHEETS)
def test_a_wrong_key_is_not_told_twice(sheet: str) -> None:
    """Two rows without a year are two rows without a year."""
    rows = [module_row(sheet, year=""), module_row(sheet, year="")]

    assert clear_batch({sheet: rows}).codes(sheet) == [("year", "missing_value")] * 2
