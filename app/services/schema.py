"""The catalogue for whoever builds on it: fields, sheets, code lists, findings, and the templates.

What it tells is the same for everybody. It must never read a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from anonymizer.catalogue import CATALOGUE_VERSION
from anonymizer.catalogue.fields import CODE_LISTS, FIELDS
from anonymizer.catalogue.languages import ENGLISH, LANGUAGES, Language, column_name, label, sheet_name
from anonymizer.catalogue.sheets import SHEETS, Sheet, SheetColumn

__all__ = ["Language", "describe_code_lists", "describe_fields", "template"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
ZIP = "application/zip"


def describe_fields() -> dict[str, Any]:
    """Every field of every entity, and every sheet with the columns that fill them."""
    return {
        "version": CATALOGUE_VERSION,
        "languages": list(LANGUAGES),
        "fields": [asdict(field) for field in FIELDS.values()],
        "sheets": [_sheet(sheet) for sheet in SHEETS.values()],
    }


def describe_code_lists(language: Language = ENGLISH) -> dict[str, Any]:
    """Every code list: its codes in the order of print, with their labels in a language."""
    return {
        "version": CATALOGUE_VERSION,
        "language": language,
        "code_lists": {
            name: [{"code": code, "label": label(name, code, language)} for code in code_list.codes]
            for name, code_list in CODE_LISTS.items()
        },
    }


@cache
def template(file: str, language: Language | None = None) -> tuple[bytes, str]:
    """The content and the media type of a template by its file name, in a language.

    CSV without a language has the names of the columns, which never change; workbooks are English then.
    """
    make, media_type = _templates()[file]
    return make(language), media_type


def _templates() -> Mapping[str, tuple[Callable[[Language | None], bytes], str]]:
    # The library for workbooks takes memory that a server at rest need not have.
    from anonymizer.templates import files as templates

    return {
        "cases.xlsx": (lambda language: templates.case_workbook(language or ENGLISH), XLSX),
        "cases.csv": (templates.case_csv, CSV),
        "modules.xlsx": (lambda language: templates.module_workbook(language or ENGLISH), XLSX),
        "modules.zip": (templates.module_archive, ZIP),
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "kind": sheet.kind,
        "names": {language: sheet_name(sheet.name, language) for language in LANGUAGES},
        "columns": [_column(sheet, column) for column in sheet.columns],
    }


def _column(sheet: Sheet, column: SheetColumn) -> dict[str, Any]:
    """A column with what its field says of it, so that a program need not look it up."""
    field = FIELDS[column.entity, column.field]
    return asdict(column) | {
        "type": field.type,
        "code_list": field.code_list,
        "treatment": field.treatment.value,
        "privacy": field.privacy,
        "low": field.low,
        "high": field.high,
        "names": {language: column_name(sheet.name, column.column, language) for language in LANGUAGES},
    }
