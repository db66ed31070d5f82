"""Rules that look at several columns of one row: what is derived, and what contradicts itself.

Each rule is a pure function of the texts of its inputs and gives the text of its output column, so that each
distinct combination is computed once. Inputs marked `raw` are read before dates are coarsened: intervals and
ages are true to the day, and only their bands are kept. A derived column that came with the row wins, because
its dates are coarse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import sub

from anonymizer.catalogue.fields import CODE_LISTS, NOTHING, SEPARATOR, STATELESS, UNKNOWN, UNKNOWN_COUNTRY
from anonymizer.clearing.treatments import Refused
from anonymizer.days import OLDEST_AGE, Span, age_on, read_day, read_span

ADULT_AT = 18
"""Years of age. UN Convention on the Rights of the Child, art. 1; Council of Europe Convention, art. 4 d."""

RAW_BIRTH = "raw birth_date"
RAW_REGISTRATION = "raw registered_on"
TO_SERVICE = "days to service"
TO_RETURN = "days to return"
INTERVALS = {TO_SERVICE: ("identified_on", "first_service_on"), TO_RETURN: ("identified_on", "returned_on")}
"""Intervals that rules look at: from one raw date to another. No sheet can have a column of these names."""

_AGES = CODE_LISTS["CL_AGE"]
_DAYS = CODE_LISTS["CL_DAYS"]
MAX_DAYS_REMEMBERED = 20_000
"""Texts. Every day since the region's first shelters is fewer; above it there are mistakes among them."""
_NO_DAY = 10**9
_EMPTY = 10**12
"""Numbers of days beyond every calendar, so that a gap tells what was missing: no day, or nothing at all."""
_DAYS_OF_A_LONG_LIFE = timedelta(days=366 * (OLDEST_AGE + 1))


@dataclass(frozen=True, slots=True)
class Rule:
    """Computes `output` from the columns `inputs`: cleared ones, intervals, or raw ones where it says so."""

    output: str
    compute: Callable[..., str | Refused]
    inputs: tuple[str, ...]


def age_from_birth(age: str, birth: str, registered: str) -> str | Refused:
    """The age as given, else the band at registration; a birth date is checked even when it is not needed."""
    birth = birth.strip()
    if not birth:
        return age
    born, span = read_day(birth), read_span(registered.strip())
    if born is None:
        return Refused("wrong_date")
    if span is None:
        return age
    if born > span.last:
        return Refused("birth_after_registration")
    if span.first - born > _DAYS_OF_A_LONG_LIFE:
        return Refused("date_too_early")
    return age or _age_within(born, span)


def age_status(status: str, age: str) -> str | Refused:
    """Child or adult as the age says; a status that was given stays unless the age contradicts it."""
    is_child = _is_child(age)
    if status in ("", UNKNOWN):
        return UNKNOWN if is_child is None else "CHILD" if is_child else "ADULT"
    if is_child is not None and is_child != (status != "ADULT"):
        return Refused("child_status_contradicts_age")
    return status


def age_at_start(start: str, age: str) -> str | Refused:
    """The age when exploitation began, unless all of its band is above the age at registration."""
    began, registered = _AGES.codes.get(start), _AGES.codes.get(age)
    if (
        began
        and registered
        and began.low is not None
        and registered.high is not None
        and began.low > registered.high
    ):
        return Refused("exploitation_after_registration")
    return start


class DaysBetween:
    """Bands of days between two columns of raw days: empty without the later one, UNK where one is no day.

    Each distinct day is read once, and each distinct number of days is banded once.
    """

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}

    def bands(self, earlier: Sequence[str], later: Sequence[str]) -> list[str]:
        """One band a row."""
        if not any(later):
            return [""] * len(later)
        self._learn({*earlier, *later})
        first, last = map(self._first.__getitem__, earlier), map(self._last.__getitem__, later)
        gaps = list(map(sub, last, first))
        bands = {gap: _band_of_gap(gap) for gap in set(gaps)}
        return list(map(bands.__getitem__, gaps))

    def _learn(self, texts: set[str]) -> None:
        if len(self._first) > MAX_DAYS_REMEMBERED:
            self._first.clear()
            self._last.clear()
        for text in texts - self._first.keys():
            day = read_day(text.strip())
            self._first[text] = day.toordinal() if day else -_NO_DAY
            self._last[text] = day.toordinal() if day else _NO_DAY if text.strip() else _EMPTY


def nationality(given: str, citizenship: str, country: str) -> str:
    """NATIONAL with a citizenship of the reporting country, STATELESS with none at all, else FOREIGN."""
    citizenships = citizenship.split(SEPARATOR)
    if given:
        return given
    if citizenships == [STATELESS]:
        return "STATELESS"
    if UNKNOWN_COUNTRY in (*citizenships, country):
        return UNKNOWN
    return "NATIONAL" if country in citizenships else "FOREIGN"


def scope(given: str, recruited_in: str, exploited_in: str) -> str:
    """INTERNAL is recruited and exploited in one country, whatever the citizenship."""
    if given:
        return given
    if UNKNOWN_COUNTRY in (recruited_in, exploited_in):
        return UNKNOWN
    return "INTERNAL" if recruited_in == exploited_in else "CROSS_BORDER"


def services_declined(declined: str, accepted: str) -> str | Refused:
    """What was declined must have been offered."""
    return Refused("nothing_offered_contradicted") if declined and accepted == NOTHING else declined


def first_service_after(given: str, accepted: str, gap: str) -> str | Refused:
    """Band of the days from identification to the first accepted service; empty when there was none."""
    if not has_service(accepted):
        return "" if given in ("", UNKNOWN) and not gap else Refused("start_without_service")
    return given or gap or UNKNOWN


def shelter_nights(nights: str, accepted: str) -> str | Refused:
    """Band of the nights in the shelter; empty when the shelter was not accepted."""
    if "SHELTER" not in accepted.split(SEPARATOR):
        return "" if nights in ("", UNKNOWN) else Refused("nights_without_shelter")
    return nights or UNKNOWN


def returned_after(given: str, to: str, kind: str, gap: str) -> str:
    """Band of the days from identification to the return; empty when there was none."""
    return given or gap or (UNKNOWN if to or kind else "")


def returned_to(to: str, after: str) -> str:
    """The country of return, unknown when there was a return."""
    return to or (UNKNOWN_COUNTRY if after else "")


def return_type(kind: str, after: str) -> str:
    """The kind of return, unknown when there was a return."""
    return kind or (UNKNOWN if after else "")


def has_service(accepted: str) -> bool:
    """True when a service was accepted."""
    return accepted not in ("", NOTHING)


AGE_RULE = Rule("age", age_from_birth, ("age", RAW_BIRTH, RAW_REGISTRATION))
"""Comes before empty cells are filled: an empty age is an error only when the birth date is empty as well."""

RULES = (
    Rule("child_status", age_status, ("child_status", "age")),
    Rule("age_at_exploitation_start", age_at_start, ("age_at_exploitation_start", "age")),
    Rule("nationality", nationality, ("nationality", "citizenship", "country")),
    Rule("scope", scope, ("scope", "country_of_recruitment", "country_of_exploitation")),
    Rule("services_declined", services_declined, ("services_declined", "services_accepted")),
    Rule(
        "first_service_after", first_service_after, ("first_service_after", "services_accepted", TO_SERVICE)
    ),
    Rule("shelter_nights", shelter_nights, ("shelter_nights", "services_accepted")),
    Rule("returned_after", returned_after, ("returned_after", "returned_to", "return_type", TO_RETURN)),
    Rule("returned_to", returned_to, ("returned_to", "returned_after")),
    Rule("return_type", return_type, ("return_type", "returned_after")),
)


def _age_within(born: date, span: Span) -> str:
    """The band of an age on some day of a span; child or adult alone where the span meets several bands."""
    if span.first == span.last:
        return _AGES.band_of(age_on(span.first, born))
    youngest, oldest = max(age_on(span.first, born), 0), age_on(span.last, born)
    if (found := _AGES.band_of(youngest)) == _AGES.band_of(oldest):
        return found
    if oldest < ADULT_AT:
        return "CHILD_UNK"
    return "ADULT_UNK" if youngest >= ADULT_AT else UNKNOWN


def _is_child(age: str) -> bool | None:
    """True for bands of children, False for bands of adults, None where the band does not say."""
    code = _AGES.codes.get(age)
    if code is None or not code.is_band:
        return None
    return code.low is None or code.low < ADULT_AT


def _band_of_gap(gap: int) -> str:
    if gap > _EMPTY // 2:
        return ""
    return UNKNOWN if gap > _NO_DAY // 2 else _DAYS.band_of(gap)
