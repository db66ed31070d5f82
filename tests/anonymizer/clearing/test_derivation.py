"""What is derived from several columns, and what contradicts itself."""

from __future__ import annotations

import pytest

from anonymizer.clearing import derivation
from anonymizer.clearing.treatments import Refused


@pytest.mark.parametrize(
    ("birth", "registered", "age"),
    [
        ("2007-03-04", "2025-03-04", "18-20"),
        ("2007-03-05", "2025-03-04", "15-17"),
        ("2000-01-01", "2025-06", "24-26"),
        ("2007-06-15", "2025-06", "UNK"),  # 17 until the 14th, 18 from the 15th
        ("2013-06-15", "2025-06", "CHILD_UNK"),  # 11 or 12
        ("2004-06-15", "2025-06", "ADULT_UNK"),  # 20 or 21
        ("2025-06-15", "2025-06", "0-5"),
        ("", "2025-03-04", ""),
        ("2000-01-01", "4.3.2025", ""),  # the registration is an error of its own
    ],
)
def test_the_age_is_that_at_registration(birth: str, registered: str, age: str) -> None:
    """Where the day of registration is not known, only what holds on all its days is said."""
    assert derivation.age_from_birth("", birth, registered) == age


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        ("2025-03-05", "birth_after_registration"),
        ("1899-01-01", "date_too_early"),
        ("5.3.1999", "wrong_date"),
        ("1999", "wrong_date"),
    ],
)
def test_a_birth_date_that_cannot_be_right_is_refused_even_beside_an_age(birth: str, code: str) -> None:
    """It is a link key as well."""
    assert derivation.age_from_birth("24-26", birth, "2025-03-04") == Refused(code)


@pytest.mark.parametrize(
    ("status", "age", "derived"),
    [
        ("UNK", "15-17", "CHILD"), ("UNK", "9-17", "CHILD"), ("UNK", "CHILD_UNK", "CHILD"), ("UNK", "18-20", "ADULT"),
        ("UNK", "ADULT_UNK", "ADULT"), ("UNK", "UNK", "UNK"), ("PRESUMED_CHILD", "UNK", "PRESUMED_CHILD"),
        ("PRESUMED_CHILD", "15-17", "PRESUMED_CHILD"), ("CHILD", "UNK", "CHILD"),
        ("ADULT", "15-17", None), ("CHILD", "18-20", None), ("PRESUMED_CHILD", "48+", None),
    ],
)  # fmt: skip
def test_child_or_adult_follows_from_the_age(status: str, age: str, derived: str | None) -> None:
    """A presumed child's age may be unknown; an adult's age makes nobody a child."""
    assert derivation.age_status(status, age) == (derived or Refused("child_status_contradicts_age"))


@pytest.mark.parametrize(
    ("start", "age", "accepted"),
    [("15-17", "18-20", True), ("18-20", "18-20", True), ("21-23", "18-20", False), ("ADULT_UNK", "9-17", False),
     ("CHILD_UNK", "48+", True), ("18-20", "UNK", True), ("48+", "ADULT_UNK", True)],
)  # fmt: skip
def test_exploitation_cannot_begin_after_registration(start: str, age: str, accepted: bool) -> None:
    """An error only where all of one band is above all of the other."""
    refused = Refused("exploitation_after_registration")

    assert derivation.age_at_start(start, age) == (start if accepted else refused)


@pytest.mark.parametrize(
    ("citizenship", "country", "status"),
    [
        ("RS", "RS", "NATIONAL"), ("MD;RS", "RS", "NATIONAL"), ("MD", "RS", "FOREIGN"), ("XXA", "RS", "STATELESS"),
        ("ZZ", "RS", "UNK"), ("MD", "ZZ", "UNK"), ("XXA", "ZZ", "STATELESS"),
    ],
)  # fmt: skip
def test_nationality_follows_from_citizenship_and_reporting_country(
    citizenship: str, country: str, status: str
) -> None:
    """One citizenship of the reporting country is enough."""
    assert derivation.nationality("", citizenship, country) == status
    assert derivation.nationality("UNK", citizenship, country) == "UNK"


@pytest.mark.parametrize(
    ("recruited_in", "exploited_in", "scope"),
    [("RS", "RS", "INTERNAL"), ("MD", "RS", "CROSS_BORDER"), ("ZZ", "RS", "UNK"), ("RS", "ZZ", "UNK")],
)
def test_scope_follows_from_the_two_countries(recruited_in: str, exploited_in: str, scope: str) -> None:
    """Whatever the citizenship."""
    assert derivation.scope("", recruited_in, exploited_in) == scope
    assert derivation.scope("BOTH", recruited_in, exploited_in) == "BOTH"


def test_intervals_are_true_to_the_day() -> None:
    """A first service before identification is allowed: it is its own band."""
    identified = ["2025-03-05"] * 4 + ["", "2025-03"]
    started = ["2025-03-05", "2025-03-08", "2025-03-01", "", "2025-03-06", "2025-03-06"]

    assert derivation.DaysBetween().bands(identified, started) == ["D0", "D2-3", "BEFORE", "", "UNK", "UNK"]


def test_days_are_forgotten_when_there_are_too_many() -> None:
    """Every text that is no day is another one: memory must not grow with the mistakes of a batch."""
    days = derivation.DaysBetween()
    junk = [f"no day {number}" for number in range(derivation.MAX_DAYS_REMEMBERED + 1)]

    days.bands(junk, ["2025-03-05"] * len(junk))

    assert days.bands(["2025-03-05"], ["2025-03-06"]) == ["D1"]
    assert len(days._first) == len(days._last) == 2


def test_a_start_needs_a_service_and_nights_need_the_shelter() -> None:
    """Otherwise nobody could say of what they are the start and the nights."""
    assert derivation.first_service_after("", "NONE", "D0") == Refused("start_without_service")
    assert derivation.first_service_after("", "", "") == ""
    assert derivation.first_service_after("", "MEDICAL", "") == "UNK"
    assert derivation.shelter_nights("D1", "MEDICAL") == Refused("nights_without_shelter")
    assert derivation.shelter_nights("UNK", "MEDICAL") == ""
    assert derivation.shelter_nights("", "MEDICAL;SHELTER") == "UNK"


def test_a_return_is_known_by_any_of_its_columns() -> None:
    """What was not said of it is unknown."""
    assert derivation.returned_after("", "", "", "") == ""
    assert derivation.returned_after("", "MD", "", "") == "UNK"
    assert derivation.returned_after("", "", "", "D4-7") == "D4-7"
    assert derivation.returned_to("", "D4-7") == "ZZ"
    assert derivation.return_type("", "D4-7") == "UNK"
    assert derivation.returned_to("", "") == derivation.return_type("", "") == ""
