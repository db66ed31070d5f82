"""Annual forms: which version of each is alive, and ending those that are replaced. Loading stands in `records.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import NrmProfile, ShelterCapacity

FormModel = type[ShelterCapacity] | type[NrmProfile]
FORMS: Mapping[str, FormModel] = {"shelter_capacity": ShelterCapacity, "nrm_profile": NrmProfile}
"""Where each form stands."""
About = tuple[str, str]
"""What a form is about: its country and its year."""


@dataclass(frozen=True, slots=True)
class AliveForm:
    """The version of a form that is alive."""

    id: UUID
    digest: bytes


def find_alive_forms(session: Session, model: FormModel, organization_id: UUID) -> dict[About, AliveForm]:
    """The forms of an organization, by country and year. There are few: one a country and year."""
    found = session.execute(
        select(model.country, model.year, model.id, model.digest).where(
            model.organization_id == organization_id, model.ended_at.is_(None)
        )
    )
    return {(country, str(year)): AliveForm(form_id, digest) for country, year, form_id, digest in found}


def end_forms(session: Session, model: FormModel, form_ids: Sequence[UUID], *, at: datetime) -> None:
    """End the versions that are replaced."""
    session.execute(update(model).where(model.id.in_(form_ids)).values(ended_at=at))
