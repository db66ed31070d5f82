"""The catalogue as a sender's program reads it."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import Any

from anonymizer import CATALOGUE_VERSION, CODE_LISTS, FIELDS, SHEET_COLUMNS


def describe_fields() -> dict[str, Any]:
    """Every field of every entity, and the columns of the case sheet that fill them."""
    return {
        "version": CATALOGUE_VERSION,
        "fields": [asdict(field) for field in FIELDS.values()],
        "case_sheet": [asdict(column) for column in SHEET_COLUMNS if column.in_template],
    }


def describe_code_lists() -> dict[str, Any]:
    """Every code list: its codes in the order of print, with their labels."""
    return {
        "version": CATALOGUE_VERSION,
        "code_lists": {
            name: [{"code": code.code, "label": code.label} for code in code_list.codes.values()]
            for name, code_list in CODE_LISTS.items()
        },
    }


def case_sheet_template() -> str:
    """The header of the case sheet, and nothing else."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(
        column.column for column in SHEET_COLUMNS if column.in_template
    )
    return written.getvalue()
