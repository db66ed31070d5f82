"""Birth dates as parts of match keys: exact, by year, without the year, and with day and month in either order.

Dates that stand for "unknown" give no day: who is told "1990" in an office writes the first of January. They are
the two ends and the middle of a year, and stand with the words that mean the same. The first and the fifteenth of
other months are days like others: to give them up would lose one birth date in fifteen, and the month is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from anonymizer.days import Precision, read_span
from anonymizer.linking.normalizer.tables import words

_BLANKS = " \t\r\n\u00a0"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """What is known of a birth date, in texts for match keys; None for what is not known."""

    year: str | None = field(default=None, repr=False)
    day: str | None = field(default=None, repr=False)
    month_and_day: str | None = field(default=None, repr=False)
    day_in_either_order: str | None = field(default=None, repr=False)

    def may_be(self, born: date | None) -> bool:
        """Whether it is the same birth date, written with an error in one of year, month and day at most.

        Where the year alone is known, it may be estimated.
        """
        if born is None or self.year is None:
            return True
        if self.month_and_day is None:
            return abs(int(self.year) - born.year) <= int(words()["birth_dates"]["years_apart"])
        month, day = int(self.month_and_day[:2]), int(self.month_and_day[3:])
        same = (int(self.year) == born.year) + (month == born.month) + (day == born.day)
        is_swapped = (month, day) == (born.day, born.month)
        return same >= 2 or is_swapped


UNKNOWN = BirthDate()


def read_birth_date(text: str) -> BirthDate:
    """A birth date in ISO 8601: a day, a month or a year. Anything else is unknown."""
    span, rules = read_span(text.strip(_BLANKS)), words()["birth_dates"]
    if span is None or not rules["first_year"] <= span.first.year <= rules["last_year"]:
        return UNKNOWN
    year, month_and_day = span.first.isoformat()[:4], span.first.isoformat()[5:]
    if span.precision is not Precision.DAY or month_and_day in rules["placeholders"]:
        return BirthDate(year)
    return BirthDate(year, span.first.isoformat(), month_and_day, _in_either_order(span.first))


def _in_either_order(born: date) -> str | None:
    """The smaller of day and month first; None where only one order is a date, because `day` says the same then."""
    if born.day > 12 or born.day == born.month:
        return None
    low, high = sorted((born.day, born.month))
    return f"{born.year:04}-{low:02}-{high:02}"
