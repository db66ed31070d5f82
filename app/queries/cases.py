"""Which cases an organization has, and which version of a part is alive. Loading stands in `records.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that the organization has sent before, and the version of the part that is alive, if any."""

    case_id: UUID
    digest: bytes | None


def lock_cases_of(session: Session, organization_id: UUID) -> None:
    """Let one batch of an organization change its cases at a time, so that what is known stays true until commit."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))"), {"name": str(organization_id)}
    )


def find_known_cases(
    session: Session, organization_id: UUID, tokens: Sequence[bytes], part: str
) -> dict[bytes, KnownCase]:
    """Which of these tokens the organization has sent before, with the digest of the part that is alive."""
    rows = session.execute(
        text(
            # A join, because PostgreSQL compares `= ANY` of a prepared statement with each token in turn.
            "SELECT c.case_token, c.id, p.digest FROM unnest(CAST(:tokens AS bytea[])) AS sent (case_token) "
            "JOIN cases c ON c.organization_id = :organization AND c.case_token = sent.case_token "
            "LEFT JOIN case_parts p ON p.case_id = c.id AND p.part = :part AND p.ended_at IS NULL"
        ),
        {"organization": organization_id, "tokens": list(tokens), "part": part},
    )
    return {bytes(token): KnownCase(case_id, digest) for token, case_id, digest in rows}
