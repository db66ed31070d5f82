"""Invented case sheets to send: as files of CSV and as workbooks, and small ones with cases that nobody sent before."""

from __future__ import annotations

import csv
import io
from itertools import count
from pathlib import Path

from openpyxl import Workbook

from app.demo.cases import invent_cases
from app.demo.organizations import DemoOrganization
from app.demo.sheets import sheet_pieces

YEAR = 2024
"""Sheets of this year are closed, so that no date in them lies in the future."""
SEED = 1
_seeds = count(SEED + 1)


def write_csv(folder: Path, organization: DemoOrganization, rows: int) -> Path:
    """A case sheet as CSV."""
    sheet = folder / f"sheet-of-{rows}.csv"
    with sheet.open("wb") as written:
        written.writelines(sheet_pieces(invent_cases(organization, year=YEAR, count=rows, seed=SEED)))
    return sheet


def write_workbook(folder: Path, organization: DemoOrganization, rows: int) -> Path:
    """The same as a workbook of texts."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("cases")
    for row in csv.reader(io.StringIO(b"".join(_pieces(organization, rows)).decode())):
        sheet.append(row)
    path = folder / f"sheet-of-{rows}.xlsx"
    workbook.save(path)
    return path


def sheet_of_new_cases(organization: DemoOrganization, rows: int) -> bytes:
    """A small sheet; each call has cases of its own."""
    seed = next(_seeds)
    mark = f"{seed}-"
    cases = invent_cases(organization, year=YEAR, count=rows, seed=seed)
    return b"".join(sheet_pieces({**case, "case_number": mark + case["case_number"]} for case in cases))


def _pieces(organization: DemoOrganization, rows: int) -> list[bytes]:
    return list(sheet_pieces(invent_cases(organization, year=YEAR, count=rows, seed=SEED)))
