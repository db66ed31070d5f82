"""Headers: names are looked up exactly, and the header alone tells what separates the columns."""

from __future__ import annotations

import pytest

from anonymizer.catalogue.languages import LANGUAGES, column_name
from anonymizer.catalogue.sheets import DROPPED_COLUMNS, SHEETS
from anonymizer.reading.headers import LONGEST_NAME, column_of, named_separator, normal_name, separator_of


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_column_is_known_by_its_name_in_every_language(sheet: str) -> None:
    """In capitals too, and with blanks around it."""
    for column in SHEETS[sheet].columns:
        names = {column.column, *(column_name(sheet, column.column, language) for language in LANGUAGES)}
        assert {column_of(f"\u00a0{name.upper()} \u200b", sheet) for name in names} == {column.column}


def test_direct_identifiers_are_known_in_every_sheet() -> None:
    """So that they are dropped and counted, not refused with the file."""
    assert [column_of(name.upper(), "referral") for name in DROPPED_COLUMNS] == list(DROPPED_COLUMNS)


def test_what_nobody_knows_and_what_a_profile_waits_for_stay_as_they_came() -> None:
    """Nothing is looked for that only resembles a name."""
    assert column_of(" Case-Number ", "cases") == "Case-Number"
    assert column_of(" Sex ", "cases", frozenset({"Sex"})) == "Sex"


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("case_number", ","),
        ("case_number,sex;age", ""),
        ("case_number,a;b|c", ","),
        ('"case_number";"sex, age"', ";"),
        ("case_number\tsex|", "\t"),
        ("one|case_number", "|"),
        ("case_number;a,sex,b;age", ""),
        ("one,two", ","),
        ("one;two", ""),
        ("one,two;three", ""),
        ('"case_number', ","),
    ],
)
def test_the_separator_is_the_one_that_gives_known_columns(line: str, separator: str) -> None:
    """None where several do, or none does."""
    assert separator_of(f"{line}\r\n") == separator


@pytest.mark.parametrize(
    ("line", "separator"),
    [
        ("sep=;\r\n", ";"),
        ('"SEP=\t"\n', "\t"),
        ("sep=,", ","),
        ("sep=;;", None),
        ("sep=", None),
        ("sep", None),
    ],
)
def test_a_line_may_name_the_separator(line: str, separator: str | None) -> None:
    """As spreadsheets write it."""
    assert named_separator(line) == separator


def test_a_pasted_text_is_no_name_and_is_not_worked_on() -> None:
    """Ordering a hundred thousand accents takes half a minute."""
    text = "a" + "\u0315\u0300" * 100_000

    assert len(text) > LONGEST_NAME
    assert normal_name(text) is text
