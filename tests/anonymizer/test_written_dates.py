"""Dates in a declared format become those of ISO 8601; nothing else does."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer.declared import DATE_FORMATS, ISO_DATES
from anonymizer.written_dates import iso_of


@given(
    day=st.dates(date(1000, 1, 1)), dates=st.sampled_from([one for one in DATE_FORMATS if one != ISO_DATES])
)
def test_every_day_is_read_as_it_was_meant(day: date, dates: str) -> None:
    """With one digit or two."""
    places = {"dd": f"{day.day:02}", "mm": f"{day.month:02}", "yyyy": str(day.year)}
    short = {"dd": str(day.day), "mm": str(day.month), "yyyy": str(day.year)}

    for written in (places, short):
        text = dates
        for place, digits in written.items():
            text = text.replace(place, digits)
        assert iso_of(text, dates) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.4.2025.", "2025-04-03"),
        (" 3. 4. 2025. ", "2025-04-03"),
        ("31.2.2025", "2025-02-31"),
        ("4/3/2025", "4/3/2025"),
        ("3.4.25", "3.4.25"),
        ("00.05.1999", "1999-05-00"),
        ("2025-04-03", "2025-04-03"),
        ("٣.٤.٢٠٢٥", "٣.٤.٢٠٢٥"),
        ("03.04.2025 00:00", "03.04.2025 00:00"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_not_of_the_format_goes_on_as_it_came(text: str, expected: str) -> None:
    """Also a day that no calendar has, which clearing refuses."""
    assert iso_of(text, "dd.mm.yyyy") == expected
