"""A browser clears a case sheet exactly as Python does: the same file, the same conflicts, the same counts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymizer import ARCHIVE, CODE_LISTS, CONSENT, FIELDS, LAW, SHEET_COLUMNS, SheetColumn
from anonymizer.catalogue.languages import LANGUAGES, column_name, label
from app.demo.organizations import SENDERS
from app.demo.sheets import invent_sheet
from tests.anonymizer.case_sheets import row
from tests.browser.clearing_twice import Sheet, by_python, by_the_browser, differences
from tests.corpus import cells, good_files, texts
from tests.corpus.bad_files import CorpusFile
from tests.factories import a_sheet

BASES = (CONSENT, LAW, ARCHIVE)
CASES_OF_A_YEAR = 120
DECLARED = {"encoding", "dates"}
FEWEST_OF_THE_CORPUS = 300

WRONG = (
    " ", "x", "17", "-1", "120", "121", "24,0", "3.50", "2025-02-30", "2025-02-29", "2024-02-29", "2025-13", "0000",
    "2025", "2025-03", "1989-12-31", "2026-04-01", "2025-03-04T00:00", "04.03.2025", "NONE", "NONE;SHELTER", "ZZ;MD",
    "UNK;SEX", "MD;MD;RS", ";", "XXA", "MDA", "constructor", "__proto__", "Ana", "Зорка", "zorka@example.org",
    "0101990710008", "01019907.1000-8", "RS35 2600 0560 1001 6113 79", "ME25505000012345678951",
    "ES9121000418450200051332", "+381 60 123 4567", "060/123 45 67", "0601234567", "44.8125, 20.4612", "AB 1234567",
    "550e8400-e29b-41d4-a716-446655440000", "EXAMPLE-1", "c1:AAAA", "\ufeffF", "\u200bF", "İstanbul", "STRAẞE", "ΣΑΣ",
    "2025-1-0001", "Zorka/17", "1" * 101, "𝟙𝟚", "M" * 2001,
)  # fmt: skip
"""Of every kind that somebody looks for, and a few that programs fall over."""
NAMES = ("Zorka", "Zorčamark", "Ђорђе", "Ana Marija", "Ж", "O'Neil-Šćepanović", "")


STAND_ALONE = ("UNK", "ZZ", "NONE")


def of_the_corpus(file: CorpusFile) -> Sheet:
    """The same file under the same rules."""
    declared = {name: value for name, value in file.options.items() if name in DECLARED}
    return Sheet(file.body, basis=file.options.get("legal_basis", CONSENT), options=declared)


def test_every_csv_of_the_corpus_gets_the_same_answer() -> None:
    """What is refused is refused in the same place, and what is stored is the same file, byte by byte."""
    files = [one for table in (cells, texts, good_files) for one in table.files() if one.form == "csv"]

    wrong = differences([of_the_corpus(file) for file in files])

    assert len(files) > FEWEST_OF_THE_CORPUS
    assert [(files[place].name, ours, theirs) for place, ours, theirs in wrong] == []


@pytest.mark.parametrize("basis", BASES)
def test_the_sheets_of_the_demo_are_cleared_alike(basis: str) -> None:
    """A year of every invented shelter, with the mistakes that the demo makes."""
    sheets = [
        Sheet(
            invent_sheet(one, year=2025, count=CASES_OF_A_YEAR, seed=place),
            basis,
            one.countries[0],
            one.countries,
        )
        for place, one in enumerate(SENDERS)
    ]

    assert differences(sheets) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_and_labels_are_read_in_every_language(language: Any) -> None:
    """A sheet in words, as the template of a language gives them."""
    columns = {column.column: column for column in SHEET_COLUMNS}
    words = {
        column_name("cases", name, language): in_words(columns[name], cell, language)
        for name, cell in row(1).items()
    }
    sheet = Sheet(a_sheet(words), LAW)

    assert by_python(sheet)["conflicts"] == []
    assert differences([sheet]) == []


def test_what_was_cleared_is_cleared_to_itself() -> None:
    """clear(clear(x)) is clear(x), also with the link tokens that a file has already."""
    one = SENDERS[0]
    body = invent_sheet(one, year=2025, count=CASES_OF_A_YEAR, seed=7)
    tokens = f"l1:1.0:{'A' * 1366}"
    sheets = [Sheet(body, LAW, one.countries[0], one.countries), Sheet(a_sheet(row(1, link_tokens=tokens)))]
    once = [answer["file"] for answer in by_the_browser(sheets)]

    again = [
        Sheet(file.encode(), sheet.basis, sheet.country, sheet.countries)
        for file, sheet in zip(once, sheets, strict=True)
    ]

    assert [answer["file"] for answer in by_the_browser(again)] == once
    assert once[1].count(tokens) == 1
    assert differences(again) == []


def test_link_tokens_that_are_none_are_refused_alike() -> None:
    """Cut off, of a row with another mistake, of a row without consent, and blank."""
    rows = [
        row(1, link_tokens="l1:1.0:AAAA"),
        row(2, link_tokens="l1:1.0:AAAA", sex="x"),
        row(3, link_tokens="l1:1.0:AAAA", consent="NO"),
        row(4, link_tokens=" "),
    ]

    assert differences([Sheet(a_sheet(*rows))]) == []


def test_many_rows_are_listed_and_counted_alike() -> None:
    """More conflicts than are listed, a case twice in two chunks, columns that are mostly unknown."""
    rows = [row(place % 5_100, sex="x" if place % 3 else "UNK", age="") for place in range(5_200)]

    assert differences([Sheet(a_sheet(*rows))]) == []


@settings(max_examples=25)
@given(st.integers(min_value=0))
def test_whatever_stands_in_the_cells_gets_the_same_answer(seed: int) -> None:
    """Forty sheets at a time of codes, labels, days, ages, names, empty cells and everything that is wrong."""
    chance = random.Random(seed)

    assert differences([any_sheet(chance) for _ in range(40)]) == []


def any_sheet(chance: random.Random) -> Sheet:
    """Some rows, of some columns; most of their cells are right."""
    share = chance.choice((0.8, 1.0))
    columns = [column for column in SHEET_COLUMNS if column.is_required or chance.random() < share]
    often = chance.choice((0.0, 0.01, 0.1, 0.5))
    rows = [
        {column.column: any_cell(column, number, often, chance) for column in columns}
        for number in range(chance.randint(1, 8))
    ]
    return Sheet(a_sheet(*rows), chance.choice(BASES))


def any_cell(column: SheetColumn, number: int, often: float, chance: random.Random) -> str:
    """What may stand in a cell of a column."""
    field = FIELDS[column.entity, column.field]
    if chance.random() < often:
        return chance.choice((*WRONG, *NAMES))
    if column.column == "case_number":
        return f"{chance.choice(('', 'Zorka ', '2025-', 'ŽRT/'))}{number}"
    if column.link_only and field.type != "date":
        return chance.choice(NAMES)
    if field.code_list:
        return any_codes(column, field.code_list, chance)
    year = chance.choice((1985, 2008)) if column.link_only else 2025
    return f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}" if field.type == "date" else ""


def any_codes(column: SheetColumn, code_list: str, chance: random.Random) -> str:
    """A code or a label, several where several may stand, an age or days as a number, or nothing."""
    codes = list(CODE_LISTS[code_list].codes)
    if code_list in ("CL_AGE", "CL_DAYS", "CL_DUR") and chance.random() < 0.7:
        return str(chance.randint(0, 80))
    if chance.random() < 0.15:
        return ""
    if column.column == "country":
        codes = ["RS", "ME", "ROU"] if chance.random() < 0.1 else ["RS", "SRB"]
    if column.several:
        codes = [code for code in codes if code not in STAND_ALONE]
    chosen = chance.sample(codes, min(len(codes), chance.randint(1, 3)) if column.several else 1)
    language = chance.choice(LANGUAGES)
    return ";".join(code if chance.random() < 0.8 else label(code_list, code, language) for code in chosen)


def in_words(column: SheetColumn, cell: str, language: Any) -> str:
    """The label of a code; any other cell as it is."""
    code_list = FIELDS[column.entity, column.field].code_list
    codes: Mapping[str, object] = CODE_LISTS[code_list].codes if code_list else {}
    parts = cell.split(";")
    return "; ".join(label(code_list, part, language) if part in codes else part for part in parts)
