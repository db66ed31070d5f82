"""Reading NDJSON: one case a line, streamed; whatever is unreadable says on which line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import RawChunk, Unreadable
from anonymizer.reading.ndjson_files import read_ndjson
from tests.anonymizer.refused_texts import UNREADABLE_NDJSON

BODY = (
    '{"case_number": "1", "sex": "Č", "referral": [{"reason": "A"}, {"reason": "B"}]}\n'
    "\n"
    '{"case_number": 2, "forms": ["SEX", "LABOUR"], "age": null}\r\n'
    '{"shelter_capacity": {"country": "RS", "year": 2025}}\n'
    '{"case_number": "3", "child": [{"schooling": "Y"}]}'
).encode()


def told(chunks: Iterator[RawChunk]) -> list[tuple[str, dict[str, list[str]], list[int]]]:
    """What the chunks say."""
    return [(chunk.sheet, chunk.columns, chunk.rows) for chunk in chunks]


def fault(*pieces: bytes) -> tuple[str, int]:
    """Code and row of the one conflict that makes the body unreadable."""
    with pytest.raises(Unreadable) as refused:
        list(read_ndjson(pieces))
    (conflict,) = refused.value.conflicts
    return conflict.code, conflict.row


def test_cases_come_with_their_modules_and_forms_after_them() -> None:
    """Rows are numbered as lines. A case with modules alone is no row of the case sheet."""
    assert told(read_ndjson([BODY])) == [
        (
            "cases",
            {"case_number": ["1", "2"], "sex": ["Č", ""], "forms": ["", "SEX;LABOUR"], "age": ["", ""]},
            [1, 3],
        ),
        ("child", {"case_number": ["3"], "schooling": ["Y"]}, [5]),
        ("referral", {"case_number": ["1", "1"], "reason": ["A", "B"]}, [1, 1]),
        ("shelter_capacity", {"country": ["RS"], "year": ["2025"]}, [4]),
    ]


@given(size=st.integers(1, 40), has_mark=st.booleans())
def test_it_does_not_matter_where_the_pieces_are_cut(size: int, has_mark: bool) -> None:
    """Not even within a letter, a line end or the byte order mark."""
    body = b"\xef\xbb\xbf" * has_mark + BODY
    pieces = [body[start : start + size] for start in range(0, len(body), size)]

    assert told(read_ndjson(pieces)) == told(read_ndjson([BODY]))


def test_cases_come_in_chunks_each_with_its_modules() -> None:
    """A large body is never whole in memory."""
    line = b'{"case_number": "7", "sex": "F", "referral": [{}, {}]}\n'

    chunks = list(read_ndjson([line * 5], cases_per_chunk=2))

    assert [(chunk.sheet, chunk.rows) for chunk in chunks] == [
        ("cases", [1, 2]),
        ("referral", [1, 1, 2, 2]),
        ("cases", [3, 4]),
        ("referral", [3, 3, 4, 4]),
        ("cases", [5]),
        ("referral", [5, 5]),
    ]


@pytest.mark.parametrize(("body", "expected"), UNREADABLE_NDJSON)
def test_an_unreadable_body_says_why_and_where(body: bytes, expected: tuple[str, int]) -> None:
    """One bad line makes the body unreadable."""
    assert fault(body) == expected


def test_what_was_read_before_the_fault_is_given_first() -> None:
    """The receiver stores nothing of it: the batch as a whole is refused."""
    chunks = read_ndjson([b'{"sex": "F"}\n{"sex": "M"}\n{'], cases_per_chunk=2)

    assert next(chunks).rows == [1, 2]
    with pytest.raises(Unreadable):
        next(chunks)
