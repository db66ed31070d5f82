"""What is told of the runs: into the trail, and to the operator. Counts alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.database.sessions import Session
from app.domain.events import EventType
from app.domain.linkage_rules import Band
from app.queries import audit, linkage_edges, linkage_persons, linkage_tokens
from app.services.linkage.nightly import Linked


@dataclass(frozen=True, slots=True)
class LinkageStatus:
    """How it stands with the linkage. `last_run` is None before the first; `other_keys` kept it from comparing.

    `forgotten` are cases that have to be sent again, because the keys of their tokens are lost.
    """

    cases: int
    waiting: int
    links: dict[str, int]
    persons: dict[str, int]
    last_run: datetime | None
    was_skipped: bool
    other_keys: int
    forgotten: int
    ignored: int
    suspended: tuple[str, ...]


def record_run(session: Session, linked: Linked, *, now: datetime) -> None:
    """The run into the trail, before what it did holds."""
    facts = {
        "compared": linked.compared,
        "automatic": linked.automatic,
        "review": linked.review,
        "skipped": linked.is_skipped,
        "forgotten": linked.forgotten,
    }
    audit.record(session, None, EventType.CASES_LINKED, now=now, facts=facts)


def linkage_status(session: Session) -> LinkageStatus:
    """How many cases, links and persons there are, and how the last run ended."""
    last = linkage_persons.find_last_run(session)
    return LinkageStatus(
        cases=linkage_tokens.count_token_sets(session),
        waiting=linkage_tokens.count_arrivals(session),
        links=linkage_edges.count_edges(session),
        persons={
            band.value: linkage_persons.count_persons(session, band.value)
            for band in (Band.AUTOMATIC, Band.REVIEW)
        },
        last_run=last.began_at if last else None,
        was_skipped=bool(last and last.is_skipped),
        other_keys=last.counts.get("other_keys", 0) if last else 0,
        forgotten=linkage_tokens.count_forgotten(session),
        ignored=last.counts.get("ignored", 0) if last else 0,
        suspended=tuple(last.suspended) if last else (),
    )
