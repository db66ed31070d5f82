"""The run at night: what arrived is taken in, compared, and made persons. Nobody waits for it, and no sender sees it.

The result depends on the tokens, the fields and the decisions that there are, not on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.database.sessions import Session
from app.domain.identifiers import new_id
from app.domain.linkage_graph import MERGED, SPLIT, Change, Pair
from app.domain.linkage_rules import Band
from app.models import LinkRun
from app.queries import linkage_edges, linkage_persons, linkage_tokens
from app.queries.linkage_tokens import Epochs
from app.queries.releases import join_before_the_cut
from app.services.linkage.edges import Judged, all_agreeing, judge, worth_a_look, write_judged
from app.services.linkage.evidence import find_evidence
from app.services.linkage.matching import Matched, match_cases
from app.services.linkage.persons import random_id, write_persons
from app.services.linkage.taking_in import NOTHING_TAKEN_IN, TakenIn, take_in_arrivals
from app.services.linkage.weighing import load_rules, policy_name

Random = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Linked:
    """What a run did, in counts. `is_skipped`: some tokens have other keys than those in use, and nothing was compared.

    `crowds` and `ignored` are tokens that many hold, and those too common to count; `other_keys` and `forgotten` are
    cases: whose tokens wait for a key, and whose tokens are lost with theirs.
    """

    arrived: int = 0
    changed: int = 0
    waiting: int = 0
    compared: int = 0
    automatic: int = 0
    review: int = 0
    merged: int = 0
    split: int = 0
    crowds: int = 0
    ignored: int = 0
    other_keys: int = 0
    forgotten: int = 0
    suspended: tuple[str, ...] = field(default=())
    is_skipped: bool = False


def link_cases(
    link_session: Session,
    read_session: Session,
    *,
    now: datetime,
    random: Random,
    epochs: Epochs,
    earlier: TakenIn = NOTHING_TAKEN_IN,
) -> Linked:
    """One run, in one transaction of the linkage's role; the reader's role shows it the generalized fields.

    `epochs` are the keys in use: k2 is 0 with one custodian. `earlier` is what was taken in this night already.
    """
    linkage_edges.lock_linking(link_session)
    taken = earlier.with_more(take_in_arrivals(link_session, epochs, now=now))
    other_keys = linkage_tokens.count_other_epochs(link_session, epochs)
    if other_keys:
        skipped = Linked(taken.arrived, taken.changed, taken.waiting, other_keys=other_keys, is_skipped=True)
        return _noted(link_session, skipped, now)

    fresh = linkage_tokens.find_fresh(link_session)
    matched = match_cases(link_session, read_session, fresh, whole=_must_read_all(link_session))
    judged = _write_links(link_session, read_session, matched, frozenset(fresh), now=now, random=random)
    changes = _write_persons(link_session, judged, random)
    linkage_tokens.set_linked(link_session, fresh, now)

    return _noted(link_session, _told(taken, len(fresh), matched, judged, changes), now)


def _must_read_all(session: Session) -> bool:
    """Whether pairs that were passed over, or weighed by other rules, have to be found again."""
    last = linkage_persons.find_last_run(session, that_linked=True)
    if last is None:
        return False
    return bool(last.counts.get("crowds")) or (last.policy, last.weights) != (
        policy_name(),
        load_rules().version,
    )


def _write_links(
    session: Session,
    read_session: Session,
    matched: Matched,
    fresh: frozenset[UUID],
    *,
    now: datetime,
    random: Random,
) -> Mapping[Pair, Judged]:
    existing = linkage_edges.read_edges(session)
    agreeing = worth_a_look(all_agreeing(existing, matched, fresh))
    decided = linkage_edges.read_decisions(session)
    judged = judge(agreeing, find_evidence(read_session, agreeing.keys()), decided)
    write_judged(session, existing, judged, now=now, new_edge=lambda: random_id(random))
    return judged


def _write_persons(session: Session, judged: Mapping[Pair, Judged], random: Random) -> list[Change]:
    """From the moment on that the database's clock shows, under the lock that a release's cut waits for."""
    at = join_before_the_cut(session)
    automatic = frozenset(pair for pair, one in judged.items() if one.band is Band.AUTOMATIC)
    review = frozenset(pair for pair, one in judged.items() if one.band is Band.REVIEW)
    changes = write_persons(session, Band.AUTOMATIC, automatic, at=at, random=random)
    write_persons(session, Band.REVIEW, automatic | review, at=at, random=random)
    return changes


def _told(
    taken: TakenIn, compared: int, matched: Matched, judged: Mapping[Pair, Judged], changes: list[Change]
) -> Linked:
    bands = [one.band for one in judged.values()]
    kinds = [change.kind for change in changes]
    return Linked(
        arrived=taken.arrived,
        changed=taken.changed,
        waiting=taken.waiting,
        compared=compared,
        automatic=bands.count(Band.AUTOMATIC),
        review=bands.count(Band.REVIEW),
        merged=kinds.count(MERGED),
        split=kinds.count(SPLIT),
        crowds=matched.crowds,
        ignored=matched.ignored,
        suspended=tuple(sorted(matched.suspended)),
    )


def _after_the_last(session: Session, now: datetime) -> datetime:
    """Now; after the last run also when the clock stood still or was set back, because the next goes by the last."""
    last = linkage_persons.find_last_run(session)
    return now if last is None else max(now, last.began_at + timedelta(microseconds=1))


def _noted(session: Session, done: Linked, now: datetime) -> Linked:
    linked = replace(done, forgotten=linkage_tokens.count_forgotten(session))
    counts = {
        name: count
        for name, count in asdict(linked).items()
        if isinstance(count, int) and name != "is_skipped"
    }
    run = LinkRun(
        id=new_id(now),
        began_at=_after_the_last(session, now),
        policy=policy_name(),
        weights=load_rules().version,
        suspended=list(linked.suspended),
        is_skipped=linked.is_skipped,
        counts=counts,
    )
    linkage_persons.add_run(session, run)
    return linked
