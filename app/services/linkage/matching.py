"""Which pairs of cases agree on which classes: looked up for new tokens, or worked out for the whole store.

Both give the same pairs; a test holds them to it. Only over the whole store it is judged what is too common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from uuid import UUID

from app.database.sessions import Session
from app.domain.linkage_commonness import Holders, leave_out_common
from app.domain.linkage_graph import Pair, pair_of
from app.domain.linkage_rules import Band, band_of
from app.queries import linkage_candidates as queries
from app.queries.linkage_fields import read_owners
from app.services.linkage.weighing import load_rules, slot_classes

MOST_BY_INDEX = 2_000
"""New cases that are looked up one by one; for more it is faster to read the store once."""

Agreeing = Mapping[Pair, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs with the classes they agree on. `is_whole`: all pairs of the store, and not those of the new cases alone.

    `crowds`: tokens that so many cases hold that it was judged whether they are too common. `ignored`: those that are,
    for all who hold them or for one organization. `suspended`: classes of which too many are.
    """

    agreeing: Agreeing
    is_whole: bool
    crowds: int = 0
    ignored: int = 0
    suspended: frozenset[str] = frozenset()


def match_cases(
    session: Session, read_session: Session, fresh: Sequence[UUID], *, whole: bool = False
) -> Matched:
    """The pairs of the fresh cases, by the index; or all pairs, when that is wanted or many cases hold one token.

    The reader's role tells whose the cases of a crowd are.
    """
    if not whole and len(fresh) <= MOST_BY_INDEX:
        matched = match_fresh(session, fresh)
        if not matched.crowds:
            return matched
    return match_all(session, read_session)


def match_fresh(session: Session, fresh: Sequence[UUID]) -> Matched:
    """The pairs of these cases with any other. They are not to be used when there are crowds."""
    if not fresh:
        return Matched({}, is_whole=False)
    holders = queries.find_holders_of(session, fresh, slot_classes())
    crowds = _count_crowds(holders)
    if crowds:
        return Matched({}, is_whole=False, crowds=crowds)
    new = frozenset(fresh)
    pairs = {pair: classes for pair, classes in _agreeing(holders).items() if not new.isdisjoint(pair)}
    return Matched(pairs, is_whole=False)


def match_all(session: Session, read_session: Session) -> Matched:
    """Every pair of the store, without what is too common."""
    holders = queries.find_all_holders(session, slot_classes())
    crowded = {case for held in holders if held.is_crowd for case in held.cases}
    speaking = leave_out_common(holders, read_owners(read_session, crowded), _are_one)
    return Matched(
        _agreeing(speaking.holders),
        is_whole=True,
        crowds=_count_crowds(holders),
        ignored=speaking.ignored,
        suspended=speaking.suspended,
    )


@cache
def _are_one(classes: frozenset[str]) -> bool:
    return band_of(classes, load_rules()) is Band.AUTOMATIC


def _count_crowds(holders: Iterable[Holders]) -> int:
    return sum(held.is_crowd for held in holders)


def _agreeing(holders: Iterable[Holders]) -> Agreeing:
    found: dict[Pair, set[str]] = defaultdict(set)
    for held in holders:
        for one, other in combinations(held.cases, 2):
            found[pair_of(one, other)].add(held.class_id)
    return {pair: frozenset(classes) for pair, classes in found.items()}
