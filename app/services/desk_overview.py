"""What waits for a person at the desk: links to judge and erasures to settle, each counted for its role alone."""

from __future__ import annotations

from dataclasses import dataclass

from app.database.sessions import Session
from app.domain.actors import Actor
from app.domain.errors import NotAllowed
from app.domain.linkage_rules import Band
from app.domain.permissions import can_read_link, can_settle_erasure
from app.queries import linkage_edges
from app.queries import person_withdrawals as withdrawals

MOST_COUNTED = 200
"""Links: as many as the list of them shows."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many of each wait; None for what the person may not see."""

    links: int | None
    erasures: int | None

    @property
    def is_more(self) -> bool:
        """Whether more links wait than are counted."""
        return self.links == MOST_COUNTED


def see_what_waits(linking: Session, actor: Actor) -> Waiting:
    """Counts alone, of which nothing is written down. NotAllowed for whom nothing can wait here."""
    if not (can_read_link(actor) or can_settle_erasure(actor)):
        raise NotAllowed("The desk is for curators, who judge links, and keepers, who settle erasures.")

    return Waiting(
        links=_count_links(linking) if can_read_link(actor) else None,
        erasures=len(withdrawals.list_tasks(linking)) if can_settle_erasure(actor) else None,
    )


def _count_links(linking: Session) -> int:
    listed = linkage_edges.list_edges(linking, Band.REVIEW.value, MOST_COUNTED)
    return sum(one.decided is None for one in listed)
