"""Batches that wait, and the queue of jobs that store them

Why: a million rows are not stored while a sender waits for the answer; only what is cleared may wait.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

from migrations.row_security import keep_to_own_organization

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

QUEUE_VERSION = "3.10.0"
"""The release of procrastinate whose schema this step makes. A newer one brings steps of its own, which then
belong into a step here; a test holds this to what is installed."""
QUEUE_TABLES = (
    "procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers"
)
QUEUE_SEQUENCES = (
    "procrastinate_jobs_id_seq",
    "procrastinate_events_id_seq",
    "procrastinate_periodic_defers_id_seq",
    "procrastinate_workers_id_seq",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Every batch so far was stored before it was answered.
    op.add_column("case_batches", sa.Column("status", sa.String(40), nullable=False, server_default="STORED"))
    op.alter_column("case_batches", "status", server_default=None)
    op.execute("GRANT UPDATE (status) ON case_batches TO clearpoint_app")
    op.create_index(
        "ix_case_batches_pending",
        "case_batches",
        ["organization_id"],
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    make_staging()
    make_queue()


def make_staging() -> None:
    op.create_table(
        "staged_rows",
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("sheet", sa.String(40), nullable=False),
        sa.Column("row_numbers", postgresql.ARRAY(sa.Integer), nullable=False),
        sa.Column("cleared", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "ordinal", name="pk_staged_rows"),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batches.id"], name="fk_staged_rows_batch_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_staged_rows_organization_id"
        ),
    )
    # It is read once, soon: to compress it would take longer than to write it.
    op.execute("ALTER TABLE staged_rows ALTER COLUMN cleared SET STORAGE EXTERNAL")
    keep_to_own_organization("staged_rows")
    # Nobody counts what is not stored yet.
    op.execute("DROP POLICY counting ON staged_rows")
    op.execute("REVOKE ALL ON staged_rows FROM clearpoint_reader")
    op.execute("GRANT SELECT, INSERT, DELETE ON staged_rows TO clearpoint_app")


def make_queue() -> None:
    # Its statements hold percent signs, which the driver would take for places of parameters.
    op.get_bind().exec_driver_sql(SchemaManager.get_schema(), execution_options={"no_parameters": True})
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {QUEUE_TABLES} TO clearpoint_app")
    op.execute(f"GRANT USAGE ON SEQUENCE {', '.join(QUEUE_SEQUENCES)} TO clearpoint_app")


def downgrade() -> None:
    op.execute(f"DROP TABLE {QUEUE_TABLES} CASCADE")
    op.execute(
        "DO $$ DECLARE made regprocedure; BEGIN FOR made IN SELECT oid::regprocedure FROM pg_proc "
        "WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = 'public'::regnamespace "
        "LOOP EXECUTE 'DROP FUNCTION ' || made; END LOOP; END $$"
    )
    for name in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"DROP TYPE procrastinate_{name}")
    op.drop_table("staged_rows")
    op.drop_index("ix_case_batches_pending", "case_batches")
    op.drop_column("case_batches", "status")
