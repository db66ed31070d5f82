"""What is sent as text and is none is told by its first bytes."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from anonymizer import Unreadable, read_csv
from anonymizer.reading.openings import LONGEST_OPENING, looks_like


def a_zip() -> bytes:
    """A ZIP archive with one file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("cases.csv", "case_number\n1\n")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (a_zip(), "an Excel workbook or another ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "an old Excel workbook (.xls), or one with a password"),
        (b"%PDF-1.7\n", "PDF"),
        (gzip.compress(b"case_number\n1\n", mtime=0), "a file packed with gzip"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
        (b"{\\rtf1\\ansi", "Rich Text"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K\"case_number\"\r\n", "SYLK"),
        (b"\xef\xbb\xbf<html><table>", "HTML or XML"),
        (b"\r\n <!DOCTYPE html>", "HTML or XML"),
        (b'<?xml version="1.0"?>', "HTML or XML"),
        (b'{"cases": []}', "JSON"),
        (b'[{"sex": "F"}]', "JSON"),
    ],
)  # fmt: skip
def test_another_format_is_named(body: bytes, name: str) -> None:
    """Its first bytes are exact; the name of the file says nothing."""
    for pieces in ([body], [body[place : place + 1] for place in range(len(body))]):
        with pytest.raises(Unreadable) as refused:
            list(read_csv(pieces))
        (conflict,) = refused.value.conflicts
        assert (conflict.code, conflict.row) == ("other_format", 0)
        assert conflict.message.endswith(f"It looks like {name}.")


@pytest.mark.parametrize("text", [b"ID;Pol;Starost\n17;F;24\n", b"case_number,sex\n1,F\n", b"", b"ID;P"])
def test_text_looks_like_nothing_else(text: bytes) -> None:
    """Also a header that begins as SYLK does."""
    assert looks_like(text) == ""


def test_an_opening_is_not_waited_for_longer_than_needed() -> None:
    """A sender that streams is heard before the end."""
    chunks = read_csv([b"case_number\n" + b"1\n" * LONGEST_OPENING, b"\xff"], rows_per_chunk=2)

    assert next(chunks).rows == [2, 3]
