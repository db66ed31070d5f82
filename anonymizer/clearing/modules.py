"""Clears the columns of one sheet beside the case sheet: a module, whose rows belong to cases, or an annual form.

Columns first, then bands of days and flags of order from the days as they came, then the checks, then what is
missing. It sees raw days of the case through `KnownCases` and must never give one away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from anonymizer.catalogue.fields import FIELDS, Treatment
from anonymizer.catalogue.sheets import IDENTIFIED_ON, Sheet, SheetColumn, cleared_columns
from anonymizer.chunks import Columns
from anonymizer.clearing.checks import checks_of
from anonymizer.clearing.derivation import DaysBetween
from anonymizer.clearing.distinct import Distinct
from anonymizer.clearing.forms import YEAR_IS_ENOUGH, Found, clearer, fill_empty, only_registered
from anonymizer.clearing.known_cases import CASE, KnownCases
from anonymizer.clearing.misplaced import check_label
from anonymizer.clearing.module_rules import GIVEN_AS_DAY, INTERVALS, MAY_LIE_AHEAD, RULES, due_on
from anonymizer.clearing.rules import ARCHIVE, ClearingRules
from anonymizer.clearing.treatments import Dates, Refused, Treat, coarsen, switched_off, treatment_of
from anonymizer.days import Precision, read_day

LONGEST_PLAN = timedelta(days=10 * 366)
"""Ten years ahead; a later end is a typing error."""
TODAY = "today"
DUE_ON = "due_on"
"""Columns that checks look at and no sheet has."""
FORM_KEY = ("country", "year")
_DATES = frozenset({Treatment.WEEK, Treatment.MONTH})


class SheetForm:
    """How the columns of one module or annual form are cleared. It remembers the values that it treated."""

    def __init__(self, sheet: Sheet, rules: ClearingRules) -> None:
        self._sheet = sheet
        self._today = rules.today
        self._columns = {
            column.column: clearer(column, _treat(sheet, column, rules))
            for column in sheet.columns
            if not column.link_only
        }
        self._days_as_they_came = [
            column.column
            for column in sheet.columns
            if FIELDS[column.entity, column.field].treatment in _DATES
            or (sheet.name, column.column) in GIVEN_AS_DAY
        ]
        self._required = _required(sheet, is_archive=rules.basis == ARCHIVE)
        self._when_empty = {column.column: column.when_empty for column in sheet.columns if column.is_cleared}
        self._rules = [(rule, Distinct(rule.compute)) for rule in RULES.get(sheet.name, ())]
        self._checks = checks_of(sheet.name, is_archive=rules.basis == ARCHIVE)
        self._of_case = self._names_of_the_case()
        self._days = DaysBetween()

    def clear(self, raw: Columns, size: int, known: KnownCases) -> tuple[Columns, Found]:
        """The canonical columns and the findings of rows on their own; rows of one case are not compared here."""
        nothing = [""] * size
        columns: Columns = {}
        found: Found = []
        for name, clear_column in self._columns.items():
            columns[name], refusals = clear_column(raw[name]) if name in raw else (nothing, {})
            found += ((place, name, code) for place, code in refusals.items())
        if not self._sheet.is_form:
            seen = self._seen(columns, raw, known)
            self._derive(columns, seen)
            found += self._check(seen, found)
        fill_empty(columns, found, required=self._required, when_empty=self._when_empty)
        return {name: columns[name] for name in cleared_columns(self._sheet.name)}, found

    def _names_of_the_case(self) -> list[str]:
        asked = {name for rule, _ in self._rules for name in rule.inputs}
        asked |= {name for check in self._checks for name in check.names}
        return sorted(name.removeprefix(CASE) for name in asked if name.startswith(CASE))

    def _seen(self, columns: Columns, raw: Columns, known: KnownCases) -> dict[str, list[str]]:
        """What rules and checks look at: days as they came where they are right, and what is known of the case."""
        tokens = columns["case_number"]
        size = len(tokens)
        seen = dict(columns)
        for name in self._days_as_they_came:
            if name in raw:
                came = zip(raw[name], columns[name], strict=True)
                seen[name] = [cell.strip() if cleared else "" for cell, cleared in came]
        of_case = known.column(IDENTIFIED_ON, tokens)
        own = seen.get(IDENTIFIED_ON, [""] * size)
        seen[IDENTIFIED_ON] = [given or day for given, day in zip(own, of_case, strict=True)]
        seen |= {CASE + name: known.column(name, tokens) for name in self._of_case}
        seen[TODAY] = [self._today.isoformat()] * size
        if "followup_months" in columns:
            seen[DUE_ON] = list(map(due_on, seen["programme_start"], columns["followup_months"]))
        return seen

    def _derive(self, columns: Columns, seen: dict[str, list[str]]) -> None:
        for (sheet, name), interval in INTERVALS.items():
            if sheet == self._sheet.name:
                start = _first_filled([seen[start] for start in interval.starts])
                bands = self._days.bands(start, seen[interval.end])
                given = ["" if read_day(cell) else cell for cell in columns[name]]
                columns[name] = [cell or band for cell, band in zip(given, bands, strict=True)]
                if (sheet, name) not in GIVEN_AS_DAY:
                    seen[name] = columns[name]
        for rule, distinct in self._rules:
            columns[rule.output], _ = distinct.over(*(seen[name] for name in rule.inputs))

    def _check(self, seen: Mapping[str, Sequence[str]], found: Found) -> Found:
        """A check is silent about a row in which a cell that it looks at was refused."""
        refused = {(place, name) for place, name, _ in found}
        return [
            (place, check.column, check.code)
            for check in self._checks
            for place in check.places(seen)
            if refused.isdisjoint((place, name) for name in check.names)
        ]


def _required(sheet: Sheet, *, is_archive: bool) -> frozenset[str]:
    """Of a historic record the case number alone; a form is about a country and a year in any case."""
    return frozenset(
        column.column
        for column in sheet.columns
        if column.required == "always"
        or (column.is_required and not is_archive)
        or (sheet.is_form and column.column in FORM_KEY)
    )


def _treat(sheet: Sheet, column: SheetColumn, rules: ClearingRules) -> Treat:
    treatment = FIELDS[column.entity, column.field].treatment
    if treatment is Treatment.OFF:
        return switched_off
    treat = treatment_of(column, case_key=rules.case_key, dates=_dates(sheet, column, rules))
    if treatment is Treatment.LABEL:
        return check_label(treat)
    if sheet.is_form and column.column == "country":
        return only_registered(treat, rules)
    return _day_or(treat, rules.today) if (sheet.name, column.column) in GIVEN_AS_DAY else treat


def _dates(sheet: Sheet, column: SheetColumn, rules: ClearingRules) -> Dates:
    """A month is enough where no more is kept; for the start of intervals in historic records, a year."""
    treatment = FIELDS[column.entity, column.field].treatment
    coarsest = Precision.MONTH if treatment is Treatment.MONTH else Precision.DAY
    if rules.basis == ARCHIVE and column.column in YEAR_IS_ENOUGH:
        coarsest = Precision.YEAR
    is_plan = (sheet.name, column.column) in MAY_LIE_AHEAD
    return Dates(rules.today + LONGEST_PLAN if is_plan else rules.today, coarsest)


def _day_or(treat: Treat, today: date) -> Treat:
    """A day as it came, if it can be right, so that its band can be taken; whatever else as the treatment says."""
    check_day = coarsen(lambda day, _: day.isoformat(), Dates(today, Precision.DAY))

    def day_or_band(text: str) -> str | Refused:
        return check_day(text) if read_day(text) else treat(text)

    return day_or_band


def _first_filled(columns: Sequence[Sequence[str]]) -> list[str]:
    return [next((cell for cell in cells if cell), "") for cells in zip(*columns, strict=True)]
