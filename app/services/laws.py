"""The provisions that batches may rest on: "only information collected in accordance with national legislation"
(Zagreb Declaration, 27 November 2001)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.database.sessions import Session
from app.domain.errors import WrongInput
from app.domain.events import EventType
from app.models import Law
from app.queries import audit
from app.queries import laws as queries


def add_law(
    session: Session, code: str, *, title: str, country: str, keeps_years: int | None, now: datetime
) -> None:
    """Put a provision on the list of those that batches may rest on. For the operator."""
    queries.add_law(
        session, Law(code=code, title=title, country=country, keeps_years=keeps_years, added_at=now)
    )

    audit.record(session, None, EventType.LAW_ADDED, now=now, facts={"law": code})


def list_laws(session: Session) -> Sequence[Law]:
    """The provisions that batches may rest on."""
    return queries.list_laws(session)


def check_law(session: Session, code: str | None) -> None:
    """Raise WrongInput unless the provision is on the list. None is a batch that rests on consent."""
    if code is not None and not queries.is_known_law(session, code):
        raise WrongInput(
            "The provision in `law` is not on the clearing point's list. Ask whoever runs it to add the provision."
        )
