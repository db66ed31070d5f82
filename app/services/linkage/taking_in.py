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


def take_in_arrivals(
    session: Session, epochs: Epochs, *, now: datetime, complete: Complete | None = None
) -> TakenIn:
    """Make token sets of all arrivals under the keys in use; of a case the latest counts.

    With `epochs.k2` those that came without the trustee's key are completed first, by `complete`. An arrival under
    other keys waits, and so does one that nobody completes; meanwhile the case keeps the set that it has.
    """
    if epochs.k2 and complete:
        _complete_all(session, epochs, complete)
    arrived, changed = queries.take_in(session, epochs, now)
    return TakenIn(arrived, changed, queries.count_arrivals(session))


def _complete_all(session: Session, epochs: Epochs, complete: Complete) -> None:
    try:
        while incomplete := queries.find_incomplete(session, epochs, AT_A_TIME):
            elements = complete([element for one in incomplete for element in one.tokens])
            _keep(session, incomplete, elements, epochs)
    except TrusteeAway:
        return  # what is completed is; the others are counted as waiting


def _keep(
    session: Session, incomplete: Sequence[queries.Incomplete], elements: Sequence[bytes], epochs: Epochs
) -> None:
    slots = len(slot_classes())
    completed = [
        (one.arrival_no, elements[at * slots : (at + 1) * slots]) for at, one in enumerate(incomplete)
    ]
    queries.complete_arrivals(session, completed, epochs.k2)
