"""What a body looks like by its first bytes, so that a workbook called .csv is told so, and not parsed as text.

Exact marks alone: nothing is opened, unpacked or guessed from a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from anonymizer.catalogue.findings import CASES
from anonymizer.reading.encodings import first_bytes
from anonymizer.reading.faults import unreadable

LONGEST_OPENING = 512
"""Bytes that are looked at: a document's first tag may stand behind a comment or blanks."""

_SYLK = re.compile(rb"ID;P[^\r\n]*[\r\n]+(?:B|C|E|F|ID|NE|NL|NN|NU|O|P|W)(?:;|[\r\n]|$)")
"""Microsoft's SYLK: two records. The first alone may be the header of a CSV file ("ID;Pol")."""
_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|body|table|meta|!--|\?xml|workbook)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")

_FORMATS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("an Excel workbook or another ZIP archive", re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")),
    (
        "an old Excel workbook (.xls), or one with a password",
        re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ),
    ("PDF", re.compile(rb"%PDF-")),
    ("a file packed with gzip", re.compile(rb"\x1f\x8b")),
    ("a 7-Zip archive", re.compile(rb"7z\xbc\xaf\x27\x1c")),
    ("a RAR archive", re.compile(rb"Rar!\x1a\x07")),
    ("Rich Text", re.compile(rb"\{\\rtf")),
    ("SYLK", _SYLK),
    ("HTML or XML", _PAGE),
)
_UTF_8_MARK = b"\xef\xbb\xbf"


def not_another_format(
    pieces: Iterable[bytes], *, sheet: str = CASES, may_be_json: bool = False
) -> Iterator[bytes]:
    """The pieces as they come. Raises Unreadable when the first bytes are those of another format."""
    opening, pieces = first_bytes(pieces, LONGEST_OPENING)
    if name := looks_like(opening, may_be_json=may_be_json):
        raise unreadable("other_format", sheet=sheet, note=f"It looks like {name}.")
    return chain([opening], pieces)


def looks_like(opening: bytes, *, may_be_json: bool = False) -> str:
    """Our name of the format that the first bytes show; empty for text."""
    opening = opening.removeprefix(_UTF_8_MARK)
    formats = _FORMATS if may_be_json else (*_FORMATS, ("JSON", _JSON))
    return next((name for name, mark in formats if mark.match(opening)), "")
