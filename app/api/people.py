"""Who am I: what the laptop needs to know of its organization before it clears."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.edge.calls import CallTime, CurrentActor, WriteSession
from app.services import people

router = APIRouter(prefix="/api/v1", tags=["people"])


@router.get("/me")
def get_me(actor: CurrentActor, session: WriteSession, now: CallTime) -> dict[str, Any]:
    """The organization and the roles behind the key. A read that writes: the trail keeps who asked."""
    organization = people.read_own_organization(session, actor, now=now)
    return {
        "organization": organization.code,
        "kind": organization.kind,
        "countries": list(organization.countries),
        "default_country": organization.countries[0],
        "legal_basis": organization.legal_basis.value,
        "law": organization.law,
        "roles": sorted(role.value for role in actor.roles),
    }
