"""Templates: the case sheet and the modules as workbooks and as CSV, in the words of one language.

A template is the same bytes each time. Its cells take the labels of its language or the codes, and both come
back in. It must never hold a row of a person: the one row in it is invented.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import (
    CODES_SHEET,
    ENGLISH,
    EXPLANATION,
    Language,
    column_name,
    phrase,
    sheet_name,
)
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.templates.cells import asked_columns, sample_cells
from anonymizer.templates.explaining import explain
from anonymizer.templates.styling import Lists, style_sheet

MARK_OF_UTF8 = "\ufeff"
"""Spreadsheets take a CSV for one of the machine's old code page unless it begins so."""
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's times have no zone
"""Every template says so, whenever it is made, so that two of them can be compared."""
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can tell."""
MADE_BY = "Regional Clearing Point"
MODULES = tuple(name for name in SHEETS if name != CASES)

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def case_workbook(language: Language = ENGLISH) -> bytes:
    """The case sheet as XLSX, with one invented row and a sheet that explains."""
    return _workbook([CASES], language, rows={CASES: sample_cells(language)})


def module_workbook(language: Language = ENGLISH) -> bytes:
    """Every module and annual form as XLSX, one sheet each, and a sheet that explains."""
    return _workbook(MODULES, language, rows={})


def case_csv(language: Language | None = None, *, with_sample: bool = False) -> bytes:
    """The case sheet as CSV: its header in a language, else the names of the columns, which never change."""
    return _csv(CASES, language, [sample_cells(language)] if with_sample else [])


def module_archive(language: Language | None = None) -> bytes:
    """Every module and annual form as a CSV of its header, in one ZIP; the members have the sheets' own names."""
    return _archive((f"{name}.csv", _csv(name, language, [])) for name in MODULES)


def _workbook(
    sheets: Sequence[str], language: Language, *, rows: Mapping[str, Mapping[str, str | date]]
) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    lists = Lists(language)
    for name in sheets:
        columns = asked_columns(name)
        sheet = workbook.create_sheet(sheet_name(name, language))
        sheet.append([column_name(name, column.column, language) for column in columns])
        if name in rows:
            sheet.append([rows[name].get(column.column) for column in columns])
        style_sheet(sheet, name, lists)
    explain(workbook.create_sheet(sheet_name(EXPLANATION, language)), sheets, language)
    lists.write(workbook.create_sheet(CODES_SHEET))
    properties = workbook.properties
    properties.creator, properties.created = MADE_BY, MADE_AT
    properties.title, properties.language = phrase("title", language), language
    return _same_each_time(workbook)


def _same_each_time(workbook: Workbook) -> bytes:
    """The bytes of a workbook without the time at which it was saved."""
    written = io.BytesIO()
    workbook.save(written)
    moment = MADE_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with ZipFile(written) as members:
        return _archive(
            (name, _MODIFIED.sub(rb"\g<1>" + moment, members.read(name))) for name in members.namelist()
        )


def _archive(members: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in members:
            member = ZipInfo(name, ZIP_EPOCH)
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, content)
    return packed.getvalue()


def _csv(sheet: str, language: Language | None, rows: Iterable[Mapping[str, str | date]]) -> bytes:
    names = [column.column for column in asked_columns(sheet)]
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(names if language is None else [column_name(sheet, name, language) for name in names])
    lines.writerows([row.get(name, "") for name in names] for row in rows)
    return (MARK_OF_UTF8 + written.getvalue()).encode()
