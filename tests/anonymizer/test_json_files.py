"""Reading JSON: what a case sheet cannot have is refused with its place in the list."""

from __future__ import annotations

import pytest

from anonymizer import Unreadable, read_json
from anonymizer.csv_files import MAX_COLUMNS, ROWS_PER_CHUNK


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
        (b'{"cases": [{"sex": {"a": 1, "a": 2}}]}', ("wrong_type", 1)),
        (b'{"cases": [{"sex": "F"}', ("not_json", 0)),
        (b'{"cases": [{"sex": "F"}]} trailing', ("not_json", 0)),
        (b'{"cases": [{"age": NaN}]}', ("not_json", 0)),
        (b'{"cases": [{"age": 1.5}]}', ("not_json", 0)),
        (b'{"cases": [{"age": 1e999}]}', ("not_json", 0)),
        (b'{"cases": [{"age": true}]}', ("wrong_type", 1)),
        (b'{"cases": [{"sex": "F"}, {"forms": ["SEX", 1, null]}]}', ("wrong_type", 2)),
        (b'{"cases": [{"sex": "F"}, "F"]}', ("wrong_type", 2)),
        (b'{"cases": [{"sex": "\\ud800"}]}', ("unclear_character", 1)),
        (b'{"cases": [{"sex": "\\u0000"}]}', ("unclear_character", 1)),
        (b'{"cases": [{"\\u0007": "F"}]}', ("unclear_character", 1)),
        (b'{"cases": [{"sex": "\xe8"}]}', ("wrong_encoding", 0)),
        ('{"cases": [{"sex": "F"}]}'.encode("utf-16"), ("wrong_encoding", 0)),
        (b"[" * 100_000, ("not_json", 0)),
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
