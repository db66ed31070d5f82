"""Identifiers where they do not belong: told as what they look like, in every kind of column, without repeating them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import CASES
from anonymizer.clearing.identifiers import check_text
from tests.anonymizer.batches_of_sheets import clear_batch, clear_module, module_row
from tests.anonymizer.clearings import CORRECT, clear_rows, findings

JMBG = "0101990710008"
ANA = {"given_name": "Ana", "family_name": "Petrović", "father_name": "Зоран"}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("sex", JMBG, "looks_like_national_number"),
        ("forms", f"SEX;{JMBG}", "looks_like_national_number"),
        ("citizenship", "ana@example.org", "looks_like_email"),
        ("identified_by", "+381 64 123 4567", "looks_like_phone"),
        ("country_of_exploitation", "44.7866, 20.4489", "looks_like_coordinates"),
        ("age", "240315", "six_digits_in_code"),
        ("shelter_nights", "RS35 2600 0560 1001 6113 79", "looks_like_iban"),
        ("permit", "AB1234567", "looks_like_document_number"),
        ("identified_on", JMBG, "looks_like_national_number"),
        ("identified_on", "20250304", "wrong_date"),
        ("identified_on", "04.03.2025", "wrong_date"),
        ("sex", "female", "unknown_code"),
        ("sex", "Petrović", "unknown_code"),
    ],
)
def test_a_refused_cell_is_told_as_what_it_looks_like(column: str, cell: str, code: str) -> None:
    """A vague refusal stays where it looks like nothing; the digits of a date are no number of a person."""
    assert findings(services_accepted="SHELTER", first_service_on="2025-03-06", **{column: cell}) == [
        (column, code)
    ]


@pytest.mark.parametrize("cell", ["Ana", "PETROVIC", "ana petrovic", "Zoran", "SEX;Ana"])
def test_a_name_of_the_same_row_in_a_coded_column_is_told_as_that(cell: str) -> None:
    """Whatever its case, diacritics and alphabet; the name of another row's person is only no code."""
    assert findings(forms=cell, **ANA) == [("forms", "name_in_another_field")]
    other = {**CORRECT, "case_number": "2", **ANA}
    assert [one.code for one in clear_rows([{**CORRECT, "forms": cell}, other]).conflicts] == ["unknown_code"]


@pytest.mark.parametrize("number", [JMBG, f"case {JMBG}", "ana@example.org", "+381 64 123 4567"])
def test_an_identifier_as_case_number_is_refused_in_every_sheet(number: str) -> None:
    """It would become a token that nobody can read, yet whoever has the key could compute it for everybody."""
    row = {**CORRECT, "case_number": number}
    batch = clear_batch({CASES: [row], "justice": [{**module_row("justice"), "case_number": number}]})

    assert batch.codes(CASES) == [("case_number", "identifier_as_case_number")]
    assert ("case_number", "identifier_as_case_number") in batch.codes("justice")
    assert number not in f"{batch.chunks}"


def test_a_case_number_that_is_an_identifier_and_holds_a_name_is_told_once() -> None:
    """The one is enough to choose another number."""
    assert findings(case_number="ana.petrovic@example.org", **ANA) == [
        ("case_number", "identifier_as_case_number")
    ]


def test_an_identifier_among_many_numbers_is_found_in_its_row() -> None:
    """All numbers of a chunk are looked at together first."""
    rows = [{**CORRECT, "case_number": f"2025/{number:07}"} for number in range(300)]
    rows[200]["case_number"] = JMBG

    assert [(one.row, one.code) for one in clear_rows(rows).conflicts] == [(202, "identifier_as_case_number")]


def test_a_name_of_the_person_as_case_number_is_refused_in_its_row() -> None:
    """And the modules of the case with it."""
    rows = [
        {**CORRECT, **ANA, "case_number": "ana-7"},
        {**CORRECT, "case_number": "mira-8", "given_name": "Ana"},
        {**CORRECT, **ANA, "case_number": "9"},
    ]
    batch = clear_batch({CASES: rows, "justice": [{**module_row("justice"), "case_number": "ana-7"}]})

    assert batch.found(CASES) == [(2, "case_number", "name_as_case_number")]
    assert batch.codes("justice") == [("case_number", "case_refused")]


def test_the_name_of_the_house_before_every_number_is_no_name_of_a_person() -> None:
    """Houses are called Drita, Nada or Vera, and so are women."""
    names = ["Mira", "Drita", "Ana"]
    rows = [
        {**CORRECT, "case_number": f"drita/{number}", "given_name": name} for number, name in enumerate(names)
    ]

    assert clear_rows(rows).conflicts == []


def test_a_case_token_is_neither() -> None:
    """Its letters and digits are chance."""
    once = clear_rows([{**CORRECT, **ANA}])
    again = clear_rows([{name: cells[0] for name, cells in once.columns.items()} | ANA])

    assert again.conflicts == []


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (JMBG, "looks_like_national_number"),
        ("RS35260005601001611379", "looks_like_iban"),
        ("0641234567", "looks_like_phone"),
        ("3456789014", "looks_like_national_number"),
        ("987654321", "six_digits_in_code"),
        ("petrovic-2025", "name_in_another_field"),
        ("version two", "wrong_label"),
    ],
)
def test_a_label_that_is_kept_must_hold_no_identifier(version: str, code: str) -> None:
    """It is the one text that is stored as it came."""
    row = {**module_row("consent", consent_version=version), **ANA}

    assert clear_module("consent", row).codes("consent") == [("consent_version", code)]


@given(
    st.lists(
        st.sampled_from([JMBG, "2025/17", "0641234567", "+381641234567", "a@b.rs", "1234", "RS 35", "-"])
    )
)
def test_no_identifier_goes_on_over_the_end_of_a_line(numbers: list[str]) -> None:
    """So that looking at all lines together finds one whenever looking at each does, and none besides."""
    together = check_text("\n".join(numbers)) is not None

    assert together is any(check_text(number) is not None for number in numbers)
