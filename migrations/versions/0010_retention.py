"""How long what is kept

Why: weeks of finished years become quarters, and cases whose time is over become protected counts.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("laws", "finished_years", "retired_counts")
ADDED_AT = datetime(2026, 11, 21, tzinfo=UTC)
"""When this list was begun: the step writes the same on every machine."""
FIRST_LAWS = (
    (
        "ZAGREB-2001",
        "Zagreb Declaration, 27 November 2001: information collected in accordance with national legislation",
    ),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    laws = op.create_table(
        "laws",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("country", sa.String(40), nullable=False),
        sa.Column("keeps_years", sa.SmallInteger),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_laws"),
    )
    op.create_table(
        "finished_years",
        sa.Column("year", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_finished_years"),
    )
    op.create_table(
        "retired_counts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canonical_json", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retired_counts"),
    )
    op.bulk_insert(
        laws,
        [
            {"code": code, "title": title, "country": "ZZ", "keeps_years": None, "added_at": ADDED_AT}
            for code, title in FIRST_LAWS
        ],
    )
    for table in TABLES:
        op.execute(f"GRANT SELECT ON {table} TO clearpoint_app, clearpoint_reader")
    op.execute("GRANT INSERT, UPDATE ON laws, finished_years TO clearpoint_app")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
