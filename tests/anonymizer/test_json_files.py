"""Reading JSON: what a case sheet cannot have is refused with its place in the list."""

from __future__ import annotations

import json

import pytest

from anonymizer import Unreadable, read_json
from anonymizer.csv_files import ROWS_PER_CHUNK
from anonymizer.headers import MAX_COLUMNS


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


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", ("empty_file", 0)),
        (b" \n", ("empty_file", 0)),
        (b'{"cases": []}', ("no_cases", 0)),
        (b"[]", ("not_cases", 0)),
        (b'{"cases": {}}', ("not_cases", 0)),
        (b'{"cases": [{}], "more": 1}', ("not_cases", 0)),
        (b'{"cases": [{}], "cases": [{}]}', ("doubled_key", 0)),
        (b'{"cases": [{"sex": "F"}, {"sex": "F", "sex": "M"}]}', ("doubled_key", 2)),
        (b'{"cases": [{"sex": {"a": 1, "a": 2}}]}', ("doubled_key", 1)),
        (b'{"cases": [{"sex": {"a": 1}}]}', ("wrong_type", 1)),
        (b'{"cases": [{"sex": "F"}', ("not_json", 0)),
        (b'{"cases": [{"sex": "F"}]} trailing', ("trailing_text", 0)),
        (b'{"cases": [{"sex": "F"}]}{"cases": []}', ("trailing_text", 0)),
        (b'{"cases": [{"age": NaN}]}', ("not_a_number", 1)),
        (b'{"cases": [{"age": 1.5}]}', ("number_with_point", 1)),
        (b'{"cases": [{"age": 1e999}]}', ("number_with_point", 1)),
        (b'{"cases": [{"age": true}]}', ("wrong_type", 1)),
        (b'{"cases": [{"sex": "F"}, {"forms": ["SEX", 1, null]}]}', ("wrong_type", 2)),
        (b'{"cases": [{"sex": "F"}, "F"]}', ("wrong_type", 2)),
        (b'{"cases": [{"sex": "\\ud800"}]}', ("unclear_character", 1)),
        (b'{"cases": [{"sex": "\\u0000"}]}', ("unclear_character", 1)),
        (b'{"cases": [{"\\u0007": "F"}]}', ("unclear_character", 1)),
        (b'{"cases": [{"sex": "\xe8"}]}', ("wrong_encoding", 0)),
        ('{"cases": [{"sex": "F"}]}'.encode("utf-16"), ("wrong_encoding", 0)),
        (b"[" * 100_000, ("too_deep", 0)),
        (b'{"cases": [{"age": -Infinity}]}', ("not_a_number", 1)),
        (b'{"cases": [{"sex": "F"}, 1.5]}', ("number_with_point", 2)),
        (b"{}", ("not_cases", 0)),
        (b"NaN", ("not_a_number", 0)),
        (b'"cases"', ("wrong_type", 0)),
        (b'{"referral": []}', ("not_cases", 0)),
        (b'{"cases": [], "nrm_profile": []}', ("no_cases", 0)),
        (b'{"cases": [{"sex": "F", "Sex": "F"}]}', ("doubled_column", 0)),
        (b'{"cases": [{"case_number": "1", "referral": [{"case_number": "1"}]}]}', ("case_number_inside", 1)),
        (b'{"cases": [{"case_number": "1", "referral": {}}]}', ("wrong_type", 1)),
        (b'{"cases": [{"case_number": "1", "referral": ["MED"]}]}', ("wrong_type", 1)),
        (b'{"cases": [{"case_number": "1", "consent": ["YES", {}]}]}', ("wrong_type", 1)),
        (b'{"cases": [{}, {"referral": [{"reason": 1, "reason": 2}]}]}', ("doubled_key", 2)),
        (b'{"nrm_profile": [{"year": 2025}, {"year": 2025.0}]}', ("number_with_point", 2)),
        (b"PK\x03\x04", ("other_format", 0)),
        ('{"cases": []}'.encode("utf-16-le"), ("wrong_encoding", 0)),
        ('{"cases": []}'.encode("utf-32"), ("wrong_encoding", 0)),
        (
            b'{"cases": [{' + b",".join(b'"c%d": 1' % n for n in range(MAX_COLUMNS + 1)) + b"}]}",
            ("too_many_columns", 0),
        ),
    ],
)
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
        ("referral", {"case_number": ["1", "1"], "reason": ["A", ""], "outcome": ["", "B"]}, [1, 1]),
        ("consent", {"case_number": ["2"], "to_research": ["Y"]}, [2]),
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
