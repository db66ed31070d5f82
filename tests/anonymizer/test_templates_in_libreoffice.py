"""A template that LibreOffice filled and saved comes back in without a complaint."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from anonymizer import Clearing, ClearingRules, RawChunk
from anonymizer.catalogue.fields import UNKNOWN
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import Language, label, sheet_name
from anonymizer.reading.formats import open_sheets
from anonymizer.templates.cells import (
    CellKind,
    asked_columns,
    cell_kind,
    choices,
    field_of,
    several_in_one,
)
from anonymizer.templates.files import MODULES, case_workbook, module_workbook
from tests.libreoffice import SOFFICE, saved_by_libreoffice

CASE_KEY = bytes(range(32))
RULES = ClearingRules("RS", frozenset({"RS"}), "LAW", CASE_KEY, date(2026, 1, 31))

Cell = str | int | date
FILLED: dict[str, Cell] = {
    "case_number": "007",
    "registered_on": date(2025, 11, 2),
    "country": "RS",
    "sex": "M",
    "age": 17,
    "birth_date": date(2008, 3, 1),
    "child_status": "CHILD",
    "citizenship": "BA;HR",
    "identification_status": "PRESUMED",
    "identified_on": date(2025, 11, 3),
    "identified_by": "MOBILE_TEAM",
    "forms": "BEGGING;CRIME",
    "country_of_exploitation": "RS",
    "country_of_recruitment": "BA",
    "previously_trafficked": "UNK",
    "services_accepted": "SHELTER;PSYCH",
    "services_declined": "MEDICAL",
    "first_service_on": date(2025, 11, 4),
    "shelter_nights": 12,
    "reflection": "GRANTED",
    "permit": "NOT_APPLIED",
    "returned_on": date(2025, 12, 1),
    "returned_to": "BA",
    "return_type": "VOLUNTARY_ASSISTED",
    "consent": "YES",
}
"""An invented boy, as codes; what is typed are the labels of the language."""

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")


def typed(column: Any, cell: Cell, language: Language) -> Cell:
    """What somebody types or chooses for a cell."""
    if isinstance(cell, str) and cell_kind(column) in (CellKind.LIST, CellKind.SEVERAL):
        return several_in_one(cell.split(";"), column, language)
    return cell


def read(content: bytes) -> dict[str, RawChunk]:
    return {chunk.sheet: chunk for chunk in open_sheets([content], "xlsx")}


@pytest.mark.parametrize("language", ["en", "sr-Cyrl"])
def test_a_filled_case_sheet_comes_back_as_codes_and_days(language: Language, tmp_path: Path) -> None:
    """Every column of the case sheet, labels chosen from the lists; the only remark is about the sample row."""
    workbook = openpyxl.load_workbook(io.BytesIO(case_workbook(language)))
    columns = [column for column in asked_columns(CASES) if column.column in FILLED]
    sheet = workbook[sheet_name(CASES, language)]
    for place, column in enumerate(asked_columns(CASES), start=1):
        if column.column in FILLED:
            sheet.cell(3, place).value = typed(column, FILLED[column.column], language)

    chunks = read(saved_by_libreoffice(workbook, tmp_path))
    cleared = Clearing(RULES).clear(chunks[CASES])

    assert chunks.keys() == {CASES}
    came = {column.column: chunks[CASES].columns[column.column][1].replace("; ", ";") for column in columns}
    assert came == {name: str(cell) for name, cell in FILLED.items()}
    assert [(conflict.row, conflict.code) for conflict in cleared.conflicts] == [(2, "sample_row")]
    assert cleared.columns["forms"] == ["BEGGING;CRIME"]


@pytest.mark.parametrize("language", ["en", "sr-Cyrl"])
def test_filled_modules_come_back_without_a_complaint(language: Language, tmp_path: Path) -> None:
    """A row on every sheet, each column that is required filled with what asks for nothing more."""
    workbook = openpyxl.load_workbook(io.BytesIO(module_workbook(language)))
    expected = {}
    for name in MODULES:
        row = {column.column: _least(column) for column in asked_columns(name) if column.is_required}
        expected[name] = row
        sheet = workbook[sheet_name(name, language)]
        for place, column in enumerate(asked_columns(name), start=1):
            if column.column in row:
                sheet.cell(2, place).value = typed(column, row[column.column], language)

    chunks = read(saved_by_libreoffice(workbook, tmp_path))
    clearing = Clearing(RULES)

    assert chunks.keys() == set(MODULES)
    for name, row in expected.items():
        came = {column: chunks[name].columns[column][0] for column in row}
        assert came == {column: str(cell) for column, cell in row.items()}, name
        errors = [one for one in clearing.clear(chunks[name]).conflicts if one.severity == "error"]
        assert errors == [], name


def _least(column: Any) -> Cell:
    match cell_kind(column):
        case CellKind.DATE:
            return date(2025, 11, 3)
        case CellKind.NUMBER:
            return 2025
        case CellKind.TEXT:
            return "007" if column.column == "case_number" else "v2"
        case CellKind.LIST | CellKind.SEVERAL | CellKind.BAND:
            codes = [code for code, _ in choices(column, "en")]
            return next((code for code in (UNKNOWN, "RS") if code in codes), codes[0])


def test_what_a_drop_down_writes_is_a_label() -> None:
    """The tests above type what a hand would choose."""
    sex = next(column for column in asked_columns(CASES) if column.column == "sex")

    assert typed(sex, "M", "sr-Cyrl") == label(field_of(sex).code_list, "M", "sr-Cyrl") == "Мушки"
