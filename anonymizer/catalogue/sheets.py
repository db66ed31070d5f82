"""The sheets of a batch: the case sheet, a module for each entity, and the annual forms, as columns.

The case sheet is what every shelter fills; its columns stand in `catalogue/sheet.csv`. Modules and forms follow
from the fields of their entity, so that a new field needs no line here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from anonymizer.catalogue.fields import (
    CODE_LISTS,
    COUNTRIES,
    FIELDS,
    NOTHING,
    STATELESS,
    UNKNOWN,
    UNKNOWN_COUNTRY,
    Field,
    Treatment,
    read_rows,
)
from anonymizer.catalogue.findings import CASES

Kind = Literal["cases", "one", "many", "form"]
"""One row a person; one row or many rows a case; one row a country and year."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a sheet and the field that it fills.

    `when_empty` is what an empty cell is cleared to. `link_only` columns are read in memory and leave nothing
    behind; so are those `for_intervals`, which identify nobody. `derived` ones are computed unless they come
    with the row. `in_template` ones are what a shelter is asked to fill.
    """

    column: str
    entity: str
    field: str
    required: Literal["always", "yes", "no"]
    several: bool
    link_only: bool
    derived: bool
    in_template: bool
    when_empty: str
    meaning: str
    for_intervals: bool = False

    @property
    def is_required(self) -> bool:
        """True when a template must fill it; historic records need only what is required `always`."""
        return self.required != "no"

    @property
    def is_cleared(self) -> bool:
        """True when a cleared row has it."""
        is_off = FIELDS[self.entity, self.field].treatment is Treatment.OFF
        return not (self.link_only or self.for_intervals or is_off)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a batch. A module or form is named like the entity that it fills."""

    name: str
    kind: Kind
    columns: tuple[SheetColumn, ...]

    @property
    def is_form(self) -> bool:
        """True for an annual form, which is about no case."""
        return self.kind == "form"


MODULES: Mapping[str, Kind] = MappingProxyType(
    {
        "consent": "one",
        "return": "many",
        "reintegration": "many",
        "child": "one",
        "case": "one",
        "identification": "one",
        "exploitation_episode": "many",
        "recruitment": "one",
        "journey_leg": "many",
        "referral": "many",
        "assistance_episode": "many",
        "care_plan": "one",
        "legal_status": "one",
        "justice": "one",
    }
)
"""In the order in which they are read: those that others ask for come first."""
FORMS = ("shelter_capacity", "nrm_profile")
NUMBERED: Mapping[str, str] = MappingProxyType(
    {
        "exploitation_episode": "episode_no",
        "journey_leg": "leg_no",
        "referral": "referral_no",
        "assistance_episode": "episode_no",
        "return": "return_no",
        "reintegration": "followup_months",
    }
)
"""The field that tells the rows of one case apart. Where it is a number of order, an empty one follows the order."""
FROM_IDENTIFICATION = frozenset(
    {
        ("case", "closed_after"),
        ("identification", "formal_decision_after"),
        ("referral", "referred_after"),
        ("assistance_episode", "start_after"),
        ("care_plan", "needs_assessment_after"),
        ("care_plan", "plan_after"),
        ("care_plan", "risk_assessment_after"),
        ("legal_status", "trp_decision_after"),
        ("child", "guardian_after"),
        ("child", "bid_after"),
        ("return", "return_after"),
    }
)
"""Bands of days that begin on the day of identification."""
IDENTIFIED_ON = "identified_on"
_GIVEN_ALTHOUGH_DERIVED = frozenset({("legal_status", "expelled_after_identification")})
"""No date of an expulsion is asked, so that only the sender can say."""
_EMPTY_CODES = {COUNTRIES: UNKNOWN_COUNTRY, "CL_CONSENT": "NOT_RECORDED"}


def cleared_columns(sheet: str) -> tuple[str, ...]:
    """The columns of a cleared sheet, in their order."""
    return tuple(column.column for column in SHEETS[sheet].columns if column.is_cleared)


def codes_of(column: SheetColumn) -> Mapping[str, str]:
    """Every way of writing that a column takes, with the code that it means."""
    code_list = CODE_LISTS[FIELDS[column.entity, column.field].code_list]
    codes = {code: code for code in code_list.codes} | dict(code_list.aliases)
    if (
        column.column == "services_accepted"
    ):  # "nothing was offered" is an answer about the offer, no kind of service
        codes[NOTHING] = NOTHING
    if code_list.name == COUNTRIES and column.field != "citizenship":
        del codes[STATELESS]
    return codes


def stands_for_unknown(entity: str, field: str) -> str:
    """What a field is when nobody says it: the code for unknown, or nothing for a date, a number and a text."""
    code_list = FIELDS[entity, field].code_list
    return _EMPTY_CODES.get(code_list, UNKNOWN) if code_list else ""


def _load_case_sheet() -> tuple[SheetColumn, ...]:
    return tuple(
        SheetColumn(
            column=row["column"],
            entity=row["entity"],
            field=row["field"],
            required=row["required"] if row["required"] in ("always", "yes") else "no",  # type: ignore[arg-type]
            several=row["several"] == "yes",
            link_only=FIELDS[row["entity"], row["field"]].treatment is Treatment.DROP,
            derived=row["required"] == "derived",
            in_template=row["required"] not in ("derived", "profile"),
            when_empty=row["when_empty"],
            meaning=row["meaning"],
        )
        for row in read_rows("sheet.csv")
    )


def _module(entity: str, kind: Kind) -> Sheet:
    """The case number, then the entity's fields; where the case sheet asks for one row, only what it leaves."""
    asked = {(column.entity, column.field) for column in SHEET_COLUMNS} if kind == "one" else set()
    fields = [field for field in _sent_fields(entity) if (entity, field.name) not in asked]
    columns = [_CASE_NUMBER]
    if any((entity, field.name) in FROM_IDENTIFICATION for field in fields):
        columns.append(_IDENTIFIED_ON)
    return Sheet(entity, kind, (*columns, *map(_column_of, fields)))


def _form(entity: str) -> Sheet:
    return Sheet(entity, "form", tuple(_column_of(field) for field in _sent_fields(entity)))


def _sent_fields(entity: str) -> Iterator[Field]:
    """What a sender can say of an entity in a module. Direct identifiers of the person stand in the case sheet."""
    for field in FIELDS.values():
        is_person = entity == "case" and field.treatment is Treatment.DROP
        if (
            field.entity == entity
            and not is_person
            and field.treatment not in (Treatment.KEEP, Treatment.TOKEN)
        ):
            yield field


def _column_of(field: Field) -> SheetColumn:
    key = (field.entity, field.name)
    is_derived = field.required == "derived" and key not in _GIVEN_ALTHOUGH_DERIVED
    is_number_of_order = NUMBERED.get(field.entity) == field.name and field.treatment is Treatment.NUMBER
    is_dropped = field.treatment is Treatment.DROP
    return SheetColumn(
        column=field.name,
        entity=field.entity,
        field=field.name,
        required="yes" if field.required == "yes" and not is_number_of_order else "no",
        several=field.several,
        link_only=is_dropped,
        derived=is_derived,
        in_template=not is_derived and not is_dropped and field.treatment is not Treatment.OFF,
        when_empty=stands_for_unknown(field.entity, field.name),
        meaning=field.meaning,
    )


def _dropped_columns() -> Mapping[str, str]:
    of_the_person = {
        name: name
        for (entity, name), field in FIELDS.items()
        if entity == "case" and field.treatment is Treatment.DROP
    }
    of_sheets = {
        column.column: column.field
        for sheet in SHEETS.values()
        for column in sheet.columns
        if column.link_only
    }
    return MappingProxyType(of_the_person | of_sheets)


SHEET_COLUMNS = _load_case_sheet()
"""The columns of the case sheet."""
_CASE_NUMBER = SHEET_COLUMNS[0]
_IDENTIFIED_ON = SheetColumn(
    column=IDENTIFIED_ON,
    entity="identification",
    field="date_identified",
    required="no",
    several=False,
    link_only=False,
    derived=False,
    in_template=True,
    when_empty="",
    meaning="Day of identification, where the case sheet is not in the batch. Read for days since, then dropped.",
    for_intervals=True,
)
SHEETS: Mapping[str, Sheet] = MappingProxyType(
    {CASES: Sheet(CASES, "cases", SHEET_COLUMNS)}
    | {entity: _module(entity, kind) for entity, kind in MODULES.items()}
    | {entity: _form(entity) for entity in FORMS}
)
"""Every sheet by its name, the case sheet first."""
CLEARED_COLUMNS = cleared_columns(CASES)
"""The columns of a cleared case sheet, in their order."""
DROPPED_COLUMNS = _dropped_columns()
"""Columns that are dropped and counted, with the field that each one is counted under."""
