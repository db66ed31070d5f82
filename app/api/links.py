"""Which cases may be of one person, for curators: what agrees, generalized fields, and a decision."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body

from app.domain.linkage_rules import Band, Reason, Verdict
from app.edge.calls import CallTime, CountingSession, CurrentActor, LinkingSession, WriteSession
from app.services.linkage import desk
from app.services.linkage.desk import FieldView, LinkView

router = APIRouter(prefix="/api/v1/links", tags=["links"])


@router.get("")
def get_links(
    actor: CurrentActor,
    session: WriteSession,
    linking: LinkingSession,
    counting: CountingSession,
    now: CallTime,
    band: Band = Band.REVIEW,
) -> dict[str, Any]:
    """Links of one band, those of which nobody decided anything first (curators)."""
    links = desk.list_links(session, linking, counting, actor, band=band, now=now)
    return {"links": [_shape(link) for link in links]}


@router.get("/{link_id}")
def get_link(
    link_id: UUID,
    actor: CurrentActor,
    session: WriteSession,
    linking: LinkingSession,
    counting: CountingSession,
    now: CallTime,
) -> dict[str, Any]:
    """One link (curators)."""
    return _shape(desk.show_link(session, linking, counting, actor, link_id, now=now))


@router.post("/{link_id}/decide")
def post_decision(
    link_id: UUID,
    actor: CurrentActor,
    session: WriteSession,
    linking: LinkingSession,
    now: CallTime,
    verdict: Annotated[Verdict, Body(embed=True)],
    reason: Annotated[Reason, Body(embed=True)],
) -> dict[str, Any]:
    """Say whether two cases are of one person, and why. It holds from the next run on (curators)."""
    desk.decide_link(session, linking, actor, link_id, verdict=verdict, reason=reason, now=now)
    return {"id": str(link_id), "verdict": verdict.value, "reason": reason.value}


def _shape(link: LinkView) -> dict[str, Any]:
    decided = link.decided
    return {
        "id": str(link.id),
        "band": link.band.value,
        "weight": link.weight,
        "explanation": link.explanation,
        "classes": [{"id": name, "words": words} for name, words in link.classes],
        "against": [{"code": code, "words": words} for code, words in link.against],
        "cases": [_fields(case) for case in link.cases],
        "found_at": link.found_at.isoformat(),
        "decided": decided
        and {
            "verdict": decided.verdict,
            "reason": decided.reason,
            "decided_at": decided.decided_at.isoformat(),
        },
    }


def _fields(case: tuple[FieldView, ...]) -> dict[str, str]:
    return {field.name: field.code for field in case}
