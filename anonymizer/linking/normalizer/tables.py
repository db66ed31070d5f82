"""The two tables of rules, as they are read from their files, and the digest by which they are frozen."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

VERSION = "seekey/1"
LETTERS = "seekey_1_letters.json"
WORDS = "seekey_1_words.json"
_PACKAGE = "anonymizer.linking.normalizer"


@dataclass(frozen=True, slots=True)
class Grapheme:
    """How a letter or a group of letters is read: its fine form, and one or two readings in consonant classes.

    `width`: code points that it covers, marks included.
    """

    width: int
    fine: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letters:
    """Of one letter: in `graphemes` the keys are NFKD, `^` and `$` in them the two ends of a word."""

    readable: tuple[tuple[int, int], ...]
    longest_text: int
    small: Mapping[int, int]
    marks: tuple[str, str]
    separators: frozenset[str]
    ignored: frozenset[str]
    graphemes: Mapping[str, Grapheme]
    longest: int


@cache
def letters() -> Letters:
    """The table of letters."""
    read = _read(LETTERS)
    graphemes = {
        nfkd(key): Grapheme(len(nfkd(key)), row[0], tuple(row[1:])) for key, row in read["graphemes"].items()
    }
    return Letters(
        readable=tuple((int(first, 16), int(last, 16)) for first, last in read["readable"]),
        longest_text=read["longest_text"],
        small=str.maketrans(read["capitals"], read["small"]),
        marks=(chr(int(read["marks"][0], 16)), chr(int(read["marks"][1], 16))),
        separators=frozenset(read["separators"]),
        ignored=frozenset(read["ignored"]),
        graphemes=graphemes,
        longest=max(len(key) for key in graphemes),
    )


@cache
def words() -> Mapping[str, Any]:
    """The table of words as it stands in its file."""
    return _read(WORDS)


def digest_of_tables() -> str:
    """SHA-256 of both files, the letters first. It changes only with the version."""
    return hashlib.sha256(_bytes(LETTERS) + _bytes(WORDS)).hexdigest()


def nfkd(text: str) -> str:
    """Unicode's compatibility decomposition (UAX 15): letters and their marks apart."""
    return unicodedata.normalize("NFKD", text)


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_bytes(name))
    return read


def _bytes(name: str) -> bytes:
    return files(_PACKAGE).joinpath(name).read_bytes()
