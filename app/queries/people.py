"""Organizations, persons and keys; and telling the database for whom a transaction acts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.models import ApiKey, Organization, Person


def act_for(session: Session, organization_id: UUID) -> None:
    """From here to the end of the transaction, row-level security shows this organization's rows alone."""
    session.execute(
        text("SELECT set_config('clearpoint.organization', :organization, true)"),
        {"organization": str(organization_id)},
    )


def find_key(session: Session, secret_hash: bytes, *, now: datetime) -> ApiKey | None:
    """The key with this hash that is neither revoked nor expired at `now`."""
    key = session.scalars(select(ApiKey).where(ApiKey.secret_hash == secret_hash)).one_or_none()
    if key is None or key.revoked_at is not None:
        return None
    return None if key.expires_at is not None and key.expires_at <= now else key


def get_key(session: Session, key_id: UUID) -> ApiKey:
    """The key with this id, revoked or not."""
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound
    return key


def find_organization(session: Session, code: str) -> Organization | None:
    """The organization with this code."""
    return session.scalars(select(Organization).where(Organization.code == code)).one_or_none()


def get_organization(session: Session, code: str) -> Organization:
    """The organization with this code, or NotFound."""
    organization = find_organization(session, code)
    if organization is None:
        raise NotFound
    return organization


def list_organizations(session: Session) -> Sequence[Organization]:
    """All of them, by code."""
    return session.scalars(select(Organization).order_by(Organization.code)).all()


def find_person(session: Session, organization: Organization, name: str) -> Person | None:
    """The person of this name in this organization."""
    return session.scalars(
        select(Person).where(Person.organization_id == organization.id, Person.name == name)
    ).one_or_none()


def find_roles(session: Session, person: Person, *, now: datetime) -> set[str]:
    """What the person's keys that open something at `now` allow, all together."""
    keys = select(ApiKey.roles).where(
        ApiKey.person_id == person.id,
        ApiKey.revoked_at.is_(None),
        ApiKey.expires_at.is_(None) | (ApiKey.expires_at > now),
    )
    return {role for roles in session.scalars(keys) for role in roles}


def add(session: Session, row: Organization | Person | ApiKey) -> None:
    """Add one row; the constraint that it may break is checked at once, while the caller can still answer."""
    session.add(row)
    session.flush()
