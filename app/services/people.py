"""Who may come in: registering organizations and persons, issuing and revoking keys, and knowing a key again.

The operator at the machine does these from the command line; the trail says so with an event that names nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database.sessions import Session
from app.domain.actors import Actor, Affiliation, LegalBasis, Role
from app.domain.errors import NotAuthenticated, StateDoesNotAllow
from app.domain.events import EventType
from app.domain.identifiers import new_id
from app.key_store import KeyStore
from app.models import ApiKey, Organization, Person
from app.queries import audit
from app.queries import people as queries

KEY_PREFIX = "cp_"
"""Lets a person, and a scanner of leaked secrets, see what it is."""
KEY_BYTES = 32
OF_THE_DESK = frozenset({Role.CURATOR, Role.CHECKER, Role.KEEPER, Role.AUDITOR})
"""Roles that see what came of cases of other organizations."""
SENDER_AT_THE_DESK = (
    "One person may not send cases and also be curator, checker, keeper or auditor: with invented cases that person "
    "could find out who is known elsewhere. Give the roles to two persons, or revoke the other key first."
)


@dataclass(frozen=True, slots=True)
class NewOrganization:
    """What is written down when an organization is registered."""

    code: str
    name: str
    kind: str
    countries: tuple[str, ...]
    legal_basis: LegalBasis = LegalBasis.CONSENT
    law: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """Both keys that a laptop needs, shown once: the one that opens the door, and the one that hides case numbers."""

    key: str
    case_key: bytes


def register_organization(session: Session, new: NewOrganization, *, now: datetime) -> UUID:
    """Register an organization under a code of its own. A code that is taken is refused."""
    if queries.find_organization(session, new.code) is not None:
        raise StateDoesNotAllow("An organization with this code is registered already. Choose another code.")

    organization = Organization(
        id=new_id(now),
        code=new.code,
        name=new.name,
        kind=new.kind,
        countries=list(new.countries),
        legal_basis=new.legal_basis.value,
        law=new.law,
        registered_at=now,
    )

    queries.add(session, organization)

    audit.record(session, None, EventType.ORGANIZATION_REGISTERED, now=now, subject_id=organization.id)
    return organization.id


def issue_key(
    session: Session,
    organization_code: str,
    *,
    key_store: KeyStore,
    person_name: str,
    roles: frozenset[Role],
    now: datetime,
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Make a key for a person of an organization, registering the person when new. Returned once, stored hashed.

    The organization gets its case key with its first API key. Raises StateDoesNotAllow when the person would be a
    sender and of the desk.
    """
    organization = queries.get_organization(session, organization_code)

    person = queries.find_person(session, organization, person_name)
    held = queries.find_roles(session, person, now=now) if person else set()
    if Role.SENDER in roles | held and not OF_THE_DESK.isdisjoint(roles | held):
        raise StateDoesNotAllow(SENDER_AT_THE_DESK)

    if person is None:
        person = _register_person(session, organization, person_name, now)
    key = KEY_PREFIX + secrets.token_urlsafe(KEY_BYTES)
    row = ApiKey(
        id=new_id(now),
        person_id=person.id,
        secret_hash=_hash(key),
        roles=sorted(role.value for role in roles),
        issued_at=now,
        expires_at=expires_at,
    )

    queries.add(session, row)

    audit.record(session, None, EventType.KEY_ISSUED, now=now, subject_id=row.id, facts={"roles": row.roles})
    return IssuedKey(key, key_store.make_case_key(organization.id))


def revoke_key(session: Session, key: str, *, now: datetime) -> None:
    """End a key at once. A key that is not known, or revoked already, is told apart from nothing."""
    row = queries.find_key(session, _hash(key), now=now)
    if row is None:
        raise StateDoesNotAllow("This key opens nothing. It may have been revoked already.")

    row.revoked_at = now

    audit.record(session, None, EventType.KEY_REVOKED, now=now, subject_id=row.id)


def identify(session: Session, key: str, *, now: datetime) -> Actor:
    """The actor behind a key; from here on the transaction sees that organization's cases alone.

    Looking up the hash takes no longer for a near miss than for a far one, because hashes have nothing near.
    """
    row = queries.find_key(session, _hash(key), now=now)
    if row is None:
        raise NotAuthenticated
    return _act(session, row)


def act_again(session: Session, key_id: UUID) -> Actor:
    """The actor of a key that opened the door in an earlier transaction, for what came in then.

    Whether the key has been revoked since changes nothing about a batch that was taken in before.
    """
    return _act(session, queries.get_key(session, key_id))


def read_own_organization(session: Session, actor: Actor, *, now: datetime) -> Affiliation:
    """What the actor's key stands for. Everybody with a key may know their own."""
    audit.record(session, actor, EventType.ORGANIZATION_READ, now=now, subject_id=actor.organization.id)
    return actor.organization


def list_organizations(session: Session) -> list[Affiliation]:
    """All organizations, for the operator."""
    return [_affiliation(organization) for organization in queries.list_organizations(session)]


def _register_person(session: Session, organization: Organization, name: str, now: datetime) -> Person:
    person = Person(id=new_id(now), organization_id=organization.id, name=name, registered_at=now)
    queries.add(session, person)
    audit.record(session, None, EventType.PERSON_REGISTERED, now=now, subject_id=person.id)
    return person


def _act(session: Session, key: ApiKey) -> Actor:
    organization = key.person.organization
    queries.act_for(session, organization.id)
    return Actor(
        person_id=key.person_id,
        key_id=key.id,
        organization=_affiliation(organization),
        roles=frozenset(Role(role) for role in key.roles),
    )


def _affiliation(organization: Organization) -> Affiliation:
    return Affiliation(
        id=organization.id,
        code=organization.code,
        kind=organization.kind,
        countries=tuple(organization.countries),
        legal_basis=LegalBasis(organization.legal_basis),
        law=organization.law,
    )


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
