"""Reading CSV: rows are numbered as a spreadsheet shows them, and whatever is unreadable says where."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import RawChunk, Unreadable, read_csv
from anonymizer.csv_files import MAX_COLUMNS, MAX_LINE

SHEET = 'case_number,forms\n1,"SEX;LABOUR"\n\n2,"a ""quoted""\nline"\n , \n3,č\n'.encode()


def read(*pieces: bytes) -> list[RawChunk]:
    """All chunks of a file that comes in pieces."""
    return list(read_csv(pieces))


def fault(*pieces: bytes) -> tuple[str, int, str]:
    """Code, row and column of the one conflict that makes the file unreadable."""
    with pytest.raises(Unreadable) as refused:
        read(*pieces)
    (conflict,) = refused.value.conflicts
    return conflict.code, conflict.row, conflict.column


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    """The header is row 1, blank rows count, and a line break in a cell does not."""
    (chunk,) = read(SHEET)

    assert chunk.columns == {"case_number": ["1", "2", "3"], "forms": ["SEX;LABOUR", 'a "quoted"\nline', "č"]}
    assert chunk.rows == [2, 4, 6]


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET,
        b"\xef\xbb\xbf" + SHEET,
        SHEET.replace(b"\n", b"\r\n").replace(b"\r\nline", b"\nline"),
        SHEET.rstrip(b"\n"),
    ],
)
def test_a_byte_order_mark_and_the_kind_of_line_end_do_not_matter(sheet: bytes) -> None:
    """Every spreadsheet writes them in its own way."""
    (chunk,) = read(sheet)

    assert chunk.columns == read(SHEET)[0].columns


@given(cuts=st.lists(st.integers(0, len(SHEET) + 3), max_size=8))
def test_it_does_not_matter_where_the_pieces_are_cut(cuts: Iterable[int]) -> None:
    """Not even within a letter, a line end or the byte order mark."""
    sheet = b"\xef\xbb\xbf" + SHEET
    places = [0, *sorted(cuts), len(sheet)]
    pieces = [sheet[start:end] for start, end in pairwise(places)]

    assert read(*pieces) == read(SHEET)


def test_rows_come_in_chunks_of_the_size_that_was_asked_for() -> None:
    """A large file is never whole in memory."""
    chunks = list(read_csv([b"case_number\n" + b"7\n" * 25], rows_per_chunk=10))

    assert [len(chunk.rows) for chunk in chunks] == [10, 10, 5]
    assert chunks[2].rows == [22, 23, 24, 25, 26]
    assert [len(chunk.rows) for chunk in read_csv([b"case_number\n" + b"7\n" * 20], rows_per_chunk=10)] == [
        10,
        10,
    ]


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (b"", ("empty_file", 0, "")),
        (b"\xef\xbb\xbf", ("empty_file", 0, "")),
        (b"\n", ("empty_file", 0, "")),
        (b"case_number,sex\n", ("no_cases", 0, "")),
        (b"case_number,sex\n,\n\n", ("no_cases", 0, "")),
        (b"case_number;sex\n1;F\n", ("wrong_separator", 1, "")),
        (b"case_number\tsex\n1\tF\n", ("wrong_separator", 1, "")),
        (b"case_number,sex, sex\n1,F,F\n", ("doubled_column", 1, "C")),
        (b"case_number,sex\n1,F\n2\n", ("cell_count", 3, "")),
        (b"case_number,sex\n1,F,M\n", ("cell_count", 2, "")),
        (b'case_number,sex\n1,F\n2,"F\n3,F\n', ("broken_quoting", 3, "")),
        (b'case_number,sex\n1,"F"M\n', ("broken_quoting", 2, "")),
        (b"case_number,sex\r1,F\r", ("broken_quoting", 1, "")),
        (b'case_number,sex\n1,"' + b"F\n" * 70_000, ("broken_quoting", 2, "")),
        (b"case_number,sex\n1,F\n2,\xe8\n3,F\n", ("wrong_encoding", 3, "")),
        ("case_number,sex\n1,F\n".encode("utf-16"), ("wrong_encoding", 1, "")),
        (b"case_number,sex\n1,F\n2,\x00\n", ("unclear_character", 3, "")),
        (b"case_number,sex\n1,F\n2,\x1b[31m\n", ("unclear_character", 3, "")),
        ("case_number,sex\n1,F\n2,Zor\ufffda\n".encode(), ("unclear_character", 3, "")),
        ("case_number,sex\n1,F\n2,\x85\n".encode(), ("unclear_character", 3, "")),
        (",".join(f"c{n}" for n in range(MAX_COLUMNS + 1)).encode() + b"\n1\n", ("too_many_columns", 1, "")),
    ],
)  # fmt: skip
def test_an_unreadable_file_says_why_and_where(sheet: bytes, expected: tuple[str, int, str]) -> None:
    """Nothing is guessed or repaired."""
    assert fault(sheet) == expected
    assert fault(*(bytes([byte]) for byte in sheet[:2_000]), sheet[2_000:]) == expected


def test_a_line_that_never_ends_does_not_fill_the_memory() -> None:
    """The reading stops at a mebibyte, whatever is still to come."""
    taken = 0

    def endless() -> Iterable[bytes]:
        nonlocal taken
        yield b"case_number\n"
        while True:
            taken += 1
            yield b"7" * 65_536

    assert fault(*()) == ("empty_file", 0, "")
    with pytest.raises(Unreadable) as refused:
        list(read_csv(endless()))
    assert refused.value.conflicts[0].code == "line_too_long"
    assert taken <= MAX_LINE // 65_536 + 1


def test_what_was_read_before_the_fault_is_given_first() -> None:
    """The receiver stores nothing of it: the batch as a whole is refused."""
    chunks = read_csv([b"case_number\n1\n2\n3\n\xff\n"], rows_per_chunk=2)

    assert next(chunks).rows == [2, 3]
    with pytest.raises(Unreadable):
        next(chunks)
