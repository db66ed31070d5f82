"""What match keys are made of: the ways in which a name, a father's name and a place are known.

Several given names, and the two halves of a double family name, are each tried as a whole, by the first and by the
last. Words for "unknown" are no name, and a country is no place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter

from anonymizer.linking.normalizer.forms import Word, join_fine, readings_of, split_words
from anonymizer.linking.normalizer.tables import nfkd, words

Weighed = tuple[int, tuple[str, ...]]
"""How far from the likeliest, from 0, and the forms: one, or those of both names."""
_COST = itemgetter(0)
_END_OF_PLACE = re.compile(r"[,;(/]")
"""What follows is the district or the country."""


@dataclass(frozen=True, slots=True)
class Variants:
    """The readings of a name, or of both names in the order of their code points, the likeliest first."""

    fine: tuple[Weighed, ...] = field(repr=False)
    skeletons: tuple[Weighed, ...] = field(repr=False)


def variants(*names: Sequence[Word]) -> Variants:
    """Of one name or of both: by all words, and where a name has several, by its first and its last alone.

    Both are read together: who writes `c` for k in one writes it so in the other.
    """
    fine, skeletons = [], []
    for further, chosen in _ways(names):
        for reading in readings_of(*chosen):
            fine.append((further + reading.cost, tuple(sorted(reading.fine))))
            skeletons.append((further + reading.cost, tuple(sorted(reading.skeletons))))
    return Variants(_ordered(fine), _ordered(skeletons))


def _ways(names: Sequence[Sequence[Word]]) -> list[tuple[int, list[Sequence[Word]]]]:
    """Which words of each name are read, and how far that is from the likeliest.

    Of two names, first with first comes early: a second given name and a name of marriage are often left out together.
    """
    if all(len(name) < 2 for name in names):
        return [(0, list(names))]
    whole, first, last = list(names), [name[:1] for name in names], [name[-1:] for name in names]
    if len(names) == 1:
        return [(0, whole), (1, first), (1, last)]
    return [(0, whole), (0, first), (1, [first[0], last[1]]), (2, [last[0], first[1]])]


def given_and_family(given: list[Word], family: list[Word]) -> tuple[list[Word], list[Word]]:
    """The words of both. When all of a name stands in one of the two columns, its last word is the other name."""
    whole = given or family
    return (given, family) if (given and family) or len(whole) < 2 else (whole[:-1], whole[-1:])


def father(name: str) -> tuple[Weighed, ...]:
    """Of a father's first name, also where it is written as a patronymic."""
    known = words_of_name(name)
    return _skeletons([_without_ending(known[0])]) if known else ()


def place(text: str) -> tuple[Weighed, ...]:
    """Of a place of birth by its name alone, in one form for names that differ between languages."""
    read = split_words(_END_OF_PLACE.split(text)[0])
    known = [word for word in read if join_fine([word]) not in _known("place_words")]
    form = join_fine(known)
    if not known or form in _known("no_places") or form in _known("no_names"):
        return ()
    return _skeletons(split_words(_places().get(form, "")) or known)


def _skeletons(name: Sequence[Word]) -> tuple[Weighed, ...]:
    return _ordered([(reading.cost, reading.skeletons) for reading in readings_of(name)])


def words_of_name(text: str) -> list[Word]:
    """The words of a name without its particles; none for words that mean "unknown"."""
    found = split_words(text)
    if join_fine(found) in _known("no_names"):
        return []
    kept = [word for word in found if join_fine([word]) not in _known("particles")]
    return kept or found


def _without_ending(word: Word) -> Word:
    for ending in _father_endings():
        if word.text.endswith(ending) and len(word.text) - len(ending) >= words()["shortest_father"]:
            return Word(word.text[: -len(ending)])
    return word


def _ordered(weighed: Sequence[Weighed]) -> tuple[Weighed, ...]:
    """The likeliest first, each form once."""
    best: dict[tuple[str, ...], int] = {}
    for cost, forms in sorted(weighed, key=_COST):
        best.setdefault(forms, cost)
    return tuple([(cost, forms) for forms, cost in best.items()])


@cache
def _known(table: str) -> frozenset[str]:
    """The fine forms of a list of words. What is shorter than a name is known by itself."""
    return frozenset(join_fine(split_words(word)) for word in words()[table])


@cache
def _father_endings() -> tuple[str, ...]:
    return tuple(
        sorted({nfkd(ending) for ending in words()["father_endings"]}, key=lambda one: (-len(one), one))
    )


@cache
def _places() -> dict[str, str]:
    return {join_fine(split_words(name)): row[0] for row in words()["places"] for name in row}
