"""A marked identity, every way it could be written down, and where to look for it.

A mark is a word that occurs nowhere else, so that one hit is one leak. `marked_identities.py` has five hundred more.
"""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.flows.mark_search import Marks

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
DIGESTS = (hashlib.sha256, hashlib.sha512, hashlib.md5)
"""What somebody would write down who believes that a digest of a name hides it."""


def spellings(value: str) -> Iterator[bytes]:
    """The ways in which a program may write a text without anybody asking it to."""
    for form in forms(value):
        utf8 = form.encode()
        yield form.encode("utf-16-le")
        yield form.encode("utf-16-be")
        yield form.encode("unicode_escape")
        yield json.dumps(form)[1:-1].encode()
        yield quote(form, safe="").encode()
        yield quote_plus(form).encode()
        yield from written_bytes(utf8)
        yield from digests(utf8)


def forms(value: str) -> set[str]:
    """A text in upper and lower case, with its marks on the letters and apart."""
    return {
        unicodedata.normalize(form, text)
        for text in (value, value.upper(), value.lower())
        for form in ("NFC", "NFD")
    }


def written_bytes(content: bytes) -> Iterator[bytes]:
    """Bytes as they are, as digits, and as they come out of base64 wherever in it they stand."""
    yield content
    yield content.hex().encode()
    yield content.hex().upper().encode()
    yield from in_base64(content)


def digests(content: bytes) -> Iterator[bytes]:
    """Digests of it, as bytes, digits and base64."""
    for digest in DIGESTS:
        made = digest(content, usedforsecurity=False)
        yield made.digest()
        yield made.hexdigest().encode()
        yield base64.b64encode(made.digest()).rstrip(b"=")


def in_base64(content: bytes) -> Iterator[bytes]:
    """What is in the middle of a longer text in base64, for each of three places where it may begin, in both alphabets."""
    for phase in range(3):
        whole = base64.b64encode(b"\0" * phase + content).rstrip(b"=")
        # Characters that also have bits of a neighbour in them say nothing.
        last = len(whole) - (1 if (phase + len(content)) % 3 else 0)
        middle = whole[(0, 2, 3)[phase] : last]
        yield middle
        yield middle.replace(b"+", b"-").replace(b"/", b"_")


def marks(values: Iterable[str] = tuple(MARKED.values())) -> Marks:
    """All spellings of all marked values."""
    return Marks(spelling for value in values for spelling in spellings(value))


def find_marks(content: bytes, searched: Marks) -> list[bytes]:
    """The marks that are in it."""
    return searched.found_in(content)


def leaks_below(folder: Path, searched: Marks, *, apart_from: Iterable[Path] = ()) -> dict[str, list[bytes]]:
    """Every file below the folder that has a mark in it, or in its name."""
    allowed = {path.resolve() for path in apart_from}
    clean: set[bytes] = set()
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink() or path.resolve() in allowed:
            continue
        content = path.read_bytes()
        digest = hashlib.sha256(content).digest()
        hits = find_marks(str(path).encode(), searched)
        hits += [] if digest in clean else find_marks(content, searched)
        if hits:
            found[str(path.relative_to(folder))] = hits
        else:
            clean.add(digest)  # a database and the copy of it have most files in common
    return found
