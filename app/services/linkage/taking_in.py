"""What arrived becomes what is compared. Tokens without the trustee's key get it here, blinded, or wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.database.sessions import Session
from app.queries import linkage_tokens as queries
from app.queries.linkage_tokens import Epochs
from app.services.linkage.weighing import slot_classes

AT_A_TIME = 500
"""Cases whose tokens are completed in one go: 16,000 elements."""

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


def complete_some(session: Session, epochs: Epochs, complete: Complete) -> int:
    """Put the trustee's key into the oldest arrivals that lack it alone, as many as go at a time. Returns how many.

    Call it until it returns 0, each time in a transaction of its own, because a case that is taken back meanwhile
    waits for it. 0 too when the trustee is away.
    """
    incomplete = queries.find_incomplete(session, epochs, AT_A_TIME) if epochs.k2 else []
    if not incomplete:
        return 0
    try:
        elements = complete([element for one in incomplete for element in one.tokens])
    except TrusteeAway:
        return 0
    _keep(session, incomplete, elements, epochs)
    return len(incomplete)


def take_in_arrivals(session: Session, epochs: Epochs, *, now: datetime) -> TakenIn:
    """Make token sets of all arrivals under the keys in use; of a case the latest counts.

    An arrival under other keys waits, or without the trustee's; meanwhile the case keeps the set that it has.
    """
    arrived, changed = queries.take_in(session, epochs, now)
    return TakenIn(arrived, changed, queries.count_arrivals(session))


def _keep(
    session: Session, incomplete: Sequence[queries.Incomplete], elements: Sequence[bytes], epochs: Epochs
) -> None:
    slots = len(slot_classes())
    completed = [
        (one.arrival_no, elements[at * slots : (at + 1) * slots]) for at, one in enumerate(incomplete)
    ]
    queries.complete_arrivals(session, completed, epochs.k2)
