"""What is derived in a module: bands of days and flags of order, as tables.

Everything is computed from days as they came, before they are coarsened. What came derived with the row wins,
because its days are coarse. Names that begin with `case.` are what is known of the case from the same batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from anonymizer.catalogue.fields import UNKNOWN, UNKNOWN_COUNTRY
from anonymizer.catalogue.sheets import IDENTIFIED_ON
from anonymizer.clearing import derivation
from anonymizer.clearing.derivation import Rule
from anonymizer.days import read_day, read_span

MONTHS_OF_A_YEAR = 12


class Interval(NamedTuple):
    """From a day to another one; the first of `starts` that is filled counts."""

    starts: tuple[str, ...]
    end: str


_SINCE_IDENTIFICATION = (IDENTIFIED_ON,)
INTERVALS: Mapping[tuple[str, str], Interval] = MappingProxyType(
    {
        ("case", "closed_after"): Interval(_SINCE_IDENTIFICATION, "date_closed"),
        ("identification", "formal_decision_after"): Interval(
            ("date_presumed", IDENTIFIED_ON), "date_formal_decision"
        ),
        ("referral", "referred_after"): Interval(_SINCE_IDENTIFICATION, "date_referred"),
        ("referral", "accepted_after"): Interval(("date_referred",), "date_accepted"),
        ("assistance_episode", "start_after"): Interval(_SINCE_IDENTIFICATION, "start_date"),
        ("assistance_episode", "end_after"): Interval(("start_date",), "end_date"),
        ("care_plan", "needs_assessment_after"): Interval(_SINCE_IDENTIFICATION, "needs_assessment_date"),
        ("care_plan", "plan_after"): Interval(_SINCE_IDENTIFICATION, "plan_date"),
        ("care_plan", "risk_assessment_after"): Interval(_SINCE_IDENTIFICATION, "risk_assessment_date"),
        ("legal_status", "trp_decision_after"): Interval(_SINCE_IDENTIFICATION, "trp_decision_date"),
        ("child", "guardian_after"): Interval(_SINCE_IDENTIFICATION, "guardian_date"),
        ("child", "bid_after"): Interval(_SINCE_IDENTIFICATION, "bid_date"),
        ("return", "return_after"): Interval(_SINCE_IDENTIFICATION, "return_date"),
        ("return", "first_service_after_return"): Interval(("return_date",), "first_service_after_return"),
    }
)
"""The field of each band of days, by sheet. The last one is given as its own last day, or as a band already."""
GIVEN_AS_DAY = frozenset({("return", "first_service_after_return")})
MAY_LIE_AHEAD = frozenset({("assistance_episode", "planned_end_date")})
"""The one date that is a plan."""


def scope_of_episode(given: str, recruited_in: str, exploited_in: str) -> str:
    """As in the case sheet, whose country of recruitment is known when it is in the same batch."""
    return derivation.scope(given, recruited_in or UNKNOWN_COUNTRY, exploited_in or UNKNOWN_COUNTRY)


def before_the_return(given: str, done: str, on: str, returned_on: str) -> str:
    """Whether something was done by the day of the return: N when never, UNK when a day is missing."""
    if given or done == "N":
        return given or "N"
    day, day_of_return = read_day(on), read_day(returned_on)
    if day is None or day_of_return is None:
        return UNKNOWN
    return "Y" if day <= day_of_return else "N"


def expelled_after_identification(given: str, ever: str) -> str:
    """As given; nobody was expelled after it who never was."""
    return given or ("N" if ever == "N" else UNKNOWN)


RULES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "exploitation_episode": (
            Rule(
                "scope", scope_of_episode, ("scope", "case.country_of_recruitment", "country_of_exploitation")
            ),
        ),
        "legal_status": (
            Rule(
                "expelled_after_identification",
                expelled_after_identification,
                ("expelled_after_identification", "expelled_or_deported"),
            ),
        ),
        "child": (
            Rule(
                "bid_before_return",
                before_the_return,
                ("bid_before_return", "bid_done", "bid_date", "case.returned_on"),
            ),
        ),
        "return": (
            Rule(
                "risk_assessment_before_return",
                before_the_return,
                (
                    "risk_assessment_before_return",
                    "risk_assessment_done",
                    "risk_assessment_date",
                    "return_date",
                ),
            ),
        ),
    }
)
"""What follows from other columns, by sheet."""


def due_on(started_on: str, months: str) -> str:
    """The month in which a follow-up is due, that many months after the start; empty when it cannot be said."""
    span = read_span(started_on)
    if span is None or not months.isdigit():
        return ""
    month = span.first.month - 1 + int(months)
    return date(span.first.year + month // MONTHS_OF_A_YEAR, month % MONTHS_OF_A_YEAR + 1, 1).isoformat()[:7]
