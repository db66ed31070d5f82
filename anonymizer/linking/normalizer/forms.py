"""The two forms of a name: `fine`, one Latin spelling with its vowels, and `skeletons`, its consonants in classes.

A text is split into words, a word into graphemes by longest match. A text with a letter that no table knows has no
form: no key is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anonymizer.linking.normalizer.tables import Grapheme, letters, nfkd

MOST_AMBIGUOUS = 2
"""Kinds of ambiguous letters that are read in both ways; a further one is read in its first way alone."""
SKELETON_LENGTH = 6
"""Classes that are kept: later ones are endings, which differ between spellings."""
SHORTEST = 2
"""Letters of the fine form of a name; less is an initial."""
_MOST_PASSES = 6
_CHOICES = (((),), ((0,), (1,)), ((0, 0), (0, 1), (1, 0), (1, 1)))
"""By the number of ambiguous kinds: which reading of each is taken, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a name: `text` in small letters with its marks apart, its graphemes, and its fine form."""

    text: str = field(repr=False)
    graphemes: tuple[Grapheme, ...] = field(repr=False)
    fine: str = field(repr=False)


def fine(name: str) -> str:
    """One Latin form of a name in small letters, its words joined; "" when it cannot be read."""
    return join_fine(split_words(name))


def skeletons(name: str) -> tuple[str, ...]:
    """At most four readings of a name in consonant classes, the likeliest first; none when it cannot be read."""
    words = split_words(name)
    return tuple(skeleton for _, skeleton in weighed_skeletons(words)) if join_fine(words) else ()


def split_words(text: str) -> list[Word]:
    """The words of a text; none when a character of it is unknown."""
    table = letters()
    if not table.readable.fullmatch(text):
        return []
    folded = nfkd(text).translate(table.folded)
    if len(folded) > table.longest_text:
        return []
    words = [word for word in folded.split(" ") if word]
    return [read_word(word) for word in words] if all(map(table.word.fullmatch, words)) else []


def read_word(text: str) -> Word:
    """A word of small letters. Latin letters that a pass brought together are read again, as if written so."""
    graphemes = _graphemes(text)
    form = _without_doubles("".join([grapheme.fine for grapheme in graphemes]))
    for _ in range(_MOST_PASSES):
        again = _without_doubles("".join([grapheme.fine for grapheme in _graphemes(form)]))
        if again == form:
            break
        form = again
    return Word(text, graphemes, form)


def join_fine(words: Sequence[Word]) -> str:
    """The fine form of some words, or "" when it is shorter than a name."""
    joined = "".join([word.fine for word in words])
    return joined if len(joined) >= SHORTEST else ""


def weighed_skeletons(words: Sequence[Word]) -> list[tuple[int, str]]:
    """Readings of some words as one, each with the number of kinds of letters that were read in their second way."""
    ambiguous = _ambiguous(words)
    found: dict[str, int] = {}
    for choice in _CHOICES[len(ambiguous)]:
        chosen = dict(zip(ambiguous, choice, strict=True))
        skeleton = _skeleton(words, chosen)
        if skeleton:
            found.setdefault(skeleton, sum(choice))
    return [(cost, skeleton) for skeleton, cost in found.items()]


def _ambiguous(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """The first kinds of letters with two readings; letters with the same two are read alike."""
    kinds = dict.fromkeys(one.readings for word in words for one in word.graphemes if len(one.readings) > 1)
    return list(kinds)[:MOST_AMBIGUOUS]


def _skeleton(words: Sequence[Word], chosen: Mapping[tuple[str, ...], int]) -> str:
    """Doubles are one; a vowel stays at the very beginning alone."""
    codes = [
        _without_doubles("".join([one.readings[chosen.get(one.readings, 0)] for one in word.graphemes]))
        for word in words
    ]
    start = "A" if codes and codes[0].startswith("A") else ""
    return (start + "".join(codes).replace("A", ""))[:SKELETON_LENGTH]


def _graphemes(word: str) -> tuple[Grapheme, ...]:
    """The word between its two ends, `^` and `$`, split by longest match; marks that change nothing are left out."""
    table = letters()
    bounded, found, at = f"^{word}$", [], 0
    while at < len(bounded):
        width = table.widest.get(bounded[at], 0)
        while width and bounded[at : at + width] not in table.graphemes:
            width -= 1
        if width:
            found.append(table.graphemes[bounded[at : at + width]])
        at += width or 1
    return tuple(found)


def _without_doubles(text: str) -> str:
    return "".join([char for char, before in zip(text, "\0" + text, strict=False) if char != before])
