"""The two forms of a name: `fine`, one Latin spelling with its vowels, and `skeletons`, its consonants in classes.

A text is split into words, a word into graphemes by longest match. A text with a letter that no table knows has no
form: no key is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from anonymizer.linking.normalizer.tables import Grapheme, letters, nfkd

MOST_AMBIGUOUS = 2
"""Kinds of ambiguous letters in a name that are read in both ways; a further one is read in its first way alone."""
LETTER_READ_OTHERWISE = 2
"""How far a reading is from the likeliest for each kind of letters in its second way. Half of it is a name left out."""
SKELETON_LENGTH = 6
"""Classes that are kept: later ones are endings, which differ between spellings."""
SHORTEST = 2
"""Letters of the fine form of a name; less is an initial."""
_MOST_PASSES = 6
_CHOICES = (((),), ((0,), (1,)), ((0, 0), (1, 0), (0, 1), (1, 1)))
"""By the number of ambiguous kinds: which reading of each is taken, the likeliest first."""


class Word:
    """One word of a name: `text` in small letters with its marks apart, and its forms, which it remembers."""

    __slots__ = ("_forms", "_graphemes", "kinds", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._graphemes = _graphemes(text)
        self.kinds = tuple({one.kind: None for one in self._graphemes if one.kind})
        self._forms: dict[tuple[int, ...], tuple[str, str]] = {}

    def forms(self, chosen: Mapping[str, int]) -> tuple[str, str]:
        """The fine form and the classes, vowels among them, with the kinds in `chosen` read in the chosen way."""
        choice = tuple([chosen.get(kind, 0) for kind in self.kinds])
        found = self._forms.get(choice)
        if found is None:
            classes = "".join([one.classes[chosen.get(one.kind, 0)] for one in self._graphemes])
            found = self._forms[choice] = (_fine(self._graphemes, chosen), _without_doubles(classes))
        return found

    @property
    def fine(self) -> str:
        """The likeliest fine form."""
        return self.forms({})[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read some names together: how far it is from the likeliest, from 0, and the forms."""

    cost: int
    fine: tuple[str, ...] = field(repr=False)
    skeletons: tuple[str, ...] = field(repr=False)


def fine(name: str) -> str:
    """One Latin form of a name in small letters, its words joined; "" when it cannot be read."""
    return join_fine(split_words(name))


def skeletons(name: str) -> tuple[str, ...]:
    """At most four readings of a name in consonant classes, the likeliest first; none when it cannot be read."""
    return tuple(dict.fromkeys(reading.skeletons[0] for reading in readings_of(split_words(name))))


def split_words(text: str) -> list[Word]:
    """The words of a text; none when a character of it is unknown."""
    table = letters()
    if not table.readable.fullmatch(text):
        return []
    folded = nfkd(text).translate(table.folded)
    if len(folded) > table.longest_text:
        return []
    words = [word for word in folded.split(" ") if word]
    return [Word(word) for word in words] if all(map(table.word.fullmatch, words)) else []


def join_fine(words: Sequence[Word]) -> str:
    """The fine form of some words, or "" when it is shorter than a name."""
    joined = "".join([word.fine for word in words])
    return joined if len(joined) >= SHORTEST else ""


def readings_of(*names: Sequence[Word]) -> list[Reading]:
    """The ways to read one or more names together, the likeliest first; none when one of them cannot be read."""
    if not all(map(join_fine, names)):
        return []
    kinds = _ambiguous(names)
    found = [_reading(names, dict(zip(kinds, choice, strict=True))) for choice in _CHOICES[len(kinds)]]
    return [reading for reading in found if all(reading.skeletons)]


def _ambiguous(names: Sequence[Sequence[Word]]) -> list[str]:
    kinds = {kind for words in names for word in words for kind in word.kinds}
    return sorted(kinds, key=letters().ambiguous.__getitem__)[:MOST_AMBIGUOUS]


def _reading(names: Sequence[Sequence[Word]], chosen: Mapping[str, int]) -> Reading:
    read = [[word.forms(chosen) for word in words] for words in names]
    return Reading(
        LETTER_READ_OTHERWISE * sum(chosen.values()),
        tuple(["".join([fine for fine, _ in forms]) for forms in read]),
        tuple([_skeleton([classes for _, classes in forms]) for forms in read]),
    )


def _fine(graphemes: Sequence[Grapheme], chosen: Mapping[str, int]) -> str:
    """Latin letters that a pass brought together are read again, as if they had been written so."""
    form = _without_doubles("".join([one.fine[chosen.get(one.kind, 0)] for one in graphemes]))
    for _ in range(_MOST_PASSES):
        again = _without_doubles("".join([one.fine[0] for one in _graphemes(form)]))
        if again == form:
            break
        form = again
    return form


def _skeleton(classes: Sequence[str]) -> str:
    """A vowel stays at the very beginning alone."""
    start = "A" if classes[0].startswith("A") else ""
    return (start + "".join(classes).replace("A", ""))[:SKELETON_LENGTH]


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
