"""The two forms of a name: `fine`, one Latin spelling with its vowels, and `skeletons`, its consonants in classes.

A text is split into words, a word into graphemes by longest match. A text with a letter that no table knows has no
form: no key is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from anonymizer.linking.normalizer.tables import Grapheme, letters, nfkd

MOST_AMBIGUOUS = 2
"""Kinds of ambiguous letters that are read in both ways; a further one is read in its first way alone."""
SKELETON_LENGTH = 6
"""Classes that are kept: later ones are endings, which differ between spellings."""
SHORTEST = 2
"""Letters of the fine form of a name; less is an initial."""
_MOST_PASSES = 6


def fine(name: str) -> str:
    """One Latin form of a name in small letters, its words joined; "" when it cannot be read."""
    return join_fine(split_words(name))


def skeletons(name: str) -> tuple[str, ...]:
    """At most four readings of a name in consonant classes, the likeliest first; none when it cannot be read."""
    words = split_words(name)
    return tuple(skeleton for _, skeleton in weighed_skeletons(words)) if join_fine(words) else ()


def split_words(text: str) -> list[str]:
    """The words of a text in small letters with their marks apart; none when a character of it is unknown."""
    table = letters()
    if not all(any(first <= ord(char) <= last for first, last in table.readable) for char in text):
        return []
    folded = nfkd(text).translate(table.small)
    if len(folded) > table.longest_text:
        return []
    spaced = "".join(
        " " if char in table.separators else char for char in folded if char not in table.ignored
    )
    words = spaced.split(" ")
    return [word for word in words if word] if all(map(_is_readable, words)) else []


def join_fine(words: Sequence[str]) -> str:
    """The fine form of some words, or "" when it is shorter than a name."""
    joined = "".join(map(fine_word, words))
    return joined if len(joined) >= SHORTEST else ""


def fine_word(word: str) -> str:
    """Latin letters that stand together after the first pass are read again, as if they had been written so."""
    for _ in range(_MOST_PASSES):
        passed = _without_doubles("".join(grapheme.fine for grapheme in graphemes_of(word)))
        if passed == word:
            break
        word = passed
    return word


def weighed_skeletons(words: Sequence[str]) -> list[tuple[int, str]]:
    """Readings of some words as one, each with the number of letters that were read in their second way."""
    read = [graphemes_of(word) for word in words]
    ambiguous = list(dict.fromkeys(g.readings for word in read for g in word if len(g.readings) > 1))
    choices = sorted(product((0, 1), repeat=min(len(ambiguous), MOST_AMBIGUOUS)), key=sum)
    found: dict[str, int] = {}
    for choice in choices:
        chosen = dict(zip(ambiguous, choice, strict=False))
        skeleton = _skeleton(["".join(g.readings[chosen.get(g.readings, 0)] for g in word) for word in read])
        if skeleton:
            found.setdefault(skeleton, sum(choice))
    return [(cost, skeleton) for skeleton, cost in found.items()]


def graphemes_of(word: str) -> list[Grapheme]:
    """The word between its two ends, `^` and `$`, split by longest match; marks that change nothing are left out."""
    table = letters()
    bounded, found, at = f"^{word}$", [], 0
    while at < len(bounded):
        for width in range(min(table.longest, len(bounded) - at), 0, -1):
            grapheme = table.graphemes.get(bounded[at : at + width])
            if grapheme:
                found.append(grapheme)
                break
        at += grapheme.width if grapheme else 1
    return found


def _skeleton(codes: Sequence[str]) -> str:
    """Doubles are one; a vowel stays at the very beginning alone."""
    bare = [_without_doubles(code) for code in codes]
    start = "A" if bare and bare[0].startswith("A") else ""
    return (start + "".join(code.replace("A", "") for code in bare))[:SKELETON_LENGTH]


def _without_doubles(text: str) -> str:
    return "".join(char for at, char in enumerate(text) if at == 0 or char != text[at - 1])


def _is_readable(word: str) -> bool:
    table = letters()
    low, high = table.marks
    return all(low <= char <= high or (char in table.graphemes) for char in word)
