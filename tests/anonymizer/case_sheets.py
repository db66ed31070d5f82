"""Invented case sheets for tests: correct ones, with names and numbers that no output may ever repeat."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

GIVEN_NAME = "Zorčamark"
FAMILY_NAME = "Канаримарк"
IDENTITY_NUMBER = "0101990710008"
CASE_NUMBER = "CANARY-77"
MARKS = (GIVEN_NAME, FAMILY_NAME, IDENTITY_NUMBER, CASE_NUMBER)
"""What stands in every row below in a place that identifies a person."""

CORRECT_ROW: Mapping[str, str] = {
    "case_number": CASE_NUMBER,
    "registered_on": "2025-03-04",
    "sex": "F",
    "age": "24",
    "citizenship": "MD",
    "identification_status": "IDENTIFIED",
    "identified_on": "2025-03-05",
    "identified_by": "NGO",
    "forms": "SEX;LABOUR",
    "services_accepted": "SHELTER",
    "first_service_on": "2025-03-06",
    "consent": "YES",
    "given_name": GIVEN_NAME,
    "family_name": FAMILY_NAME,
    "identity_number": IDENTITY_NUMBER,
}


def row(number: int = 0, **changes: str) -> dict[str, str]:
    """A correct row with a case number of its own, and with what the test changes."""
    return {**CORRECT_ROW, "case_number": f"{CASE_NUMBER}-{number}", **changes}


def sheet(rows: Iterable[Mapping[str, str]]) -> str:
    """The rows as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(CORRECT_ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_sheet(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """The rows as a CSV file."""
    path.write_text(sheet(rows), encoding="utf-8")
    return path


def marks_in(text: str) -> list[str]:
    """The marks that a text repeats: always none."""
    return [mark for mark in MARKS if mark in text]
