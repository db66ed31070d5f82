"""Which cases an organization has, and which version of a part is alive; and taking all parts of a case away.

Loading stands in `records.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.linkage_tokens import delete_tokens
from app.queries.records import CASE_SHEET


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case that the organization has sent before, and the version of the part that is alive, if any.

    `is_withdrawn`: its organization took it back, and it is not taken in again. `has_sheet`: its case sheet is alive.
    `is_withheld`: that came without consent, and nothing more may be kept of the case.
    """

    case_id: UUID
    part_id: UUID | None
    digest: bytes | None
    is_withdrawn: bool
    has_sheet: bool
    is_withheld: bool


def lock_cases_of(session: Session, organization_id: UUID) -> None:
    """Let one batch of an organization change its cases at a time, so that what is known stays true until commit."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))"), {"name": str(organization_id)}
    )


_KNOWN = (
    "FROM unnest(CAST(:tokens AS bytea[])) AS sent (case_token) "
    "CROSS JOIN LATERAL (SELECT id, withdrawn_at FROM cases "
    "WHERE organization_id = :organization AND case_token = sent.case_token LIMIT 1) AS known "
    "LEFT JOIN LATERAL (SELECT id, digest FROM case_parts "
    "WHERE case_id = known.id AND part = :part AND ended_at IS NULL LIMIT 1) AS alive ON true "
)
"""One look into each index for each token. LIMIT keeps the planner from turning the order round: while a batch comes
in it may believe that the tables are empty, and then it would read all cases, each beside all tokens."""
_WHAT_IS_KNOWN = "SELECT sent.case_token, known.id, alive.id, alive.digest, known.withdrawn_at IS NOT NULL"
FIND_KNOWN_CASES = text(f"{_WHAT_IS_KNOWN}, alive.id IS NOT NULL, false {_KNOWN}")
FIND_CASES_OF_A_MODULE = text(
    f"{_WHAT_IS_KNOWN}, sheet.id IS NOT NULL, full_record.part_id IS NULL {_KNOWN}"
    "LEFT JOIN LATERAL (SELECT id FROM case_parts "
    f"WHERE case_id = known.id AND part = '{CASE_SHEET}' AND ended_at IS NULL LIMIT 1) AS sheet ON true "
    "LEFT JOIN LATERAL (SELECT part_id FROM identifications "
    "WHERE part_id = sheet.id LIMIT 1) AS full_record ON true"
)
"""A case sheet without consent has left no identification behind."""


def find_known_cases(
    session: Session, organization_id: UUID, tokens: Sequence[bytes]
) -> dict[bytes, KnownCase]:
    """Which of these tokens the organization has sent before, with the case sheet that is alive."""
    asked = {"organization": organization_id, "tokens": list(tokens), "part": CASE_SHEET}
    return {bytes(token): KnownCase(*known) for token, *known in session.execute(FIND_KNOWN_CASES, asked)}


def find_cases_of_a_module(
    session: Session, organization_id: UUID, tokens: Sequence[bytes], module: str
) -> dict[bytes, KnownCase]:
    """Which of these tokens the organization has sent before, with the version of the module that is alive."""
    asked = {"organization": organization_id, "tokens": list(tokens), "part": module}
    found = session.execute(FIND_CASES_OF_A_MODULE, asked)
    return {bytes(token): KnownCase(*known) for token, *known in found}


def delete_parts_of(session: Session, case_ids: Sequence[UUID]) -> None:
    """Take away everything that was ever known of these cases, but that they exist: all versions of all parts, and
    the tokens by which their persons are recognized.

    The records of a part go with it, and links with the tokens, by the rule of their foreign keys.
    """
    delete_tokens(session, case_ids)
    # Two statements, one an index: which versions are alive, and which have ended.
    for life in ("IS NULL", "IS NOT NULL"):
        session.execute(
            text(f"DELETE FROM case_parts WHERE case_id = ANY(CAST(:cases AS uuid[])) AND ended_at {life}"),
            {"cases": list(case_ids)},
        )
