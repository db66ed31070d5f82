"""Reading JSON: what a case sheet cannot have is refused with its place in the list."""

from __future__ import annotations

import json

import pytest

from anonymizer import Unreadable, read_json
from anonymizer.reading.csv_files import ROWS_PER_CHUNK
from tests.anonymizer.refused_texts import UNREADABLE_JSON


def fault(body: bytes) -> tuple[str, int]:
    """Code and row of the one conflict that makes the body unreadable."""
    with pytest.raises(Unreadable) as refused:
        list(read_json(body))
    (conflict,) = refused.value.conflicts
    return conflict.code, conflict.row


def test_cases_become_columns_and_lists_become_cells() -> None:
    """A column that one case leaves out is empty there; rows are places in the list."""
    body = '\ufeff{"cases": [{"age": 24, "forms": ["SEX", "LABOUR"]}, {"age": null, "sex": "Č"}]}'.encode()

    (chunk,) = read_json(body)

    assert chunk.columns == {"age": ["24", ""], "forms": ["SEX;LABOUR", ""], "sex": ["", "Č"]}
    assert chunk.rows == [1, 2]


def test_many_cases_come_in_chunks_with_the_same_columns() -> None:
    """Rows are numbered through."""
    cases = ",".join(['{"age": 1}'] * ROWS_PER_CHUNK + ['{"sex": "F"}'])

    first, second = read_json(f'{{"cases": [{cases}]}}'.encode())

    assert list(first.columns) == list(second.columns) == ["age", "sex"]
    assert (first.rows[-1], second.rows) == (ROWS_PER_CHUNK, [ROWS_PER_CHUNK + 1])


@pytest.mark.parametrize(("body", "expected"), UNREADABLE_JSON)
def test_a_body_that_cannot_be_read_says_why_and_where(body: bytes, expected: tuple[str, int]) -> None:
    """JSON lets through what a case sheet must not have."""
    assert fault(body) == expected


def test_a_number_of_any_length_is_only_text() -> None:
    """Clearing refuses it; reading must not choke on it."""
    (chunk,) = read_json(b'{"cases": [{"age": ' + b"9" * 5_000 + b"}]}")

    assert chunk.columns["age"] == ["9" * 5_000]


def test_modules_stand_in_their_cases_and_forms_beside_them() -> None:
    """The cases come first; a module's row has the case number and the place of its case."""
    body = {
        "nrm_profile": [{"country": "RS", "year": 2025}],
        "cases": [
            {
                "case_number": "1",
                "sex": "F",
                "consent": "YES",
                "referral": [{"reason": "A"}, {"outcome": "B"}],
            },
            {"case_number": "2", "consent": [{"to_research": "Y"}], "referral": [], "child": []},
        ],
    }

    chunks = list(read_json(json.dumps(body).encode()))

    assert [(chunk.sheet, chunk.columns, chunk.rows) for chunk in chunks] == [
        ("cases", {"case_number": ["1"], "sex": ["F"], "consent": ["YES"]}, [1]),
        ("consent", {"case_number": ["2"], "to_research": ["Y"]}, [2]),
        ("referral", {"case_number": ["1", "1"], "reason": ["A", ""], "outcome": ["", "B"]}, [1, 1]),
        ("nrm_profile", {"country": ["RS"], "year": ["2025"]}, [1]),
    ]


def test_the_modules_of_some_thousand_cases_follow_them() -> None:
    """So that all rows of a case and a module come together, and their cases before them."""
    cases = [{"case_number": str(n), "sex": "F", "referral": [{}, {}]} for n in range(ROWS_PER_CHUNK + 1)]

    chunks = list(read_json(json.dumps({"cases": cases}).encode()))

    assert [(chunk.sheet, len(chunk.rows)) for chunk in chunks] == [
        ("cases", ROWS_PER_CHUNK),
        ("referral", 2 * ROWS_PER_CHUNK),
        ("cases", 1),
        ("referral", 2),
    ]


def test_forms_alone_are_a_batch() -> None:
    """They are about no case."""
    (chunk,) = read_json(b'{"shelter_capacity": [{"country": "RS", "year": 2025, "beds": 12}]}')

    assert (chunk.sheet, chunk.columns["beds"], chunk.rows) == ("shelter_capacity", ["12"], [1])


def test_a_conflict_names_sheet_and_column_where_they_are_ours() -> None:
    """Any other key may be a value."""
    with pytest.raises(Unreadable) as known:
        list(read_json(b'{"cases": [{"referral": [{"Reason": true}]}]}'))
    with pytest.raises(Unreadable) as unknown:
        list(read_json(b'{"cases": [{"Zorka": true}]}'))

    assert [(one.sheet, one.column) for one in known.value.conflicts] == [("referral", "reason")]
    assert [(one.sheet, one.column) for one in unknown.value.conflicts] == [("cases", "")]


def test_broken_json_says_on_which_line() -> None:
    """The place, and nothing that stands there."""
    with pytest.raises(Unreadable) as refused:
        list(read_json(b'{"cases": [\n{"sex": Zorka}]}'))

    assert refused.value.conflicts[0].message.endswith("Look at line 2, character 9.")
