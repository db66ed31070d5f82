"""Birth dates as parts of match keys: exact, by year, without the year, and with day and month in either order.

Dates that stand for "unknown" give no day: who is told "1990" in an office writes the first of January.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from anonymizer.days import Precision, read_span

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""A year outside is a placeholder or a typing error."""
PLACEHOLDERS = frozenset({(1, 1), (6, 15), (6, 30), (7, 1), (12, 31)})
"""Month and day: the two ends and the middle of a year. The first and the fifteenth of other months are days like
others: to give them up would lose one birth date in fifteen, and the month in them is known."""
LARGEST_ERROR = 2
"""Years between a birth year alone and the birth date in a national number that is still the same person's."""
_BLANKS = " \t\r\n\u00a0"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """What is known of a birth date, in texts for match keys; None for what is not known."""

    year: str | None = None
    day: str | None = None
    month_and_day: str | None = None
    day_in_either_order: str | None = None

    def may_be(self, born: date | None) -> bool:
        """Whether it is the same birth date, written with an error in one of year, month and day at most."""
        if born is None or self.year is None:
            return True
        if self.month_and_day is None:
            return abs(int(self.year) - born.year) <= LARGEST_ERROR
        month, day = int(self.month_and_day[:2]), int(self.month_and_day[3:])
        same = (int(self.year) == born.year) + (month == born.month) + (day == born.day)
        is_swapped = (month, day) == (born.day, born.month)
        return same >= 2 or is_swapped


UNKNOWN = BirthDate()


def read_birth_date(text: str) -> BirthDate:
    """A birth date in ISO 8601: a day, a month or a year. Anything else is unknown."""
    span = read_span(text.strip(_BLANKS))
    if span is None or not FIRST_YEAR <= span.first.year <= LAST_YEAR:
        return UNKNOWN
    born = span.first
    if span.precision is not Precision.DAY or (born.month, born.day) in PLACEHOLDERS:
        return BirthDate(f"{born.year:04}")
    return BirthDate(
        f"{born.year:04}", born.isoformat(), f"{born.month:02}-{born.day:02}", _in_either_order(born)
    )


def _in_either_order(born: date) -> str | None:
    """The smaller of day and month first; None where only one order is a date, because `day` says the same then."""
    if born.day > 12 or born.day == born.month:
        return None
    low, high = sorted((born.day, born.month))
    return f"{born.year:04}-{low:02}-{high:02}"
