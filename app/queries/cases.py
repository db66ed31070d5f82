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
    part_id: UUID | None
    digest: bytes | None


def lock_cases_of(session: Session, organization_id: UUID) -> None:
    """Let one batch of an organization change its cases at a time, so that what is known stays true until commit."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))"), {"name": str(organization_id)}
    )


FIND_KNOWN_CASES = text(
    "SELECT sent.case_token, known.id, alive.id, alive.digest "
    "FROM unnest(CAST(:tokens AS bytea[])) AS sent (case_token) "
    "CROSS JOIN LATERAL (SELECT id FROM cases "
    "WHERE organization_id = :organization AND case_token = sent.case_token LIMIT 1) AS known "
    "LEFT JOIN LATERAL (SELECT id, digest FROM case_parts "
    "WHERE case_id = known.id AND part = :part AND ended_at IS NULL LIMIT 1) AS alive ON true"
)
"""One look into each index for each token. LIMIT keeps the planner from turning the order round: while a batch comes
in it may believe that the tables are empty, and then it would read all cases, each beside all tokens."""


def find_known_cases(
    session: Session, organization_id: UUID, tokens: Sequence[bytes], part: str
) -> dict[bytes, KnownCase]:
    """Which of these tokens the organization has sent before, with the version of the part that is alive."""
    asked = {"organization": organization_id, "tokens": list(tokens), "part": part}
    return {bytes(token): KnownCase(*known) for token, *known in session.execute(FIND_KNOWN_CASES, asked)}
