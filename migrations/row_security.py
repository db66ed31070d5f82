"""The one rule of who sees which rows, for the migrations that make tables with cases in them."""

from __future__ import annotations

from alembic import op


def keep_to_own_organization(table: str) -> None:
    """The server's role sees the rows of the organization it acts for; the reader sees all and changes nothing."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    # The sub-select is evaluated once a statement, not once a row.
    op.execute(
        f"CREATE POLICY own_organization ON {table} TO clearpoint_app USING "
        "(organization_id = (SELECT nullif(current_setting('clearpoint.organization', true), '')::uuid))"
    )
    op.execute(f"CREATE POLICY counting ON {table} FOR SELECT TO clearpoint_reader USING (true)")
    op.execute(f"GRANT SELECT ON {table} TO clearpoint_reader")
