"""Tasks of erasure at night: of a case that is gone nobody has to decide, and of a settled one nobody has to know which
case it was."""

from __future__ import annotations

from datetime import datetime

from app.database.sessions import Session
from app.queries import linkage_tasks as queries

ERASED = "erased"
"""What a keeper would have said: the case is gone, and is refused when it is sent again."""


def forget_settled_tasks(session: Session, read_session: Session, *, now: datetime) -> None:
    """Settle the tasks of cases that are gone, and take the case out of those that are settled."""
    asked = queries.find_asked_cases(session)
    gone = set(asked) - queries.find_standing(read_session, asked)
    queries.settle_tasks(session, gone, outcome=ERASED, at=now)
    queries.forget_cases_of_settled(session)
