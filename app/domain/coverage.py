"""Who is late: how an obligation stands on a day, from what came and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """How it stands with one obligation."""

    ON_TIME = "ON_TIME"
    CAME_LATE = "CAME_LATE"
    NOT_DUE_YET = "NOT_DUE_YET"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True)
class Owed:
    """One sheet of one year that an organization owes, with what came of it.

    `first_on` is the day on which something of it came first, or on which the organization said that there is
    nothing; None when neither happened. `rows` are the cases that have the sheet now, or the forms.
    """

    organization: str
    countries: tuple[str, ...]
    year: int
    sheet: str
    due_on: date
    rows: int
    first_on: date | None
    latest_on: date | None
    is_nothing: bool

    def standing(self, today: date) -> Standing:
        """Late is what comes after the day on which it was due; days are those of UTC."""
        if self.first_on is None:
            return Standing.OVERDUE if today > self.due_on else Standing.NOT_DUE_YET
        return Standing.ON_TIME if self.first_on <= self.due_on else Standing.CAME_LATE


@dataclass(frozen=True, slots=True)
class ItemCount:
    """How many cases of an organization and a country say one required item, and how many are asked."""

    organization: str
    country: str
    item: str
    known: int
    asked: int
