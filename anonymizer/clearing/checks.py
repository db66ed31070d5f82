"""Checks between the columns of a row, and between a module and its case, as `catalogue/checks.csv` lists them.

A condition is terms joined by `and`; each compares a column with codes or with another column. Names that begin
with `case.` are what is known of the case from the same batch, empty where nothing is, and an empty cell fulfils
no term but `is empty` and `is not`. Dates are compared as they came. It must judge nothing that the table does not
say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from anonymizer.catalogue.fields import UNKNOWN, UNKNOWN_COUNTRY, read_rows
from anonymizer.days import read_span
from anonymizer.errors import CatalogueFault

DAYS_OF_A_WEEK = timedelta(days=6)
"""From the first to the last day of a week: a day that was cleared before is the first of its week."""
_TERM = re.compile(r"(\S+) (is not|is|before|after|well after|differs from) (\S+)")
_CELLS = MappingProxyType({"empty": ""})


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison. `codes` stand for themselves; without any, `other` is the column to compare with."""

    column: str
    verb: str
    other: str
    codes: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it looks at."""
        return (self.column,) if self.codes else (self.column, self.other)


@dataclass(frozen=True, slots=True)
class Check:
    """A finding about a column of a sheet, and the condition under which it is made.

    `in_archives` is false where historic records are not expected to say what is missing.
    """

    code: str
    sheet: str
    column: str
    in_archives: bool
    terms: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it looks at, each once."""
        return tuple(dict.fromkeys(name for term in self.terms for name in term.names))

    def places(self, columns: Mapping[str, Sequence[str]]) -> Iterator[int]:
        """The positions of the rows that fulfil the condition. Each combination of cells is judged once."""
        if not all(_may_hold(term, columns) for term in self.terms):
            return
        cells = [columns[name] for name in self.names]
        fulfil = {cell for cell in set(zip(*cells, strict=True)) if self._holds(cell)}
        if fulfil:
            yield from (place for place, cell in enumerate(zip(*cells, strict=True)) if cell in fulfil)

    def _holds(self, cells: tuple[str, ...]) -> bool:
        row = dict(zip(self.names, cells, strict=True))
        return all(_term_holds(term, row) for term in self.terms)


def checks_of(sheet: str, *, is_archive: bool) -> tuple[Check, ...]:
    """The checks of a sheet, in the order of the table."""
    return tuple(check for check in CHECKS if check.sheet == sheet and (check.in_archives or not is_archive))


def _may_hold(term: Term, columns: Mapping[str, Sequence[str]]) -> bool:
    """False when no row of the whole column can fulfil the term: most checks end here."""
    if term.verb == "is":
        return any(code in columns[term.column] for code in term.codes)
    return term.verb == "is not" or any(columns[term.column])


def _term_holds(term: Term, row: Mapping[str, str]) -> bool:
    match term.verb:
        case "is":
            return row[term.column] in term.codes
        case "is not":
            return row[term.column] not in term.codes
    return _COMPARED[term.verb](row[term.column], row[term.other])


def _is_after(later: str, earlier: str, *, slack: timedelta = timedelta()) -> bool:
    """True when every day that the one may mean comes after every day that the other may mean."""
    later_span, earlier_span = read_span(later), read_span(earlier)
    if later_span is None or earlier_span is None:
        return False
    return later_span.first > earlier_span.last + slack


def _differs(cell: str, other: str) -> bool:
    return cell != other and not {cell, other} & {"", UNKNOWN, UNKNOWN_COUNTRY}


_COMPARED: Mapping[str, Callable[[str, str], bool]] = MappingProxyType(
    {
        "after": _is_after,
        "before": lambda earlier, later: _is_after(later, earlier),
        "well after": lambda later, earlier: _is_after(later, earlier, slack=DAYS_OF_A_WEEK),
        "differs from": _differs,
    }
)


def _load_checks() -> tuple[Check, ...]:
    return tuple(
        Check(row["code"], row["sheet"], row["column"], row["archives"] == "yes", _terms(row["condition"]))
        for row in read_rows("checks.csv")
    )


def _terms(condition: str) -> tuple[Term, ...]:
    return tuple(map(_term, condition.split(" and ")))


def _term(text: str) -> Term:
    parts = _TERM.fullmatch(text)
    if parts is None:
        raise CatalogueFault("A condition of checks.csv cannot be read.")
    column, verb, other = parts.groups()
    is_coded = verb.startswith("is")
    codes = frozenset(_CELLS.get(code, code) for code in other.split("|")) if is_coded else frozenset()
    return Term(column, verb, other, codes)


CHECKS = _load_checks()
