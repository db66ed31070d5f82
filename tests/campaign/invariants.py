"""What must hold in the database after whatever was sent: nothing half, nothing waiting, nothing that no answer names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import psycopg
from psycopg import sql

NONE_OF_THESE: Mapping[str, str] = {
    "batches that still wait": "SELECT count(*) FROM case_batches WHERE status = 'PENDING'",
    "staged rows that were left": "SELECT count(*) FROM staged_rows",
    "jobs that were left or failed": "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'succeeded'",
    "stored batches without a receipt": (
        "SELECT count(*) FROM case_batches WHERE status = 'STORED' AND (answer->>'receipt') IS NULL"
    ),
    "batches whose answer is not how they ended": (
        "SELECT count(*) FROM case_batches WHERE (status = 'STORED') <> (answer->>'status' IN ('OK', 'WARNING'))"
    ),
    "refused batches with parts": (
        "SELECT count(*) FROM case_parts JOIN case_batches ON case_batches.id = batch_id WHERE status <> 'STORED'"
    ),
    # Fewer may be left: of a case that comes without consent, all that was known is deleted.
    "batches with more case sheets than their answer counts": (
        "SELECT count(*) FROM case_batches WHERE status = 'STORED' AND "
        "(answer->'stats'->>'created')::int + (answer->'stats'->>'updated')::int < "
        "(SELECT count(*) FROM case_parts WHERE batch_id = case_batches.id AND part = 'case_sheet')"
    ),
    "cases without a part": (
        "SELECT count(*) FROM cases WHERE NOT EXISTS (SELECT FROM case_parts WHERE case_id = cases.id)"
    ),
    "parts of two organizations": (
        "SELECT count(*) FROM case_parts JOIN cases ON cases.id = case_id "
        "JOIN case_batches ON case_batches.id = batch_id WHERE case_parts.organization_id <> cases.organization_id "
        "OR case_parts.organization_id <> case_batches.organization_id"
    ),
    "stored batches that the trail does not name": (
        "SELECT count(*) FROM case_batches WHERE NOT EXISTS (SELECT FROM audit_events WHERE subject_id = "
        "case_batches.id AND event = 'batch:received')"
    ),
}
"""What there must be none of, and the query that counts it."""


def broken_invariants(connection: psycopg.Connection) -> list[str]:
    """A sentence for each that does not hold. The connection sees the rows of all organizations."""
    counts = {what: _count(connection, query) for what, query in NONE_OF_THESE.items()}
    counts["parts without a record"] = _count(connection, _parts_without_record(connection))
    return [f"{count} {what}" for what, count in counts.items() if count]


def stored_case_sheets(connection: psycopg.Connection, organization: str) -> int:
    """How many case sheets of an organization are alive."""
    query = (
        "SELECT count(*) FROM case_parts JOIN organizations ON organizations.id = organization_id "
        "WHERE code = %s AND part = 'case_sheet' AND ended_at IS NULL"
    )
    return cast(tuple[int], connection.execute(query, (organization,)).fetchone())[0]


def _count(connection: psycopg.Connection, query: str | sql.Composed) -> int:
    row = connection.execute(query.encode() if isinstance(query, str) else query).fetchone()
    return cast(tuple[int], row)[0]


def _parts_without_record(connection: psycopg.Connection) -> sql.Composed:
    found = connection.execute(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'part_id' "
        "AND table_schema = 'public'"
    )
    records = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT part_id FROM {}").format(sql.Identifier(table)) for (table,) in found.fetchall()
    )
    return sql.SQL("SELECT count(*) FROM case_parts WHERE id NOT IN ({})").format(records)
