"""Conflicts name a place and a code; every code of the catalogue is used, and every used code is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import anonymizer
from anonymizer import FINDINGS, conflict_of
from anonymizer.catalogue.findings import place_of_column
from anonymizer.clearing.checks import CHECKS

SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in Path(anonymizer.__file__).parent.rglob("*.py")
)
BY_STORAGE = "45"
"""How the numbers begin of what only the server can find: a case that it does not have."""


def test_every_finding_of_the_catalogue_is_found_by_something() -> None:
    """Lists the lines of findings.csv that are stale."""
    in_the_table = {check.code for check in CHECKS}
    by_storage = {code for code, finding in FINDINGS.items() if finding.number[1:3] == BY_STORAGE}
    here = FINDINGS.keys() - in_the_table - by_storage
    stale = [code for code in here if f'"{code}"' not in SOURCES]

    assert stale == []


def test_every_code_that_is_refused_with_is_in_the_catalogue() -> None:
    """Lists the lines that findings.csv lacks."""
    used = re.findall(r'(?:Refused|conflict_of|_BadLineError)\("(\w+)"', SOURCES)

    assert {*used, *(check.code for check in CHECKS)} - FINDINGS.keys() == set()


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_a_column_without_a_name_is_called_as_in_a_spreadsheet(position: int, letters: str) -> None:
    """The name of an unknown column is never repeated: it may be a person's."""
    assert place_of_column(position) == letters


def test_a_conflict_of_a_long_code_list_says_where_the_codes_are() -> None:
    """A sentence of twenty codes is read by nobody."""
    conflict = conflict_of("unknown_code", row=7, column="forms", entity="exploitation", code_list="CL_FORM")

    assert conflict.message == "This is no code of CL_FORM. Write a code of the list."


def test_a_conflict_of_a_short_code_list_names_the_codes() -> None:
    """The sender need not look them up."""
    conflict = conflict_of("unknown_code", row=7, column="sex", entity="case", code_list="CL_SEX")

    assert conflict.message == "This is no code of CL_SEX. Write F, M, OTH or UNK."
    assert (conflict.entity, conflict.row, conflict.column, conflict.severity) == ("case", 7, "sex", "error")
