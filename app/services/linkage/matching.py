"""Which pairs of cases agree on which classes: looked up for new tokens, or worked out for the whole store.

Both give the same pairs; a test holds them to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from app.database.sessions import Session
from app.domain.linkage_graph import Pair, pair_of
from app.domain.linkage_rules import MOST_COMMON
from app.queries import linkage_candidates as queries
from app.queries.linkage_candidates import Holders
from app.services.linkage.weighing import slot_classes

MOST_BY_INDEX = 2_000
"""New cases that are looked up one by one; for more it is faster to read the store once."""

Agreeing = Mapping[Pair, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Matched:
    """Pairs with the classes they agree on. `suspended`: classes of which some token is too common to say anything.

    `is_whole`: these are all pairs of the store, and not those of the new cases alone.
    """

    agreeing: Agreeing
    suspended: frozenset[str]
    is_whole: bool


def match_cases(session: Session, fresh: Sequence[UUID], *, whole: bool) -> Matched:
    """The pairs of the fresh cases, by the index; or all pairs, when that is wanted or a class turns out too common."""
    if not whole and len(fresh) <= MOST_BY_INDEX:
        matched = match_fresh(session, fresh)
        if not matched.suspended:
            return matched
    return match_all(session)


def match_fresh(session: Session, fresh: Sequence[UUID]) -> Matched:
    """The pairs of these cases with any other."""
    if not fresh:
        return Matched({}, frozenset(), is_whole=False)
    holders = queries.find_holders_of(session, fresh, slot_classes(), most=MOST_COMMON)
    new, suspended = frozenset(fresh), _too_common(holders)
    agreeing = _agreeing(holders, suspended)
    pairs = {pair: classes for pair, classes in agreeing.items() if not new.isdisjoint(pair)}
    return Matched(pairs, suspended, is_whole=False)


def match_all(session: Session) -> Matched:
    """Every pair of the store."""
    holders = queries.find_all_holders(session, slot_classes(), most=MOST_COMMON)
    suspended = _too_common(holders)
    return Matched(_agreeing(holders, suspended), suspended, is_whole=True)


def _too_common(holders: Iterable[Holders]) -> frozenset[str]:
    return frozenset(held.class_id for held in holders if held.cases is None)


def _agreeing(holders: Iterable[Holders], suspended: Collection[str]) -> Agreeing:
    found: dict[Pair, set[str]] = defaultdict(set)
    for held in holders:
        if held.class_id not in suspended:
            for one, other in combinations(held.cases or (), 2):
                found[pair_of(one, other)].add(held.class_id)
    return {pair: frozenset(classes) for pair, classes in found.items()}
