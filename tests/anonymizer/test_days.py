"""Calendar days: how they are read, and how coarse they are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer.days import Precision, Span, age_on, read_day, read_span, week_of


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2024-02-29", Span(date(2024, 2, 29), date(2024, 2, 29), Precision.DAY)),
        ("2024-02", Span(date(2024, 2, 1), date(2024, 2, 29), Precision.MONTH)),
        ("2024", Span(date(2024, 1, 1), date(2024, 12, 31), Precision.YEAR)),
    ],
)
def test_a_date_is_read_with_its_precision(text: str, span: Span) -> None:
    """A month or a year means all of its days."""
    assert read_span(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "", "20240229", "2024-W09-4", "2024-2-9", "29.02.2024", "2024-02-30", "2023-02-29", "2024-13", "2024-00",
        "0000", "٢٠٢٤", "٢٠٢٤-٠١-٠١", "2024-01-01T00", "2024-01-01\n", "24", "2024/01/01", "2024-01-",
    ],
)  # fmt: skip
def test_nothing_else_is_a_date(text: str) -> None:
    """No guessing between day and month, and no day that no calendar has."""
    assert read_span(text) is None
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2024, 3, 6), date(2024, 3, 4)),
        (date(2024, 10, 3), date(2024, 10, 1)),  # its Monday lies in September
        (date(2025, 1, 1), date(2025, 1, 1)),  # its Monday lies in December
        (date(2024, 4, 1), date(2024, 4, 1)),
    ],
)
def test_a_week_is_its_monday_moved_into_its_quarter(day: date, week: date) -> None:
    """So that year and quarter of an event never change."""
    assert week_of(day) == week


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_week_stays_in_its_quarter_and_is_its_own_week(day: date) -> None:
    """Holds for every day."""
    week = week_of(day)

    assert (week.year, (week.month - 1) // 3) == (day.year, (day.month - 1) // 3)
    assert week_of(week) == week
    assert timedelta(0) <= day - week <= timedelta(days=6)


def test_a_person_turns_a_year_older_on_the_birthday() -> None:
    """Who was born on 29 February does so on 1 March of an ordinary year."""
    assert age_on(date(2025, 3, 4), date(2007, 3, 4)) == 18
    assert age_on(date(2025, 3, 3), date(2007, 3, 4)) == 17
    assert age_on(date(2025, 2, 28), date(2008, 2, 29)) == 16
    assert age_on(date(2025, 3, 1), date(2008, 2, 29)) == 17
