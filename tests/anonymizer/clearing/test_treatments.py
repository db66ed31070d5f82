"""Each treatment, value by value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from anonymizer import CODE_LISTS, SHEET_COLUMNS, CatalogueFault, inner_case_token
from anonymizer.clearing.treatments import (
    Dates,
    Refused,
    band,
    coarsen,
    recode,
    tokenize,
    treatment_of,
    write_month,
    write_week,
    write_year,
)
from anonymizer.days import Precision
from tests.anonymizer.clearings import KEY, TODAY

CODES = {"SEX": "SEX", "LABOUR": "LABOUR", "UNK": "UNK", "NONE": "NONE", "sexual": "SEX"}
DAYS = Dates(TODAY, Precision.DAY)
YEARS = Dates(TODAY, Precision.YEAR)


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("SEX", "SEX"),
        ("SEX;LABOUR", "LABOUR;SEX"),
        (" SEX ; SEX;", "SEX"),
        ("sexual;SEX", "SEX"),
        ("UNK", "UNK"),
        ("NONE", "NONE"),
        ("SEX;UNK", Refused("code_not_alone")),
        ("NONE;SEX", Refused("code_not_alone")),
        ("SEX;WORK", Refused("unknown_code")),
        (";", Refused("unknown_code")),
        ("SEX;" * 501, Refused("too_long")),
    ],
)
def test_several_codes_are_sorted_and_stand_once(text: str, cleared: str | Refused) -> None:
    """Unknown and none stand alone."""
    assert recode(CODES, refusal="unknown_code", several=True)(text) == cleared


@pytest.mark.parametrize(
    ("text", "cleared"), [("SEX", "SEX"), ("sexual", "SEX"), ("SEX;LABOUR", None), ("sex", None)]
)
def test_a_single_code_is_a_code_of_the_list(text: str, cleared: str | None) -> None:
    """Nothing is guessed, not even upper case."""
    assert recode(CODES, refusal="unknown_code", several=False)(text) == (cleared or Refused("unknown_code"))


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("0", "0-5"), ("5", "0-5"), ("6", "6-8"), ("17", "15-17"), ("18", "18-20"), ("120", "48+"),
        ("9-17", "9-17"), ("CHILD_UNK", "CHILD_UNK"), ("UNK", "UNK"),
        ("121", Refused("wrong_age")), ("-1", Refused("wrong_age")), ("17.5", Refused("wrong_age")),
        ("١٧", Refused("wrong_age")), ("9999999", Refused("wrong_age")),
    ],
)  # fmt: skip
def test_an_age_becomes_its_band(text: str, cleared: str | Refused) -> None:
    """Years go into the finest band; the bands of older sources stay what they are."""
    assert band(CODE_LISTS["CL_AGE"], highest=120, refusal="wrong_age")(text) == cleared


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("0", "D0"), ("1", "D1"), ("3", "D2-3"), ("7", "D4-7"), ("365", "D181-365"), ("366", "D366+"), ("D8-14", "D8-14"),
        ("BEFORE", Refused("wrong_number")), ("-3", Refused("wrong_number")), ("many", Refused("wrong_number")),
    ],
)  # fmt: skip
def test_nights_become_a_band_of_days(text: str, cleared: str | Refused) -> None:
    """Nobody spends nights before they come."""
    assert band(CODE_LISTS["CL_DAYS"])(text) == cleared


def test_dates_are_kept_as_coarse_as_their_field_says() -> None:
    """Weeks, months and years; what is known less exactly stays so."""
    assert coarsen(write_week, DAYS)("2025-10-02") == "2025-10-01"
    assert coarsen(write_month, DAYS)("2025-10-02") == "2025-10"
    assert coarsen(write_year, YEARS)("2025-10-02") == "2025"
    assert [coarsen(write_week, YEARS)(text) for text in ("2025-10", "2025")] == ["2025-10", "2025"]
    assert [coarsen(write_month, YEARS)(text) for text in ("2025-10", "2025")] == ["2025-10", "2025"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2025-10", "date_too_coarse"),
        ("2026-04-01", "date_in_future"),
        ("1989-12-31", "date_too_early"),
        ("01.10.2025", "wrong_date"),
    ],
)
def test_a_date_that_cannot_be_right_is_refused(text: str, code: str) -> None:
    """Today is the last day that is not in the future."""
    assert coarsen(write_week, DAYS)(text) == Refused(code)
    assert coarsen(write_week, DAYS)("2026-03-31") == "2026-03-30"
    assert coarsen(write_month, Dates(date(2025, 10, 2), Precision.MONTH))("2025-10") == "2025-10"


def test_a_case_number_becomes_a_token_and_a_token_stays() -> None:
    """The laptop sends what the server would have made."""
    token = inner_case_token(KEY, "2025/17")

    assert tokenize(KEY)("2025/17") == token
    assert tokenize(bytes(32))(token) == token


def test_a_column_whose_field_is_not_cleared_is_a_mistake_of_the_catalogue() -> None:
    """It is found when the rules are made, before any row is read."""
    kept = replace(SHEET_COLUMNS[0], entity="batch", field="batch_id")

    with pytest.raises(CatalogueFault):
        treatment_of(kept, case_key=KEY, dates=DAYS)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("1" * 101, "too_long"),
        ("2025\u200b17", "unclear_case_number"),
        ("c1:17", "broken_token"),
        ("17\n18", "unclear_case_number"),
    ],
)
def test_a_case_number_that_could_be_meant_otherwise_is_refused(number: str, code: str) -> None:
    """What cannot be seen would make two cases out of one."""
    assert tokenize(KEY)(number) == Refused(code)
