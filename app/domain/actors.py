"""Who acts: a person, in roles, for an organization. Made from an API key; never from what a body says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person may be trusted with. A person may have several; two persons are needed for a release."""

    SENDER = "sender"
    RESEARCHER = "researcher"
    AUTHORIZED_BODY = "authorized_body"
    CURATOR = "curator"
    CHECKER = "checker"
    KEEPER = "keeper"
    AUDITOR = "auditor"


class LegalBasis(StrEnum):
    """On what an organization sends its cases (CL_LEGALBASIS)."""

    CONSENT = "CONSENT"
    LAW = "LAW"
    ARCHIVE = "ARCHIVE"


@dataclass(frozen=True, slots=True)
class Affiliation:
    """The organization that an actor acts for, as far as decisions need it."""

    id: UUID
    code: str
    kind: str
    countries: tuple[str, ...]
    """Where it is registered; the first is the default reporting country."""
    legal_basis: LegalBasis
    law: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """One person with one key. `roles` are the key's, which are never more than the person's."""

    person_id: UUID
    key_id: UUID
    organization: Affiliation
    roles: frozenset[Role]
