"""The two tables of rules, as they are read from their files, and the digest by which they are frozen."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
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
    """How a letter or a group of letters is read: its fine form and consonant classes, one or two of both.

    `kind`: both classes, when they are two. Letters of one kind are read alike in all of a name.
    """

    fine: tuple[str, ...]
    classes: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text is taken apart. Keys of `graphemes` are NFKD, `^` and `$` in them the two ends of a word.

    `readable`: texts of known blocks of Unicode alone, which no later version of Unicode decomposes otherwise.
    `folded`: capitals become small letters, separators a space, ignored characters nothing. `word`: known letters
    and marks. `widest`: the length of the longest key by its first character. `ambiguous`: the place of a kind
    in the order of those that are likeliest to be read in their second way.
    """

    readable: re.Pattern[str]
    longest_text: int
    folded: Mapping[int, str | None]
    word: re.Pattern[str]
    graphemes: Mapping[str, Grapheme]
    widest: Mapping[str, int]
    ambiguous: Mapping[str, int]


@cache
def letters() -> Letters:
    """The table of letters."""
    read = _read(LETTERS)
    graphemes = {nfkd(key): _grapheme(*row) for key, row in read["graphemes"].items()}
    folded: dict[int, str | None] = {
        ord(big): small for big, small in zip(read["capitals"], read["small"], strict=True)
    }
    folded |= {ord(char): " " for char in read["separators"]} | {ord(char): None for char in read["ignored"]}
    widest: dict[str, int] = {}
    for key in graphemes:
        widest[key[0]] = max(widest.get(key[0], 0), len(key))
    known = "".join(key for key in graphemes if len(key) == 1)
    return Letters(
        readable=re.compile(f"[{''.join(map(_block, read['readable']))}]*"),
        longest_text=read["longest_text"],
        folded=folded,
        word=re.compile(f"[{re.escape(known)}{_block(read['marks'])}]*"),
        graphemes=graphemes,
        widest=widest,
        ambiguous={kind: place for place, kind in enumerate(read["ambiguous"])},
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


def _grapheme(form: str, *classes: str) -> Grapheme:
    first, _, second = form.partition("/")
    return Grapheme((first, second or first), classes, "|".join(classes) if len(classes) > 1 else "")


def _block(ends: Sequence[str]) -> str:
    """A range of code points, named by their hexadecimal numbers, for a set of a regular expression."""
    return f"\\u{ends[0]}-\\u{ends[1]}"


def _read(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_bytes(name))
    return read


def _bytes(name: str) -> bytes:
    return files(_PACKAGE).joinpath(name).read_bytes()
