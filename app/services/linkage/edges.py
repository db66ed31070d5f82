"""The links between cases: what agrees, what speaks against it, what a curator said, and the band of all that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database.sessions import Session
from app.domain.linkage_graph import Pair, broken_for_review
from app.domain.linkage_rules import Against, Band, Verdict, band_of, weight_of
from app.queries import linkage_edges as queries
from app.queries.linkage_edges import Decided, StoredEdge
from app.services.linkage.matching import Agreeing, Matched
from app.services.linkage.weighing import load_rules


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair in its band, with the classes that agree, their weight and what speaks against it."""

    classes: tuple[str, ...]
    weight: float
    band: Band
    against: tuple[Against, ...]


def all_agreeing(existing: Mapping[Pair, StoredEdge], matched: Matched, fresh: frozenset[UUID]) -> Agreeing:
    """All pairs that agree on something: those found now, and those kept of cases whose tokens did not change."""
    if matched.is_whole:
        return matched.agreeing
    kept = {pair: frozenset(edge.classes) for pair, edge in existing.items() if fresh.isdisjoint(pair)}
    return {**kept, **matched.agreeing}


def worth_a_look(agreeing: Agreeing) -> Agreeing:
    """Without the pairs that are as good as strangers."""
    rules = load_rules()
    return {
        pair: classes for pair, classes in agreeing.items() if band_of(classes, rules) is not Band.IGNORED
    }


def judge(
    agreeing: Agreeing, evidence: Mapping[Pair, Sequence[Against]], decided: Mapping[Pair, Decided]
) -> dict[Pair, Judged]:
    """The band of each pair. What a curator said holds before all else; a chain is broken for review."""
    judged = {
        pair: _judge(classes, evidence.get(pair, ()), decided.get(pair)) for pair, classes in agreeing.items()
    }
    confirmed = {pair for pair in judged if pair in decided and decided[pair].verdict == Verdict.SAME}
    different = {pair for pair, said in decided.items() if said.verdict == Verdict.DIFFERENT}
    links = {pair for pair, one in judged.items() if one.band is Band.AUTOMATIC}
    for pair in broken_for_review(links, confirmed, different, judged.keys()):
        one = judged[pair]
        judged[pair] = Judged(one.classes, one.weight, Band.REVIEW, (*one.against, Against.CHAIN))
    return judged


def write_judged(
    session: Session,
    existing: Mapping[Pair, StoredEdge],
    judged: Mapping[Pair, Judged],
    *,
    now: datetime,
    new_edge: Callable[[], UUID],
) -> None:
    """Write the links that changed; a link keeps its id as long as its pair agrees on anything."""
    queries.delete_edges(session, [edge.id for pair, edge in existing.items() if pair not in judged])
    changed = {}
    for pair, one in sorted(judged.items()):
        before = existing.get(pair)
        edge = StoredEdge(
            before.id if before else new_edge(),
            one.classes,
            one.weight,
            one.band.value,
            tuple(against.value for against in one.against),
        )
        if edge != before:
            changed[pair] = edge
    queries.write_edges(session, changed, now)


def _judge(classes: frozenset[str], against: Sequence[Against], said: Decided | None) -> Judged:
    rules = load_rules()
    band = band_of(classes, rules)
    if against and band is Band.AUTOMATIC:
        band = Band.REVIEW
    if said is not None:
        band = Band.AUTOMATIC if said.verdict == Verdict.SAME else Band.IGNORED
    return Judged(tuple(sorted(classes)), weight_of(classes, rules), band, tuple(against))
