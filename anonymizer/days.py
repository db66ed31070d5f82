"""Calendar days: reading them, and making them coarse enough to store.

A week is its Monday, moved forward to the first day of the quarter when it begins in an earlier one, so that
the year and the quarter of an event never change. Days here are calendar days of the country; nothing asks
the clock.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

EARLIEST_DAY = date(1990, 1, 1)
"""No case is older: the region's first shelters for the trafficked opened in the late 1990s."""
OLDEST_AGE = 120
"""Years. No person is older; what is above is a typing error."""

_MONTH_OR_YEAR = re.compile(r"[0-9]{4}(-[0-9]{2})?")


class Precision(IntEnum):
    """How exactly a date is known, from coarse to fine."""

    YEAR = 1
    MONTH = 2
    DAY = 3


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a date may mean: one for a day, all of them for a month or a year."""

    first: date
    last: date
    precision: Precision


def read_span(text: str) -> Span | None:
    """Read `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; None for anything else and for days that no calendar has."""
    if day := read_day(text):
        return Span(day, day, Precision.DAY)
    if not _MONTH_OR_YEAR.fullmatch(text):
        return None
    first = read_day(f"{text}-01" if len(text) > 4 else f"{text}-01-01")
    if first is None:
        return None
    if len(text) > 4:
        return Span(first, first.replace(day=monthrange(first.year, first.month)[1]), Precision.MONTH)
    return Span(first, first.replace(month=12, day=31), Precision.YEAR)


def read_day(text: str) -> date | None:
    """Read `YYYY-MM-DD`; None for anything coarser or else."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None  # `fromisoformat` also reads weeks and dates without hyphens
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def week_of(day: date) -> date:
    """The Monday of the week, or the first day of the quarter when that Monday lies in an earlier one."""
    monday = day - timedelta(days=day.weekday())
    return max(monday, date(day.year, (day.month - 1) // 3 * 3 + 1, 1))


def age_on(day: date, born: date) -> int:
    """Full years of age on a day. Who was born on 29 February turns a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
