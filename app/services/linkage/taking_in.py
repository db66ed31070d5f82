"""What arrived becomes what is compared. Tokens without the trustee's key get it here, blinded, or wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from anonymizer.linking.calling import CASES_TOGETHER
from app.database.sessions import Session
from app.queries import linkage_tokens as queries
from app.queries.linkage_tokens import Epochs, Incomplete, Kept
from app.services.linkage.weighing import slot_classes

AT_A_TIME = CASES_TOGETHER
"""Cases whose tokens are completed in one go: one call to the trustee, so that what it answered is kept."""

Complete = Callable[[Sequence[bytes]], Sequence[bytes]]
"""Elements with the trustee's key in them, for elements without it, in the same order. It blinds them, asks the
trustee and checks the proof; it raises `TrusteeAway` when nobody answers."""


class TrusteeAway(Exception):
    """The trustee does not answer, or the quota is used up. What lacks its key waits for the next run."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """How many arrivals were taken in, how many token sets they made or changed, and how many still wait."""

    arrived: int
    changed: int
    waiting: int

    def with_more(self, later: TakenIn) -> TakenIn:
        """Both together; what waits is what waits now."""
        return TakenIn(self.arrived + later.arrived, self.changed + later.changed, later.waiting)


NOTHING_TAKEN_IN = TakenIn(0, 0, 0)


def complete_some(session: Session, epochs: Epochs, complete: Complete) -> int:
    """Put the trustee's key into the oldest tokens that lack it alone, as many as go at a time. Returns how many.

    First into those that arrived, then into sets of the time before there was a trustee. Call it until it returns 0,
    each time in a transaction of its own, because a case that is taken back meanwhile waits for it. 0 too when the
    trustee is away.
    """
    if not epochs.k2:
        return 0
    for kept in Kept:
        if incomplete := queries.find_incomplete(session, kept, epochs, AT_A_TIME):
            return _complete(session, kept, incomplete, epochs, complete)
    return 0


def take_in_arrivals(session: Session, epochs: Epochs, *, now: datetime) -> TakenIn:
    """Make token sets of all arrivals under the keys in use; of a case the latest counts.

    An arrival under other keys waits, or without the trustee's; meanwhile the case keeps the set that it has. When it
    can be taken in at last, and a later one was before, it is forgotten.
    """
    arrived, changed = queries.take_in(session, epochs, now)
    return TakenIn(arrived, changed, queries.count_arrivals(session))


def _complete(
    session: Session, kept: Kept, incomplete: Sequence[Incomplete], epochs: Epochs, complete: Complete
) -> int:
    try:
        elements = complete([element for one in incomplete for element in one.tokens])
    except TrusteeAway:
        return 0
    slots = len(slot_classes())
    completed = [(one.key, elements[at * slots : (at + 1) * slots]) for at, one in enumerate(incomplete)]
    queries.complete(session, kept, completed, epochs.k2)
    return len(completed)
