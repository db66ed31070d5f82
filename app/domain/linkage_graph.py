"""From pairs of cases to persons: components, chains that are broken, and ids that stay.

Values in, values out. The result depends on the pairs alone, never on the order in which they came.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

Pair = tuple[UUID, UUID]
"""Two cases, the smaller id first."""
LONGEST_CHAIN = 3
"""So many cases may hang together by single links, when its ends agree on something, too; a larger group that one link
holds together is for review."""


def pair_of(one: UUID, other: UUID) -> Pair:
    """Two cases in the order in which every pair is written."""
    return (one, other) if one < other else (other, one)


def components(pairs: Iterable[Pair]) -> list[frozenset[UUID]]:
    """The groups of cases that pairs hold together, by their smallest id."""
    root: dict[UUID, UUID] = {}

    def find(case: UUID) -> UUID:
        while (above := root.setdefault(case, case)) != case:
            root[case] = case = root[above]
        return case

    for one, other in pairs:
        root[find(one)] = find(other)
    groups: dict[UUID, set[UUID]] = defaultdict(set)
    for case in root:
        groups[find(case)].add(case)
    return sorted(map(frozenset, groups.values()), key=min)


def bridges(pairs: Collection[Pair]) -> set[Pair]:
    """The pairs without which a group would fall apart (Tarjan 1974), found without recursion: chains are long."""
    neighbours: dict[UUID, list[UUID]] = defaultdict(list)
    for one, other in pairs:
        neighbours[one].append(other)
        neighbours[other].append(one)
    order: dict[UUID, int] = {}
    lowest: dict[UUID, int] = {}
    found: set[Pair] = set()
    for start in neighbours:
        if start not in order:
            _walk(start, neighbours, order, lowest, found)
    return found


def _walk(
    start: UUID,
    neighbours: Mapping[UUID, Sequence[UUID]],
    order: dict[UUID, int],
    lowest: dict[UUID, int],
    found: set[Pair],
) -> None:
    order[start] = lowest[start] = len(order)
    path = [(start, start, iter(neighbours[start]))]
    while path:
        case, before, rest = path[-1]
        following = next(rest, None)
        if following is None:
            path.pop()
            lowest[before] = min(lowest[before], lowest[case])
            if lowest[case] > order[before]:
                found.add(pair_of(before, case))
        elif following not in order:
            order[following] = lowest[following] = len(order)
            path.append((following, case, iter(neighbours[following])))
        elif following != before:
            lowest[case] = min(lowest[case], order[following])


def broken_for_review(
    links: Set[Pair], confirmed: Set[Pair], different: Set[Pair], agreeing: Set[Pair]
) -> set[Pair]:
    """The links that may not hold without a curator: `links` are automatic or confirmed, `different` are none of them,
    and `agreeing` are all pairs that agree on anything.

    In a group of more than three cases those without which it falls apart; all of a group of three in which one case
    holds two together that agree on nothing; and all of a group in which a curator said of two cases that they are
    different persons. What a curator confirmed holds.
    """
    groups = {case: group for group in components(links) for case in group}
    chains = {pair for pair in bridges(links) if len(groups[pair[0]]) > LONGEST_CHAIN}
    contradicted = {groups[one] for one, other in different if one in groups and other in groups[one]}
    known = links | agreeing
    doubtful = contradicted | {group for group in groups.values() if _joins_strangers(group, known)}
    torn = {pair for pair in links if groups[pair[0]] in doubtful} if doubtful else set()
    return (chains | torn) - confirmed


def _joins_strangers(group: frozenset[UUID], agreeing: Set[Pair]) -> bool:
    """Whether it is a chain of three, and its ends agree on nothing: two persons, and one case made of both."""
    return len(group) == LONGEST_CHAIN and any(
        pair not in agreeing for pair in combinations(sorted(group), 2)
    )


@dataclass(frozen=True, slots=True)
class Persons:
    """Who is who now: the person of each case that has company."""

    of: Mapping[UUID, UUID]


def name_persons(
    groups: Sequence[frozenset[UUID]], before: Mapping[UUID, UUID], new_person: Callable[[], UUID]
) -> Persons:
    """Give each group a person's id: the one that most of its cases had, as far as no other group has more of them.

    A new id is random; nothing about a case can be worked out from it.
    """
    shared = Counter(
        (before[case], number) for number, group in enumerate(groups) for case in group if case in before
    )
    ranked = sorted(shared, key=lambda pair: (-shared[pair], pair[0], min(groups[pair[1]])))
    taken: dict[int, UUID] = {}
    used: set[UUID] = set()
    for person, number in ranked:
        if person not in used and number not in taken:
            taken[number] = person
            used.add(person)
    named = [(group, taken.get(number) or new_person()) for number, group in enumerate(groups)]
    return Persons({case: person for group, person in named for case in group})


@dataclass(frozen=True, slots=True)
class Change:
    """Persons became one, or one became several. The first of `persons` is the one whose cases they are now, or were
    before; `cases` are how many it has, or had."""

    kind: str
    persons: tuple[UUID, ...]
    cases: int


MERGED, SPLIT = "merged", "split"


def changes_between(before: Mapping[UUID, UUID], after: Mapping[UUID, UUID]) -> list[Change]:
    """What merged and what split. A case that had or has no company is nobody's loss: it is told by its own absence."""
    return _joined(MERGED, before, after) + _joined(SPLIT, after, before)


def _joined(kind: str, apart: Mapping[UUID, UUID], together: Mapping[UUID, UUID]) -> list[Change]:
    """The persons of `together` whose cases were several persons, or persons and single cases, in `apart`."""
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for case, person in sorted(together.items()):
        groups[person].append(case)
    found = []
    for person, cases in sorted(groups.items()):
        parts = {apart.get(case, case) for case in cases}
        if len(parts) > 1:
            others = sorted({apart[case] for case in cases if case in apart} - {person})
            found.append(Change(kind, (person, *others), len(cases)))
    return found
