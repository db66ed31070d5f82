"""What a template asks for: the columns of a sheet, what one of their cells holds, and what it may be chosen from.

It follows from the catalogue alone. The one row that it invents is nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from anonymizer.catalogue.fields import (
    CODE_LISTS,
    COUNTRIES,
    FIELDS,
    NOTHING,
    UNKNOWN_COUNTRY,
    Field,
    Treatment,
)
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import Language, label
from anonymizer.catalogue.sheets import SHEETS, SheetColumn
from anonymizer.clearing.batches import SAMPLE_CASE_NUMBER

SAMPLE_ROW: Mapping[str, str] = MappingProxyType(
    {
        "case_number": SAMPLE_CASE_NUMBER,
        "registered_on": "2025-03-02",
        "sex": "F",
        "age": "24",
        "citizenship": "MD",
        "identification_status": "IDENTIFIED",
        "identified_on": "2025-03-05",
        "identified_by": "NGO",
        "forms": "SEX;LABOUR",
        "previously_trafficked": "N",
        "services_accepted": "SHELTER;LEGAL_INFO",
        "first_service_on": "2025-03-06",
        "shelter_nights": "40",
        "consent": "YES",
    }
)
"""An invented person, so that the reader sees how dates, codes and several values are written."""

SEPARATOR = ";"
"""Between several values of one cell."""
NOTHING_OFFERED = "services_accepted"
"""The one column that takes NONE beside the codes of its list: no service was offered."""
DATES_FOR_BANDS = frozenset({("return", "first_service_after_return")})
"""A band of days that is worked out from a date in its own column; the others take a number of days."""
FIRST_COUNTRIES = ("AL", "BA", "BG", "HR", "MD", "ME", "MK", "RO", "RS", "XK", "GR", "HU", "SI", "TR", "UA")
"""The region and its neighbours, which stand at the top of every list of countries."""


class CellKind(StrEnum):
    """What a cell holds."""

    LIST = "list"  # one code
    SEVERAL = "several"  # codes between semicolons
    BAND = "band"  # a whole number, or the code of a band
    DATE = "date"
    NUMBER = "number"
    TEXT = "text"


def asked_columns(sheet: str) -> tuple[SheetColumn, ...]:
    """The columns of a sheet that somebody is asked to fill, in their order."""
    return tuple(column for column in SHEETS[sheet].columns if column.in_template)


def field_of(column: SheetColumn) -> Field:
    """The field that a column fills."""
    return FIELDS[column.entity, column.field]


def cell_kind(column: SheetColumn) -> CellKind:
    """What a cell of this column holds."""
    field = field_of(column)
    if field.type == "date" or (field.entity, field.name) in DATES_FOR_BANDS:
        return CellKind.DATE
    if field.treatment in (Treatment.BAND, Treatment.DAYS_BAND):
        return CellKind.BAND
    if field.code_list:
        return CellKind.SEVERAL if column.several else CellKind.LIST
    return CellKind.NUMBER if field.treatment is Treatment.NUMBER else CellKind.TEXT


def choices(column: SheetColumn, language: Language) -> Sequence[tuple[str, str]]:
    """Code and label of everything that may stand in a cell; empty where there is no code list.

    Countries are sorted by their names, after those of the region; all other lists keep their order.
    """
    code_list = field_of(column).code_list
    if not code_list or cell_kind(column) is CellKind.DATE:
        return ()
    codes = list(CODE_LISTS[code_list].codes)
    if code_list == COUNTRIES:
        codes = _countries(codes, language)
    if column.column == NOTHING_OFFERED:
        codes.insert(0, NOTHING)
    return [(code, label(code_list, code, language)) for code in codes]


def sample_cells(language: Language | None) -> Mapping[str, str | date]:
    """The invented row by column: with labels and days in a language, as codes and texts without one."""
    if language is None:
        return dict(SAMPLE_ROW)
    columns = {column.column: column for column in asked_columns(CASES)}
    return {name: _sample_cell(columns[name], text, language) for name, text in SAMPLE_ROW.items()}


def several_in_one(codes: Sequence[str], column: SheetColumn, language: Language) -> str:
    """Several codes as one cell in a language."""
    labels = dict(choices(column, language))
    return f"{SEPARATOR} ".join(labels[code] for code in codes)


def _sample_cell(column: SheetColumn, text: str, language: Language) -> str | date:
    match cell_kind(column):
        case CellKind.DATE:
            return date.fromisoformat(text)
        case CellKind.LIST | CellKind.SEVERAL:
            return several_in_one(text.split(SEPARATOR), column, language)
        case CellKind.BAND | CellKind.NUMBER | CellKind.TEXT:
            return text


def _countries(codes: Sequence[str], language: Language) -> list[str]:
    others = [code for code in codes if code not in FIRST_COUNTRIES and code != UNKNOWN_COUNTRY]
    others.sort(key=lambda code: label(COUNTRIES, code, language).casefold())
    return [*FIRST_COUNTRIES, UNKNOWN_COUNTRY, *others]
