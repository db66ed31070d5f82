"""Marked identities, every way they could be written down, and where to look for them.

A mark is a word that occurs nowhere else, so that one hit is one leak.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

IDENTITY: Mapping[str, str] = {
    "case_number": "Qzcanarynumber-77-2025",
    "given_name": "Qzcanarymilica",
    "family_name": "Ђqzканаринац",
    "father_name": "Qzcanaryotac",
    "birth_place": "Qzcanarygrad",
    "identity_number": "2311987715041",
    "birth_date": "1987-11-23",
}
DROPPED: Mapping[str, str] = {
    "other_names": "Qzcanaryother",
    "passport_number": "QZCANARY0099",
    "email": "qzcanary@example.org",
    "home_phone": "+381119876543210",
    "mobile_phone": "+381699876543210",
    "street": "Qzcanarystreet 9",
    "postal_code": "QZCANARY11",
    "longitude": "20.987654321",
    "latitude": "44.987654321",
    "narrative": "Qzcanarystory of what happened",
    "case_comment": "Qzcanarycomment",
}
MARKED: Mapping[str, str] = {**IDENTITY, **DROPPED}


def spellings(value: str) -> Iterator[bytes]:
    """The ways in which a program may write a text without anybody asking it to."""
    for form in {value, value.upper(), value.lower()}:
        utf8 = form.encode()
        yield utf8
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")
        yield utf8.hex().encode()
        yield base64.b64encode(utf8).rstrip(b"=")
        yield form.encode("unicode_escape")
        yield "".join(f"\\u{ord(letter):04x}" if ord(letter) > 127 else letter for letter in form).encode()


def marks(values: Iterable[str] = tuple(MARKED.values())) -> list[bytes]:
    """All spellings of all marked values."""
    return sorted({spelling for value in values for spelling in spellings(value)})


def find_marks(content: bytes, searched: Iterable[bytes]) -> list[bytes]:
    """The marks that are in it."""
    return [mark for mark in searched if mark in content]


def leaks_below(
    folder: Path, searched: list[bytes], *, apart_from: Iterable[Path] = ()
) -> dict[str, list[bytes]]:
    """Every file below the folder that has a mark in it, or in its name."""
    allowed = {path.resolve() for path in apart_from}
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.resolve() in allowed:
            continue
        hits = find_marks(str(path).encode(), searched) + find_marks(path.read_bytes(), searched)
        if hits:
            found[str(path.relative_to(folder))] = hits
    return found
