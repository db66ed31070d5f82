"""Which tokens are too common to say anything, and of whose cases. Values in, values out.

Commonness is counted over organizations, and within one over persons: what one organization sends, however often, can
take its own cases out of a token and nobody else's. Otherwise whoever sends a token many times would learn from the
next release whether others know the person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

MOST_COMMON = 10
"""So many organizations may hold one token, and so many persons of one organization. In a store of 20,000 none of the
classes had a token of more than five cases (measured: benchmarks/linkage)."""
MOST_OF_ONE_ORGANIZATION = 100
"""Cases of one organization that are compared by one token, also when all seem to be of one person: nobody is
registered more often, and pairs grow with the square."""
SUSPENDED_SHARE = 0.1
"""Of the tokens of a class that several cases hold, so many may be common. A class with more is not made of what tells
people apart, but of what a program fills in; then the others of it are not to be believed either."""
SUSPENDED_TOKENS = 10
"""So many different tokens have to be common before the share says anything: in a small store one may be a tenth."""


@dataclass(frozen=True, slots=True)
class Holders:
    """The cases that hold one token in slots of one class."""

    class_id: str
    cases: tuple[UUID, ...]

    @property
    def is_crowd(self) -> bool:
        """Whether it has to be looked at more closely; a token that fewer hold is never too common."""
        return len(self.cases) > MOST_COMMON


@dataclass(frozen=True, slots=True)
class Speaking:
    """What is left: tokens with the cases of which they say something.

    `suspended` are classes that say nothing at all, `ignored` how many tokens say nothing of some of their cases.
    """

    holders: tuple[Holders, ...]
    suspended: frozenset[str]
    ignored: int


def leave_out_common(
    holders: Sequence[Holders],
    owners: Mapping[UUID, UUID],
    are_one: Callable[[frozenset[str]], bool],
) -> Speaking:
    """Take out what is too common. `owners` has the organization of each case in a crowd; cases without one count as
    of one organization. `are_one` tells whether two cases that agree on these classes are one person."""
    counted = _Persons(holders, are_one)
    speaking, common, ignored = [], Counter[str](), 0
    for held in holders:
        groups = _by_owner(held.cases, owners) if held.is_crowd else [held.cases]
        if len(groups) > MOST_COMMON:
            common[held.class_id] += 1
            groups = []
        left = tuple(case for group in groups if counted.say_something(group) for case in group)
        ignored += len(left) < len(held.cases)
        speaking.append(Holders(held.class_id, left))
    suspended = _suspended(common, Counter(held.class_id for held in holders))
    return Speaking(tuple(held for held in speaking if held.class_id not in suspended), suspended, ignored)


def _by_owner(cases: Sequence[UUID], owners: Mapping[UUID, UUID]) -> list[tuple[UUID, ...]]:
    groups: dict[UUID | None, list[UUID]] = defaultdict(list)
    for case in cases:
        groups[owners.get(case)].append(case)
    return [tuple(group) for group in groups.values()]


def _suspended(common: Mapping[str, int], shared: Mapping[str, int]) -> frozenset[str]:
    return frozenset(
        name
        for name, count in common.items()
        if count >= SUSPENDED_TOKENS and count > SUSPENDED_SHARE * shared[name]
    )


class _Persons:
    """How many persons the cases of one organization seem to be, by all tokens on which they agree with each other."""

    def __init__(self, holders: Sequence[Holders], are_one: Callable[[frozenset[str]], bool]):
        self._are_one = are_one
        self._classes = [held.class_id for held in holders]
        self._known: dict[Collection[UUID], bool] = {}
        crowded = {case for held in holders if held.is_crowd for case in held.cases}
        self._tokens: dict[UUID, set[int]] = {case: set() for case in crowded}
        for token, held in enumerate(holders):
            for case in crowded.intersection(held.cases):
                self._tokens[case].add(token)

    def say_something(self, group: tuple[UUID, ...]) -> bool:
        """Whether a token that these cases of one organization hold tells persons apart."""
        if len(group) <= MOST_COMMON:
            return True
        if len(group) > MOST_OF_ONE_ORGANIZATION:
            return False
        if group not in self._known:
            self._known[group] = self._count(group) <= MOST_COMMON
        return self._known[group]

    def _count(self, group: Sequence[UUID]) -> int:
        persons: list[list[UUID]] = []
        for case in group:
            hers = [person for person in persons if any(self._agree(case, other) for other in person)]
            others = [person for person in persons if person not in hers]
            persons = [*others, [case, *(known for person in hers for known in person)]]
        return len(persons)

    def _agree(self, one: UUID, other: UUID) -> bool:
        shared = self._tokens[one] & self._tokens[other]
        return self._are_one(frozenset(self._classes[token] for token in shared))
