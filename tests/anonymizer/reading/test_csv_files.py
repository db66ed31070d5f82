"""Reading CSV: rows are numbered as a spreadsheet shows them, and whatever is unreadable says where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymizer import RawChunk, Unreadable, read_csv
from anonymizer.declared import UNDECLARED, Reading
from anonymizer.reading import csv_files
from anonymizer.reading.encodings import MAX_LINE
from tests.anonymizer.refused_texts import UNREADABLE_CSV

SHEET = 'case_number,forms\n1,"SEX;LABOUR"\n\n2,"a ""quoted""\nline"\n , \n3,č\n'.encode()


def read(*pieces: bytes, reading: Reading = UNDECLARED) -> list[RawChunk]:
    """All chunks of a file that comes in pieces."""
    return list(read_csv(pieces, reading=reading))


def fault(*pieces: bytes, reading: Reading = UNDECLARED) -> tuple[str, int, str]:
    """Code, row and column of the one conflict that makes the file unreadable."""
    with pytest.raises(Unreadable) as refused:
        read(*pieces, reading=reading)
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
        SHEET.replace(b"\n", b"\r").replace(b"\rline", b"\nline"),
        SHEET.decode().encode("utf-16"),
        b"\xfe\xff" + SHEET.decode().encode("utf-16-be"),
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


@pytest.mark.parametrize(("sheet", "expected"), UNREADABLE_CSV)
def test_an_unreadable_file_says_why_and_where(sheet: bytes, expected: tuple[str, int, str]) -> None:
    """Nothing is guessed or repaired."""
    assert fault(sheet) == expected
    assert fault(*(bytes([byte]) for byte in sheet[:2_000]), sheet[2_000:]) == expected


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_header_tells_what_separates_the_columns(separator: str) -> None:
    """The one separator with which it names known columns; a header without any is one column."""
    sheet = f"case_number{separator}Sex{separator}favourite\n7{separator}F{separator}a,b;c\n"
    quoted = sheet.replace("a,b;c", '"a,b;c"')

    assert read(quoted.encode())[0].columns == {"case_number": ["7"], "sex": ["F"], "favourite": ["a,b;c"]}
    assert read(b"case_number\n7\n")[0].columns == {"case_number": ["7"]}


def test_a_line_that_names_the_separator_wins_and_is_no_row() -> None:
    """Spreadsheets write it, obey it and do not show it."""
    (chunk,) = read(b"\xef\xbb\xbfsep=;\r\ncase_number;age,sex\r\n7;24\r\n")

    assert chunk.columns == {"case_number": ["7"], "age,sex": ["24"]}
    assert chunk.rows == [2]


def test_a_foreign_header_separated_by_commas_is_read_as_it_stands() -> None:
    """Clearing then names the columns that it does not know, or a profile reads them."""
    (chunk,) = read(b"cas_Id,Sex\n7,Female\n", reading=Reading(profile_columns=frozenset({"cas_Id", "Sex"})))

    assert chunk.columns == {"cas_Id": ["7"], "Sex": ["Female"]}
    assert read(b"number,kind\n7,F\n")[0].columns == {"number": ["7"], "kind": ["F"]}
    assert read(b"cas_Id;Kind\n7;F\n", reading=Reading(profile_columns=frozenset({"cas_Id"})))[0].rows == [2]


def test_names_of_columns_are_known_without_blanks_and_capitals() -> None:
    """Also with marks of no width, which come with what was pasted."""
    (chunk,) = read("\u200bCASE_NUMBER\u00a0, Sex ,\ufeffage\n1,F,24\n".encode())

    assert list(chunk.columns) == ["case_number", "sex", "age"]
    assert fault(b"sex,SEX,\n1,2,\n") == ("doubled_column", 1, "B")


def test_empty_columns_after_the_last_name_are_left_out() -> None:
    """Spreadsheets write them where a cell was once touched, also thousands of them."""
    (chunk,) = read(b"case_number,sex" + b"," * 10_000 + b"\n1,F" + b"," * 10_000 + b"\n")

    assert chunk.columns == {"case_number": ["1"], "sex": ["F"]}


@pytest.mark.parametrize(
    "encoding", ["cp1250", "CP1251", "windows-1252", "cp1253", "cp1254", "iso-8859-2", "iso-8859-5"]
)
def test_a_declared_encoding_is_read(encoding: str) -> None:
    """Each with a letter of its own."""
    letter = {"cp1251": "ђ", "windows-1252": "ë", "cp1253": "λ", "cp1254": "ğ", "iso-8859-5": "ђ"}.get(
        encoding.lower(), "č"
    )
    sheet = f"case_number,sex\n{letter},F\n".encode(encoding)

    (chunk,) = read(sheet, reading=Reading(encoding=encoding))

    assert chunk.columns["case_number"] == [letter]


@pytest.mark.parametrize(
    ("sheet", "reading", "expected"),
    [
        (b"case_number\n1\n", Reading(encoding="cp852"), ("unknown_encoding", 0, "")),
        (b"case_number\n1\n", Reading(dates="yy-mm-dd"), ("unknown_date_format", 0, "")),
        ("case_number\n1\nč\n".encode(), Reading(encoding="cp1250"), ("not_as_declared", 3, "")),
        (b"case_number\n\xe8\n\x81\n", Reading(encoding="cp1252"), ("not_as_declared", 3, "")),
        (b"case_number\n\xe8\n\x9e\n", Reading(encoding="iso-8859-2"), ("unclear_character", 3, "")),
    ],
)  # fmt: skip
def test_what_is_not_as_declared_says_where(
    sheet: bytes, reading: Reading, expected: tuple[str, int, str]
) -> None:
    """A file in two encodings is refused, whichever of them was declared."""
    assert fault(sheet, reading=reading) == expected


def test_a_wrong_encoding_suggests_one_with_its_letters_alone() -> None:
    """No word of the file is in the sentence, and it does not matter where the pieces are cut."""
    sheet = "case_number,given_name\n1,Živčamark\n2,Đorđe\n".encode("cp1250")

    with pytest.raises(Unreadable) as refused:
        read(*(bytes([byte]) for byte in sheet))

    message = refused.value.conflicts[0].message
    assert message.endswith("It may be cp1250: its letters would then be č Đ đ Ž.")
    assert "mark" not in message


@given(
    rows=st.lists(
        st.tuples(st.text("aZč đ,;|\t\"'\n\r=\u2028", min_size=1), st.text("aZč,;\n")), min_size=1, max_size=8
    ),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]),
    size=st.integers(1, 40),
)
def test_what_a_spreadsheet_writes_is_what_is_read(
    rows: list[tuple[str, str]], separator: str, end: str, encoding: str, size: int
) -> None:
    """Whatever the separator, the encoding, the ends of the lines and the pieces."""
    rows = [(number, name) for number, name in rows if number.strip()] or [("7", "")]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("case_number", "given_name"), *rows])
    body = text.getvalue().encode(encoding)
    if encoding == "utf-16-be":
        body = b"\xfe\xff" + body

    chunks = read(*(body[start : start + size] for start in range(0, len(body), size)))

    read_rows = [row for chunk in chunks for row in zip(*chunk.columns.values(), strict=True)]
    assert read_rows == rows


def test_rows_of_long_cells_come_in_smaller_chunks() -> None:
    """Some thousand of them would fill the memory."""
    row = b"7," + b"x" * 100_000 + b"\n"

    chunks = list(read_csv(iter([b"case_number,narrative\n", *[row] * 200])))

    assert max(len(chunk.rows) for chunk in chunks) <= csv_files.BYTES_PER_CHUNK // len(row) + 1
    assert sum(len(chunk.rows) for chunk in chunks) == 200


def test_a_conflict_of_a_module_says_which_sheet_it_is() -> None:
    """A ZIP has several files."""
    with pytest.raises(Unreadable) as refused:
        list(read_csv([b"case_number,reason\n1\n"], sheet="referral"))

    assert refused.value.conflicts[0].sheet == "referral"


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
