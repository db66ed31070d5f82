"""Who owes what and who is late: for an organization its own, for the desk all."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.edge.calls import CallTime, CountingSession, CurrentActor, WriteSession
from app.services import coverage

router = APIRouter(prefix="/api/v1", tags=["coverage"])

FIRST_YEAR, LAST_YEAR = 1995, 2100
Year = Annotated[int, Query(ge=FIRST_YEAR, le=LAST_YEAR)]
SHEET_PATTERN = r"^[a-z_]{1,40}$"


@router.get("/obligations")
def get_obligations(actor: CurrentActor, session: WriteSession, now: CallTime, year: Year) -> dict[str, Any]:
    """What your organization owes for a year, what came of it, and how complete it is."""
    return coverage.own_coverage(session, actor, year=year, now=now)


@router.post("/obligations/{year}/{sheet}/nothing")
def post_nothing(
    year: Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)],
    sheet: Annotated[str, Path(pattern=SHEET_PATTERN)],
    actor: CurrentActor,
    session: WriteSession,
    now: CallTime,
) -> dict[str, Any]:
    """Say that there is nothing to send for this year: nobody then waits for it. Answers what is owed now."""
    coverage.say_nothing_to_send(session, actor, year=year, sheet=sheet, now=now)
    return coverage.own_coverage(session, actor, year=year, now=now)


@router.get("/coverage")
def get_coverage(
    actor: CurrentActor, session: WriteSession, counting: CountingSession, now: CallTime, year: Year
) -> dict[str, Any]:
    """Every organization's, for the desk: who is late, and how complete the records are."""
    return coverage.coverage(session, counting, actor, year=year, now=now)
