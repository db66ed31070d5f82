"""What clearing does to one value of one column: each treatment makes a function from text to canonical text.

The functions are pure and see one value at a time; `clearing` applies each of them to every distinct value
once. What they refuse they name by a code of the catalogue of findings. No refusal may carry the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from anonymizer.catalogue.fields import (
    CODE_LISTS,
    COUNTRIES,
    FIELDS,
    MAX_CELL,
    NOTHING,
    SEPARATOR,
    UNKNOWN,
    UNKNOWN_COUNTRY,
    CodeList,
    Treatment,
)
from anonymizer.catalogue.sheets import SheetColumn, codes_of
from anonymizer.clearing.pseudonyms import TOKEN_PREFIX, case_tokens, is_case_token, normal_case_number
from anonymizer.days import EARLIEST_DAY, OLDEST_AGE, Precision, read_span, week_of
from anonymizer.errors import CatalogueFault

MAX_CASE_NUMBER = 100
"""Characters. Longer than any file number; what is longer is a pasted text."""

_WHOLE_NUMBER = re.compile(r"[0-9]{1,5}")
_LARGE_NUMBER = re.compile(r"[0-9]{1,10}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_STAND_ALONE = frozenset({UNKNOWN, UNKNOWN_COUNTRY, NOTHING})


@dataclass(frozen=True, slots=True)
class Refused:
    """The value cannot be cleared; `code` is a code of the catalogue of findings."""

    code: str


Treat = Callable[[str], "str | Refused"]
"""One value in, its canonical text or a refusal out. Values come without outer spaces and are never empty."""


@dataclass(frozen=True, slots=True)
class Dates:
    """How dates of a column are judged: the last day that is not in the future, the coarsest precision."""

    today: date
    coarsest: Precision


def recode(codes: Mapping[str, str], *, refusal: str, several: bool) -> Treat:
    """Codes to their canonical way of writing; several of them sorted, each once, separated by `;`."""

    def recode_one(text: str) -> str | Refused:
        return codes.get(text) or Refused(refusal)

    def recode_several(text: str) -> str | Refused:
        if len(text) > MAX_CELL:
            return Refused("too_long")
        parts = {codes.get(part.strip(), "") for part in text.split(SEPARATOR) if part.strip()}
        if "" in parts or not parts:
            return Refused(refusal)
        if len(parts) > 1 and parts & _STAND_ALONE:
            return Refused("code_not_alone")
        return SEPARATOR.join(sorted(parts))

    return recode_several if several else recode_one


def band(code_list: CodeList, *, highest: int | None = None, refusal: str = "wrong_number") -> Treat:
    """A whole number to the band that holds it; a code of the list stays. Bands below zero are refused."""
    takes = {
        code.code
        for code in code_list.codes.values()
        if code.low is not None or code.high is None or code.high >= 0
    }

    def band_of(text: str) -> str | Refused:
        if text in takes:
            return text
        if not _WHOLE_NUMBER.fullmatch(text) or (highest is not None and int(text) > highest):
            return Refused(refusal)
        return code_list.band_of(int(text))

    return band_of


def number(low: int | None, high: int | None) -> Treat:
    """A whole number within limits, both allowed."""

    def number_of(text: str) -> str | Refused:
        if not _LARGE_NUMBER.fullmatch(text):
            return Refused("wrong_count")
        is_within = (low is None or int(text) >= low) and (high is None or int(text) <= high)
        return str(int(text)) if is_within else Refused("number_out_of_range")

    return number_of


def label(text: str) -> str | Refused:
    """The short name of a version of a document: it cannot hold a sentence or a name with a space."""
    return text if _LABEL.fullmatch(text) else Refused("wrong_label")


def switched_off(_: str) -> Refused:
    """Nothing is taken."""
    return Refused("field_switched_off")


def coarsen(write: Callable[[date, Precision], str], dates: Dates) -> Treat:
    """A date to the text that `write` makes of its first day, once it is a day that can be right."""

    def coarsen_date(text: str) -> str | Refused:
        span = read_span(text)
        if span is None:
            return Refused("wrong_date")
        if span.precision < dates.coarsest:
            return Refused("date_too_coarse")
        if span.first > dates.today:
            return Refused("date_in_future")
        if span.first < EARLIEST_DAY:
            return Refused("date_too_early")
        return write(span.first, span.precision)

    return coarsen_date


def write_week(day: date, precision: Precision) -> str:
    """`YYYY-MM-DD` of the week; a month or a year stays what it is."""
    return (
        week_of(day).isoformat()
        if precision is Precision.DAY
        else day.isoformat()[: 7 if precision is Precision.MONTH else 4]
    )


def write_month(day: date, precision: Precision) -> str:
    """`YYYY-MM`; a year stays a year."""
    return day.isoformat()[: 4 if precision is Precision.YEAR else 7]


def write_year(day: date, _: Precision) -> str:
    """`YYYY`: all that is kept of a case without consent."""
    return day.isoformat()[:4]


def tokenize(case_key: bytes) -> Treat:
    """A local case number to its inner token; a token stays what it is."""
    token_of_number = case_tokens(case_key)

    def token_of(text: str) -> str | Refused:
        if text.startswith(TOKEN_PREFIX):
            return text if is_case_token(text) else Refused("broken_token")
        number = normal_case_number(text)
        if len(number) > MAX_CASE_NUMBER:
            return Refused("too_long")
        return token_of_number(number) if number.isprintable() else Refused("unclear_case_number")

    return token_of


def treatment_of(column: SheetColumn, *, case_key: bytes, dates: Dates) -> Treat:
    """The function that clears a column's values, as the treatment of its field says."""
    field = FIELDS[column.entity, column.field]
    match field.treatment:
        case Treatment.TOKEN:
            return tokenize(case_key)
        case Treatment.WEEK:
            return coarsen(write_week, dates)
        case Treatment.MONTH:
            return coarsen(write_month, dates)
        case Treatment.BAND if field.code_list == "CL_AGE":
            return band(CODE_LISTS[field.code_list], highest=OLDEST_AGE, refusal="wrong_age")
        case Treatment.BAND:
            return band(CODE_LISTS[field.code_list])
        case Treatment.DAYS_BAND if not column.derived:
            return band(CODE_LISTS[field.code_list])
        case Treatment.RECODE | Treatment.DERIVE | Treatment.DAYS_BAND:
            refusal = "unknown_country" if field.code_list == COUNTRIES else "unknown_code"
            return recode(codes_of(column), refusal=refusal, several=column.several)
        case Treatment.NUMBER:
            return number(field.low, field.high)
        case Treatment.LABEL:
            return label
        case Treatment.KEEP | Treatment.DROP | Treatment.OFF:
            raise CatalogueFault("A column of the cleared sheet has a field that is not cleared.")
