"""Two registers of case sheets, and which sheets are of one person: what every measurement of linking begins with.

The same house wrote this generator and the normalizer that is measured with it, and no real sheet was read: absolute
figures are optimistic, comparisons on the same sheets are fair. Weights are fitted on seeds from 100, tested from 200.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from anonymizer.chunks import Columns
from benchmarks.linkage.errors import LEVELS, Sheet, written_down
from benchmarks.linkage.people import Person, family_of, invent

FIRST_FITTING_SEED, FIRST_TESTING_SEED = 100, 200
SHARED = 0.3
"""Share of each register whose persons are in the other as well."""
IN_FAMILIES = 0.02
"""Share of persons who came with a twin, a sister, a mother or a daughter."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Two registers and the truth: `of_left[i]` and `of_right[j]` are numbers of persons."""

    left: list[Sheet]
    right: list[Sheet]
    of_left: list[int]
    of_right: list[int]
    persons: list[Person]

    @property
    def true_pairs(self) -> int:
        """Pairs of one person; nobody stands twice in one register."""
        return len(set(self.of_left) & set(self.of_right))

    def same_person(self, left: int, right: int) -> bool:
        """Whether two sheets are of one person."""
        return self.of_left[left] == self.of_right[right]


def make_corpus(size: int, level: int, seed: int, *, in_families: float = IN_FAMILIES) -> Corpus:
    """Two registers of `size` sheets each with `SHARED` of their persons in common, by a level of errors and a seed.

    Of a family at least one member stands in each register, so that every one may be taken for the other.
    """
    random = Random(f"{seed}/{level}/{size}")
    persons = _persons(2 * size - round(size * SHARED), in_families, random)
    of_left, of_right = _registers(persons, size, random)
    left = [written_down(persons[who], LEVELS[level], random) for who in of_left]
    right = [written_down(persons[who], LEVELS[level], random) for who in of_right]
    return Corpus(left, right, of_left, of_right, persons)


def families_corpus(families: Iterable[Sequence[Person]], level: int, seed: int) -> Corpus:
    """Every member of every family in both registers, in a drawn order."""
    random = Random(f"{seed}/{level}/families")
    persons = [person for family in families for person in family]
    of_left, of_right = list(range(len(persons))), list(range(len(persons)))
    random.shuffle(of_left)
    random.shuffle(of_right)
    left = [written_down(persons[who], LEVELS[level], random) for who in of_left]
    right = [written_down(persons[who], LEVELS[level], random) for who in of_right]
    return Corpus(left, right, of_left, of_right, persons)


def columns(sheets: Sequence[Sheet], names: Sequence[str]) -> Columns:
    """Sheets as the columns that clearing and linking read."""
    return {name: [sheet[name] for sheet in sheets] for name in names}


def _persons(count: int, in_families: float, random: Random) -> list[Person]:
    """Members of one family stand beside each other, the first at an even place."""
    persons: list[Person] = []
    for household in range(round(count * in_families / 2)):
        persons += family_of(random, household)
    persons += [invent(random) for _ in range(count - len(persons))]
    return persons


def _registers(persons: list[Person], size: int, random: Random) -> tuple[list[int], list[int]]:
    """Numbers of persons in each register; members of a family are parted between the registers in turn."""
    shared = round(size * SHARED)
    relatives = sum(person.household is not None for person in persons)
    alone = list(range(relatives, len(persons)))
    random.shuffle(alone)
    left, right = list(range(0, relatives, 2)), list(range(1, relatives, 2))
    both, rest = alone[:shared], alone[shared:]
    left = [*left, *both, *rest[: size - shared - len(left)]]
    right = [*right, *both, *rest[len(rest) - (size - shared - len(right)) :]]
    random.shuffle(left)
    random.shuffle(right)
    return left, right
