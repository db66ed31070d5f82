"""Translating: labels, written dates and decimals become codes, ISO dates and whole numbers; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import CODE_LISTS, FIELDS, SHEET_COLUMNS, RawChunk, Unreadable
from anonymizer.catalogue.languages import LANGUAGES, Language, label
from anonymizer.clearing.distinct import MAX_REMEMBERED
from anonymizer.declared import Reading
from anonymizer.reading.translating import Translation

CODED = [
    (column.column, FIELDS[column.entity, column.field].code_list)
    for column in SHEET_COLUMNS
    if FIELDS[column.entity, column.field].code_list
]


def translated(column: str, *cells: str, sheet: str = "cases", dates: str | None = None) -> list[str]:
    """The cells of one column translated."""
    chunk = RawChunk({column: list(cells)}, list(range(2, len(cells) + 2)), sheet)
    (after,) = Translation(Reading(dates=dates)).apply(chunk).columns.values()
    return after


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_becomes_its_code_in_every_language(language: Language) -> None:
    """In capitals too, and with blanks around it."""
    for column, code_list in CODED:
        codes = list(CODE_LISTS[code_list].codes)
        labels = [f" {label(code_list, code, language).upper()}\u00a0" for code in codes]
        assert [cell.strip() for cell in translated(column, *labels)] == codes


@given(
    st.lists(st.sampled_from(list(CODE_LISTS["CL_FORM"].codes)), min_size=1, max_size=5),
    st.sampled_from(LANGUAGES),
)
def test_several_labels_in_a_cell_become_several_codes(codes: list[str], language: Language) -> None:
    """Labels and codes may stand side by side."""
    cell = "; ".join(label("CL_FORM", code, language) for code in codes)

    assert translated("forms", f"{cell};{codes[0]}") == [";".join((*codes, codes[0]))]


def test_a_sheet_in_codes_is_passed_on_untouched() -> None:
    """The same lists: nothing is copied."""
    columns = {
        "sex": ["F", "M", "", "F"],
        "forms": ["SEX;LABOUR", "", "SEX", "NONE"],
        "age": ["CHILD", "24", "", "7"],
    }
    translation = Translation()

    for _ in range(2):
        after = translation.apply(RawChunk(columns, [2, 3, 4, 5])).columns
        assert all(after[name] is columns[name] for name in ("sex", "forms", "age"))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("24,0", "24"),
        ("24.00", "24"),
        (" 24,0 ", "24"),
        ("24,5", "24,5"),
        ("1.000", "1.000"),
        ("1,000", "1,000"),
        ("1 234", "1 234"),
        ("٢٤", "٢٤"),
        ("1e3", "1e3"),
        ("½", "½"),
        ("-0", "-0"),
        ("NaN", "NaN"),
        ("#N/A", "#N/A"),
    ],
)  # fmt: skip
def test_a_whole_number_may_have_zero_decimals_and_nothing_else(cell: str, expected: str) -> None:
    """Three digits after the sign may be thousands. Clearing refuses what is left."""
    assert translated("age", cell) == [expected]
    assert translated("shelter_nights", cell) == [expected]
    assert translated("beds", cell, sheet="shelter_capacity") == [expected]


def test_dates_become_iso_only_in_the_declared_format() -> None:
    """And only in columns of dates."""
    cells = ("03.04.2025", "3/4/2025", "2025-04-03", "")

    assert translated("registered_on", *cells) == list(cells)
    assert translated("registered_on", *cells, dates="dd.mm.yyyy") == [
        "2025-04-03",
        "3/4/2025",
        "2025-04-03",
        "",
    ]
    assert translated("birth_date", *cells, dates="dd/mm/yyyy") == [
        "03.04.2025",
        "2025-04-03",
        "2025-04-03",
        "",
    ]
    assert translated("date_referred", "4/3/2025", sheet="referral", dates="mm/dd/yyyy") == ["2025-04-03"]
    assert translated("case_number", *cells, dates="dd.mm.yyyy") == list(cells)


def test_namibia_is_a_country() -> None:
    """A code is never taken for something that is missing."""
    assert translated("citizenship", "NA", "Namibia") == ["NA", "NA"]


def test_values_that_never_end_are_forgotten() -> None:
    """The memory does not grow with the batch, and what is translated stays the same."""
    translation = Translation()

    for start in range(0, 5 * MAX_REMEMBERED, MAX_REMEMBERED):
        cells = [*(str(number) for number in range(start, start + MAX_REMEMBERED)), "24,0"]
        after = translation.apply(RawChunk({"age": cells}, list(range(len(cells))))).columns["age"]
        assert after == [*cells[:-1], "24"]


def test_a_column_that_comes_under_two_names_is_refused() -> None:
    """Nobody can say which one holds."""
    with pytest.raises(Unreadable) as refused:
        Translation().apply(RawChunk({"sex": ["F"], "SEX": ["M"]}, [2]))

    assert [(one.code, one.column) for one in refused.value.conflicts] == [("doubled_column", "B")]


@pytest.mark.parametrize("reading", [Reading(encoding="cp852"), Reading(dates="yy")])
def test_what_nobody_reads_cannot_be_declared(reading: Reading) -> None:
    """It is told before a row is read."""
    with pytest.raises(Unreadable):
        Translation(reading)
