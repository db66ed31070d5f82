"""How an office writes a name of another language down: by a law, by ear, or without the marks it has no keys for.

The tables stand in `spellings.toml` and were written from knowledge of the languages. They must never be made by
turning the rules of the normalizer round: a measurement with its own answers would say nothing.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

OWN = "own"
"""The writing of an office that copies a name from the person's document, in the document's letters."""

_FILE = tomllib.loads(Path(__file__).with_name("spellings.toml").read_text(encoding="utf-8"))
_WORD = re.compile(r"[^\s-]+")


class Table:
    """Rewrites a word by pairs of letters, the longest first; of several spellings one is drawn."""

    def __init__(self, rules: str) -> None:
        """`rules`: `letters=written|written`, parted by spaces."""
        parted = (rule.partition("=") for rule in rules.split())
        self._pairs = {letters: written.split("|") for letters, _, written in parted}
        longest_first = sorted(self._pairs, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def written(self, word: str, random: Random) -> str:
        """The word, which is in small letters, in other letters."""
        marked = self._pattern.sub(lambda found: self._draw(found[0], random), f"^{word}$")
        return marked.strip("^$")

    def _draw(self, letters: str, random: Random) -> str:
        written = self._pairs[letters]
        return written[0] if len(written) == 1 else random.choice(written)


@cache
def _table(part: str, name: str) -> Table:
    return Table(_FILE[part][name])


@cache
def _habits(language: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    habits = _FILE["habits"][language]
    return tuple(habits), tuple(accumulate(habits.values()))


def drawn_habit(language: str, random: Random) -> str:
    """One of the ways in which names of a language are written down, as often as it occurs."""
    names, weights = _habits(language)
    return random.choices(names, cum_weights=weights)[0]


def spelled(name: str, language: str, habit: str, random: Random) -> str:
    """A name of a language as an office of that habit writes it, with capitals at the beginning of its words."""
    if habit == OWN or not name:
        return name
    small = _small(name, language)
    return _WORD.sub(lambda found: _capital(_respelled(found[0], language, habit, random)), small)


def _respelled(word: str, language: str, habit: str, random: Random) -> str:
    if habit in _FILE["letters"]:
        return _table("letters", habit).written(word, random)
    sounds = _table("read", language).written(word, random)
    return _table("write", habit).written(sounds, random)


def _small(name: str, language: str) -> str:
    """In small letters; Greek without its accents, as capitals are written."""
    if language == "tr":
        return name.replace("İ", "i").replace("I", "ı").lower()
    if language == "el":
        parts = unicodedata.normalize("NFD", name.lower())
        return "".join(letter for letter in parts if letter != "\u0301")
    return name.lower()


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]
