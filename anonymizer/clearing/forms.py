"""The two forms in which a row is cleared: in full, or without consent as case number, country and year.

A form holds a function for each column and the rules between columns. It must leave empty whatever it does
not name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from anonymizer.catalogue.sheets import CLEARED_COLUMNS, SHEET_COLUMNS, SheetColumn
from anonymizer.chunks import Columns
from anonymizer.clearing.derivation import (
    AGE_RULE,
    INTERVALS,
    RAW_BIRTH,
    RAW_REGISTRATION,
    RULES,
    DaysBetween,
    Rule,
)
from anonymizer.clearing.distinct import Distinct
from anonymizer.clearing.misplaced import say_what_it_looks_like
from anonymizer.clearing.rules import ARCHIVE, ClearingRules
from anonymizer.clearing.treatments import Dates, Refused, Treat, coarsen, treatment_of, write_year
from anonymizer.days import Precision

Found = list[tuple[int, str, str]]
"""(position, column, code of the finding)."""
ClearColumn = Callable[[list[str]], tuple[list[str], dict[int, str]]]
"""A column of raw cells to canonical ones, and the codes of the refusals by position."""


@dataclass(slots=True)
class Work:
    """The rows of a chunk on their way: canonical columns, and what was found.

    Rows at the positions `withheld` are left out although they are right. `of_cases` are findings about rows of the
    case sheet, by their numbers there.
    """

    columns: Columns
    found: Found
    withheld: set[int] = field(default_factory=set)
    of_cases: Found = field(default_factory=list)


KEPT_WITHOUT_CONSENT = ("case_number", "country", "registered_on", "consent")
"""All that is kept of a person who did not consent: the case counts, and says nothing more."""
YEAR_IS_ENOUGH = frozenset({"registered_on", "identified_on"})
"""Of a historic record; the precision is kept with the date."""


MISSING = {"age": "missing_age", "registered_on": "missing_year"}
"""Columns whose absence needs a sentence of its own: there is no code for unknown to be written."""


@dataclass(frozen=True, slots=True)
class Form:
    """How rows are cleared: a function for each column, rules between them, and what an empty cell means."""

    columns: Mapping[str, ClearColumn]
    rules: tuple[tuple[Rule, Distinct], ...]
    age_rule: Distinct | None
    days: DaysBetween
    required: frozenset[str]
    when_empty: Mapping[str, str]

    def clear(self, raw: Columns, size: int) -> tuple[Columns, Found]:
        """The canonical columns, and the findings. A rule is silent about a row that has an error already.

        A column that is not in `raw` was not sent: its cells are empty.
        """
        nothing = [""] * size
        columns: Columns = dict.fromkeys(CLEARED_COLUMNS, nothing)
        found: Found = []
        of_birth = range(0)
        for name, clear_column in self.columns.items():
            if name in raw:
                columns[name], refusals = clear_column(raw[name])
                found += ((place, name, code) for place, code in refusals.items())
        if self.age_rule and any(raw.get("birth_date", ())):
            seen = columns | {
                RAW_BIRTH: raw["birth_date"],
                RAW_REGISTRATION: raw.get("registered_on", nothing),
            }
            before = len(found)
            _apply(AGE_RULE, self.age_rule, seen, found)
            of_birth = range(before, len(found))
            columns["age"] = seen["age"]
        fill_empty(columns, found, required=self.required, when_empty=self.when_empty)
        self._apply_rules(columns, raw, nothing, found)
        for at in of_birth:  # until here it stood for the age, which is not missing as well then
            found[at] = (found[at][0], "birth_date", found[at][2])
        return {name: columns[name] for name in CLEARED_COLUMNS}, found

    def _apply_rules(self, columns: Columns, raw: Columns, nothing: list[str], found: Found) -> None:
        for name, (start, end) in INTERVALS.items():
            columns[name] = self.days.bands(raw.get(start, nothing), raw.get(end, nothing))
        for rule, distinct in self.rules:
            _apply(rule, distinct, columns, found)


def fill_empty(
    columns: Columns, found: Found, *, required: Collection[str], when_empty: Mapping[str, str]
) -> None:
    """Name the required cells that are empty, and write the code for unknown into the others."""
    refused = {(place, name) for place, name, _ in found}
    for name, stands_for in when_empty.items():
        cells = columns[name]
        if "" not in cells:
            continue
        if name in required:
            code = MISSING.get(name, "missing_value")
            empty = (place for place, cell in enumerate(cells) if not cell)
            found += ((place, name, code) for place in empty if (place, name) not in refused)
        if stands_for:
            columns[name] = (
                [cell or stands_for for cell in cells] if any(cells) else [stands_for] * len(cells)
            )


def _apply(rule: Rule, distinct: Distinct, columns: Columns, found: Found) -> None:
    columns[rule.output], refusals = distinct.over(*(columns[name] for name in rule.inputs))
    if refusals:
        wrong = {place for place, _, _ in found}
        found += ((place, rule.output, code) for place, code in refusals.items() if place not in wrong)


def full_form(rules: ClearingRules) -> Form:
    """Every column of the cleared sheet."""
    cleared = [column for column in SHEET_COLUMNS if not column.link_only]
    is_archive = rules.basis == ARCHIVE
    return Form(
        columns={column.column: clearer(column, _treat(column, rules)) for column in cleared},
        rules=tuple((rule, Distinct(rule.compute)) for rule in RULES),
        age_rule=Distinct(AGE_RULE.compute),
        days=DaysBetween(),
        required=frozenset(
            column.column
            for column in cleared
            if column.required == "always" or (column.is_required and not is_archive)
        ),
        when_empty=_when_empty(cleared, rules),
    )


def withheld_form(rules: ClearingRules) -> Form:
    """Case number, country, year and the answer about consent; nothing else is even read."""
    kept = [column for column in SHEET_COLUMNS if column.column in KEPT_WITHOUT_CONSENT]
    year = coarsen(write_year, Dates(rules.today, Precision.YEAR))
    return Form(
        columns={
            column.column: clearer(
                column, year if column.column == "registered_on" else _treat(column, rules)
            )
            for column in kept
        },
        rules=(),
        age_rule=None,
        days=DaysBetween(),
        required=frozenset({"case_number", "registered_on"}),
        when_empty=_when_empty(kept, rules),
    )


def _when_empty(columns: list[SheetColumn], rules: ClearingRules) -> dict[str, str]:
    """Derived columns stay empty until their rule has computed them."""
    stands_for = {column.column: "" if column.derived else column.when_empty for column in columns}
    return stands_for | {"country": rules.organization_country}


def _treat(column: SheetColumn, rules: ClearingRules) -> Treat:
    is_archive = rules.basis == ARCHIVE
    coarsest = Precision.DAY
    if column.column == "registered_on":
        coarsest = Precision.MONTH  # a cleared row has the month alone
    if is_archive and column.column in YEAR_IS_ENOUGH:
        coarsest = Precision.YEAR
    treat = treatment_of(column, case_key=rules.case_key, dates=Dates(rules.today, coarsest))
    return only_registered(treat, rules) if column.column == "country" and not is_archive else treat


def only_registered(treat: Treat, rules: ClearingRules) -> Treat:
    """Countries in which the organization is registered."""
    registered = rules.countries | {rules.organization_country}

    def country_of(text: str) -> str | Refused:
        country = treat(text)
        return (
            country
            if isinstance(country, Refused) or country in registered
            else Refused("country_not_registered")
        )

    return country_of


def clearer(column: SheetColumn, treat: Treat) -> ClearColumn:
    """The function over a whole column. Case numbers are all different, so nothing of them is remembered."""
    if column.column == "case_number":
        return _each(treat)
    told = say_what_it_looks_like(treat)

    def treat_cell(text: str) -> str | Refused:
        stripped = text.strip()
        return told(stripped) if stripped else ""

    return Distinct(treat_cell).over


def _each(treat: Treat) -> ClearColumn:
    def over(cells: list[str]) -> tuple[list[str], dict[int, str]]:
        refusals: dict[int, str] = {}
        texts = []
        for place, cell in enumerate(cells):
            text = treat(stripped) if (stripped := cell.strip()) else ""
            if isinstance(text, Refused):
                refusals[place] = text.code
                text = ""
            texts.append(text)
        return texts, refusals

    return over
