"""Templates: the catalogue's columns with drop-downs, the same bytes each time, and nothing in them of a person."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from anonymizer.catalogue.fields import COUNTRIES, FIELDS
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import (
    CODES_SHEET,
    LANGUAGES,
    Language,
    alias_key,
    column_name,
    explanation,
    label_aliases,
    sheet_name,
)
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.clearing.batches import SAMPLE_CASE_NUMBER
from anonymizer.templates.cells import (
    FIRST_COUNTRIES,
    SAMPLE_ROW,
    CellKind,
    asked_columns,
    cell_kind,
    choices,
    field_of,
)
from anonymizer.templates.files import (
    MODULES,
    case_csv,
    case_workbook,
    module_archive,
    module_workbook,
)
from anonymizer.templates.styling import LAST_ROW, LONGEST_TEXT, LONGEST_TITLE, REQUIRED

Workbook = Any


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def sheets_of(language: Language) -> list[tuple[str, Any, Workbook]]:
    """Every sheet to be filled of both workbooks: its name, the sheet, the workbook."""
    workbooks = [(opened(case_workbook(language)), [CASES]), (opened(module_workbook(language)), MODULES)]
    return [
        (name, workbook[sheet_name(name, language)], workbook)
        for workbook, names in workbooks
        for name in names
    ]


def header_of(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[1]]


def cells_of(workbook: Workbook, address: str) -> list[str]:
    """The texts behind an address like `_codes!$A$1:$A$4`."""
    sheet, cells = address.split("!")
    return [row[0].value for row in workbook[sheet][cells.replace("$", "")]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_has_the_columns_of_the_catalogue_and_no_other(language: Language) -> None:
    """In their order, in the words of its language, on a sheet each."""
    for name, sheet, _ in sheets_of(language):
        assert header_of(sheet) == [column_name(name, one.column, language) for one in asked_columns(name)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_with_a_code_list_has_it_as_a_drop_down(language: Language) -> None:
    """All of its labels and nothing else; a cell of one code takes nothing else, other cells do."""
    for name, sheet, workbook in sheets_of(language):
        rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        for place, column in enumerate(asked_columns(name), start=1):
            letter = sheet.cell(1, place).column_letter
            rule = rules[f"{letter}2:{letter}{LAST_ROW}"]
            kind = cell_kind(column)
            if field_of(column).code_list and kind is not CellKind.DATE:
                listed = cells_of(workbook, rule.formula1)
                assert rule.type == "list", column
                assert listed == [label for _, label in choices(column, language)], column
                aliases = label_aliases(field_of(column).code_list)
                assert [aliases[alias_key(label)] for label in listed] == [
                    code for code, _ in choices(column, language)
                ]
            assert rule.showErrorMessage == (kind in (CellKind.LIST, CellKind.DATE, CellKind.NUMBER)), column


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cell_says_what_is_asked(language: Language) -> None:
    """With no more letters than a spreadsheet shows; of the case sheet, the whole explanation."""
    for name, sheet, _ in sheets_of(language):
        rules = list(sheet.data_validations.dataValidation)
        assert len(rules) == len(asked_columns(name))
        for column, rule in zip(asked_columns(name), rules, strict=True):
            said = explanation(name, column.column, language)
            assert rule.prompt == said, column
            assert len(said) <= LONGEST_TEXT
            assert len(rule.promptTitle) <= LONGEST_TITLE
            assert len(rule.error or "") <= LONGEST_TEXT
            assert len(rule.errorTitle or "") <= LONGEST_TITLE


def test_days_are_dates_and_all_else_is_text() -> None:
    """An age from 9 to 11 must not become the ninth of November, nor a case number lose its zeros."""
    for name, sheet, _ in sheets_of("en"):
        rules = list(sheet.data_validations.dataValidation)
        for place, (column, rule) in enumerate(zip(asked_columns(name), rules, strict=True), start=1):
            written = sheet.column_dimensions[sheet.cell(1, place).column_letter].number_format
            match cell_kind(column):
                case CellKind.DATE:
                    assert (written, rule.type, rule.formula2) == ("yyyy-mm-dd", "date", "TODAY()")
                case CellKind.NUMBER:
                    field = FIELDS[column.entity, column.field]
                    assert (rule.type, rule.formula1, rule.formula2) == (
                        "whole",
                        str(field.low),
                        str(field.high),
                    )
                case _:
                    assert written == "@", column


def test_required_columns_stand_out_and_the_header_stays() -> None:
    """Dark for what must be filled, and for nothing else."""
    for name, sheet, _ in sheets_of("en"):
        dark = [cell.value for cell in sheet[1] if cell.fill.fgColor.rgb[-6:] == REQUIRED[0].fgColor.rgb[-6:]]

        assert dark == [column_name(name, one.column, "en") for one in asked_columns(name) if one.is_required]
        assert sheet.freeze_panes == "B2"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_one_row_in_it_is_invented(language: Language) -> None:
    """Its case number says so, its codes are labels and its days are dates; the modules have no row."""
    workbook = opened(case_workbook(language))
    sheet = workbook[sheet_name(CASES, language)]
    row = dict(
        zip([one.column for one in asked_columns(CASES)], [cell.value for cell in sheet[2]], strict=True)
    )

    assert sheet.max_row == 2
    assert row["case_number"] == SAMPLE_CASE_NUMBER
    assert row["registered_on"] == datetime(2025, 3, 2)
    assert label_aliases("CL_SEX")[alias_key(row["sex"])] == "F"
    forms = [label_aliases("CL_FORM")[alias_key(part)] for part in row["forms"].split(";")]
    assert forms == ["SEX", "LABOUR"]
    assert {name for name, cell in row.items() if cell is not None} == SAMPLE_ROW.keys()
    assert [sheet.max_row for _, sheet, _ in sheets_of(language)[1:]] == [1] * len(MODULES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lists_are_hidden_and_the_rest_explains(language: Language) -> None:
    """Nobody has to see the lists; the last sheet that is seen names every column and every code."""
    for content, names in ((case_workbook(language), [CASES]), (module_workbook(language), MODULES)):
        workbook = opened(content)
        assert workbook.sheetnames == [
            *(sheet_name(name, language) for name in names),
            workbook.sheetnames[-2],
            CODES_SHEET,
        ]
        assert workbook[CODES_SHEET].sheet_state == "veryHidden"
        said = {cell.value for row in workbook.worksheets[-2].iter_rows() for cell in row}
        for name in names:
            for column in asked_columns(name):
                assert {column.column, explanation(name, column.column, language)} <= said
                assert {part for choice in choices(column, language) for part in choice} <= said


def test_a_list_of_countries_begins_with_the_region() -> None:
    """Nobody scrolls to the end of the alphabet for Serbia."""
    country = next(column for column in asked_columns(CASES) if field_of(column).code_list == COUNTRIES)
    codes = [code for code, _ in choices(country, "sq")]

    assert codes[: len(FIRST_COUNTRIES)] == list(FIRST_COUNTRIES)
    assert len(codes) == len(set(codes)) > 240


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_is_the_same_each_time(language: Language) -> None:
    """Byte for byte, with no time of its making in it."""
    for make in (case_workbook, module_workbook):
        once, again = make(language), make(language)
        assert once == again
        with ZipFile(io.BytesIO(once)) as members:
            assert {member.date_time[:3] for member in members.infolist()} == {(1980, 1, 1)}
            assert members.read("docProps/core.xml").count(b"2026-01-01T00:00:00Z") == 2
    assert module_archive(language) == module_archive(language)
    assert case_csv(language) == case_csv(language)


def rows_of(content: bytes) -> list[Sequence[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_csv_has_the_names_that_never_change_unless_a_language_is_asked_for() -> None:
    """A spreadsheet takes it for UTF-8; a program may rely on the header."""
    assert case_csv().startswith(b"\xef\xbb\xbf")
    assert rows_of(case_csv()) == [[column.column for column in asked_columns(CASES)]]
    assert rows_of(case_csv("sr-Cyrl"))[0][:2] == ["Број случаја", "Датум регистрације"]


def test_the_sample_of_a_csv_is_written_as_its_header() -> None:
    """As codes without a language, with labels and days in one."""
    codes, labels = rows_of(case_csv(with_sample=True)), rows_of(case_csv("ro", with_sample=True))

    assert dict(zip(codes[0], codes[1], strict=True)) == {
        column.column: SAMPLE_ROW.get(column.column, "") for column in asked_columns(CASES)
    }
    assert {"EXAMPLE-1", "2025-03-02", "Feminin", "Exploatare sexuală; Muncă forțată"} <= set(labels[1])


def test_the_archive_has_a_csv_for_each_module_and_form() -> None:
    """Named like the sheets, with their headers."""
    with ZipFile(io.BytesIO(module_archive())) as members:
        headers = {name: rows_of(members.read(name)) for name in members.namelist()}

    assert headers == {
        f"{name}.csv": [[column.column for column in asked_columns(name)]] for name in SHEETS if name != CASES
    }
