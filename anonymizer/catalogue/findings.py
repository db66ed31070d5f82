"""What clearing finds: a conflict names the entity, the row, the column, a stable code and a sentence.

The sentence comes from the catalogue and says what to do next. It must never contain a value that came in,
and no name of an unknown column either: the first line of a file without a header is a person.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from anonymizer.catalogue.fields import CODE_LISTS

Severity = Literal["error", "warning"]
CASES = "cases"
"""The sheet with one row a person; every other sheet is a module or a form."""
BATCH = "batch"
"""The entity of a conflict that concerns the file as a whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of conflict, as the catalogue words it. `number` is E or W and four digits: 1 the file, 2 a row,
    3 privacy, 4 between rows or with what is stored."""

    number: str
    code: str
    severity: Severity
    sentence: str


MOST_CODES_NAMED = 9
"""Codes that a sentence can list and still be read; longer lists are looked up."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing to put right, in one sheet. `row` is the spreadsheet's number (0: not one row)."""

    entity: str
    row: int
    column: str
    code: str
    message: str
    severity: Severity = "error"
    sheet: str = "cases"
    number: str = ""


def conflict_of(
    code: str,
    *,
    row: int = 0,
    column: str = "",
    entity: str = BATCH,
    code_list: str = "",
    sheet: str = CASES,
) -> Conflict:
    """The conflict of a known kind at a place. Every argument is a name or number of our own."""
    finding = FINDINGS[code]
    message = finding.sentence.replace("{code_list}", code_list).replace(
        "{codes}", _codes_to_write(code_list)
    )
    return Conflict(entity, row, column, code, message, finding.severity, sheet, finding.number)


def _codes_to_write(code_list: str) -> str:
    """The codes themselves where they can be read at a glance, else where they stand."""
    codes = list(CODE_LISTS[code_list].codes) if code_list in CODE_LISTS else []
    if not 1 < len(codes) <= MOST_CODES_NAMED:
        return "a code of the list"
    return f"{', '.join(codes[:-1])} or {codes[-1]}"


def place_of_column(position: int) -> str:
    """The letters over a column in a spreadsheet (0 → A, 26 → AA), for a column that must not be named."""
    letters = ""
    position += 1
    while position:
        position, letter = divmod(position - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _load_findings() -> Mapping[str, Finding]:
    text = files("anonymizer.catalogue").joinpath("findings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["code"]: _finding(row) for row in rows})


def _finding(row: dict[str, str]) -> Finding:
    severity: Severity = "warning" if row["severity"] == "warning" else "error"
    return Finding(f"{severity[0].upper()}{row['number']}", row["code"], severity, row["sentence"])


FINDINGS = _load_findings()
