"""The names of sheets, columns and codes in seven languages: complete where it matters, and never two for one."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files

import pytest

from anonymizer.catalogue.fields import CODE_LISTS, FIELDS
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.languages import (
    CODES_SHEET,
    EXPLANATION,
    LANGUAGES,
    OLD_ROMANIAN,
    Language,
    alias_key,
    column_aliases,
    column_name,
    explaining_sheets,
    explanation,
    label,
    label_aliases,
    phrase,
    sheet_aliases,
    sheet_name,
)
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.templates.cells import asked_columns, choices, field_of

TABLES = ("sheets.csv", "headers.csv", "explanations.csv", "labels.csv", "words.csv", "countries.csv")
LONGEST_SHEET_NAME = 31
"""Characters that spreadsheets take; and none of the signs below."""
NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

DIGRAPHS = {"dž": "џ", "lj": "љ", "nj": "њ"}
LETTERS = str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")
NOT_WORDS = re.compile(r"(\{[a-z_]+\})")


def rows_of(table: str) -> list[dict[str, str]]:
    text = files("anonymizer.catalogue.translations").joinpath(table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def in_cyrillic(latin: str) -> str:
    """Serbian in its other script; what stands in braces is no word."""
    return "".join(
        part if NOT_WORDS.fullmatch(part) else _letters_in_cyrillic(part) for part in NOT_WORDS.split(latin)
    )


def _letters_in_cyrillic(latin: str) -> str:
    for pair, letter in DIGRAPHS.items():
        latin = latin.replace(pair, letter).replace(pair.capitalize(), letter.upper())
    small = latin.translate(LETTERS)
    capitals = str.maketrans({chr(key).upper(): chr(value).upper() for key, value in LETTERS.items()})
    return small.translate(capitals)


def doubles(spellings: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Spellings that more than one name asks for, with those names."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, spelling in spellings:
        names[alias_key(spelling)].add(name)
    return {spelling: asking for spelling, asking in names.items() if len(asking) > 1}


def every_text() -> Iterator[str]:
    for table in TABLES:
        for row in rows_of(table):
            yield from row.values()


def test_every_text_is_composed_and_has_no_outer_blanks() -> None:
    """NFC, so that what a keyboard writes is what stands in the table."""
    assert [text for text in every_text() if text != unicodedata.normalize("NFC", text).strip()] == []


@pytest.mark.parametrize("table", TABLES)
def test_no_language_is_left_out(table: str) -> None:
    """A table that says it is complete is complete."""
    assert [row for row in rows_of(table) if not all(row.values())] == []


def test_the_case_sheet_is_complete_in_every_language() -> None:
    """Headers, explanations, and the labels of every list that its template asks for."""
    headers = {row["column"]: row for row in rows_of("headers.csv") if row["sheet"] == CASES}
    explained = {row["column"] for row in rows_of("explanations.csv") if row["sheet"] == CASES}
    columns = asked_columns(CASES)

    assert [
        column.column for column in columns if not all(headers.get(column.column, {"": ""}).values())
    ] == []
    assert explained == {column.column for column in columns}
    named = {(row["code_list"], row["code"]) for row in rows_of("labels.csv") if all(row.values())}
    named |= {("CL_COUNTRY", row["code"]) for row in rows_of("countries.csv")}
    asked = {(field_of(column).code_list, code) for column in columns for code, _ in choices(column, "en")}
    assert {(name, code) for name, code in asked - named if ("*", code) not in named} == set()


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_column_that_is_asked_has_a_header_in_every_language(sheet: str) -> None:
    """A new column needs a row in headers.csv, for its sheet or for all (`*`)."""
    rows = {(row["sheet"], row["column"]) for row in rows_of("headers.csv")}

    assert [
        one.column for one in asked_columns(sheet) if not rows & {(sheet, one.column), ("*", one.column)}
    ] == []


def test_serbian_is_the_same_in_both_scripts() -> None:
    """Letter for letter, so that a correction in one script is made in the other."""
    differing = [
        (table, row["sr-Latn"], row["sr-Cyrl"])
        for table in TABLES
        if table != "countries.csv"  # the CLDR has both
        for row in rows_of(table)
        if in_cyrillic(row["sr-Latn"]) != row["sr-Cyrl"]
    ]

    assert differing == []


def test_the_english_label_beside_the_others_is_the_catalogues() -> None:
    """Translators read what the label says now."""
    differing = [
        (row["code_list"], row["code"])
        for row in rows_of("labels.csv")
        if row["code_list"] in CODE_LISTS
        and row["code"] in CODE_LISTS[row["code_list"]].codes
        and CODE_LISTS[row["code_list"]].codes[row["code"]].label != row["en"]
    ]

    assert differing == []


def test_no_row_names_what_the_catalogue_does_not_have() -> None:
    """A column or a list that was renamed takes its names along."""
    columns = {column.column for sheet in SHEETS.values() for column in sheet.columns}
    codes = {(name, code) for name, codes in CODE_LISTS.items() for code in codes.codes}

    assert {row["sheet"] for row in rows_of("sheets.csv")} == {*SHEETS, EXPLANATION}
    assert [row for row in rows_of("headers.csv") if row["column"] not in columns] == []
    stale = {
        (row["code_list"], row["code"]) for row in rows_of("labels.csv") if row["code_list"] != "*"
    } - codes
    assert stale == {("CL_SERVICE", "NONE")}


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_two_columns_of_a_sheet_share_a_spelling(sheet: str) -> None:
    """In all languages together, because a header does not say which language it is in."""
    names = [
        (column.column, spelling)
        for column in SHEETS[sheet].columns
        for spelling in (column.column, *(column_name(sheet, column.column, one) for one in LANGUAGES))
    ]

    assert doubles(names) == {}


@pytest.mark.parametrize("code_list", CODE_LISTS)
def test_no_two_codes_of_a_list_share_a_spelling(code_list: str) -> None:
    """Neither two labels, nor a label and another code."""
    codes = CODE_LISTS[code_list]
    names = [
        (code, spelling)
        for code in codes.codes
        for spelling in (code, *(label(code_list, code, language) for language in LANGUAGES))
    ]
    names += [(code, spelling) for spelling, code in codes.aliases.items()]
    names += [(code, spelling) for spelling, code in label_aliases(code_list).items()]

    assert doubles(names) == {}


def test_no_two_sheets_share_a_spelling() -> None:
    """Nor one of them with the sheet that explains."""
    sheets = [*SHEETS, EXPLANATION]
    names = [(sheet, spelling) for sheet in sheets for spelling in (sheet, *_names_of(sheet))]

    assert doubles(names) == {}
    assert sheet_aliases().keys() & explaining_sheets() == set()


def _names_of(sheet: str) -> list[str]:
    return [sheet_name(sheet, language) for language in LANGUAGES]


def test_a_spreadsheet_takes_every_name_of_a_sheet() -> None:
    """Length and signs."""
    names = [name for sheet in (*SHEETS, EXPLANATION, CODES_SHEET) for name in _names_of(sheet)]

    assert [
        name for name in names if len(name) > LONGEST_SHEET_NAME or NOT_IN_A_SHEET_NAME.search(name)
    ] == []


def test_no_label_has_the_sign_that_parts_several_values() -> None:
    """A label can stand beside others in one cell."""
    assert [
        (code_list, code)
        for code_list, codes in CODE_LISTS.items()
        for code in codes.codes
        for language in LANGUAGES
        if ";" in label(code_list, code, language)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_leads_back(language: Language) -> None:
    """What a template writes in any language is what its readers look up."""
    for sheet in SHEETS:
        assert sheet_aliases()[alias_key(sheet_name(sheet, language))] == sheet
        for column in SHEETS[sheet].columns:
            assert (
                column_aliases(sheet)[alias_key(column_name(sheet, column.column, language))] == column.column
            )
    for code_list, codes in CODE_LISTS.items():
        for code in codes.codes:
            assert label_aliases(code_list)[alias_key(label(code_list, code, language))] == code


def test_capitals_blanks_and_the_older_romanian_letters_are_the_same_name() -> None:
    """cp1250 has the letters with a cedilla alone; nothing else is taken for a name."""
    aliases = column_aliases(CASES)

    assert aliases[alias_key("  DATUM   ROĐENJA ")] == "birth_date"
    assert aliases[alias_key("Cetățenia".translate(OLD_ROMANIAN))] == "citizenship"
    assert aliases[alias_key("case_number")] == aliases[alias_key("Case number")] == "case_number"
    assert alias_key("Datum rodjenja") not in aliases


def test_one_list_of_words_is_not_taken_for_another() -> None:
    """N is “No” in one list and a sector of industry in another."""
    assert label("CL_YNU", "N", "sq") == "Jo"
    assert label("CL_ISIC", "N", "sq") == CODE_LISTS["CL_ISIC"].codes["N"].label
    assert label_aliases("CL_SERVICE")[alias_key(label("CL_SERVICE", "NONE", "ro"))] == "NONE"


def test_where_a_language_has_no_word_the_english_one_stands() -> None:
    """A column of a module is at least its own name in words."""
    assert column_name(CASES, "nationality", "mk") == "Nationality"
    assert explanation("journey_leg", "leg_no", "mk") == FIELDS["journey_leg", "leg_no"].meaning
    assert phrase("required", "ro") == "obligatoriu"
