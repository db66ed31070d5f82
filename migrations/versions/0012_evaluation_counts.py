"""Evaluation counts

Why: who may ask for evaluations without end may try every name of a register. One row an organization has a day's count.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.row_security import keep_to_own_organization

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = "evaluation_counts"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        TABLE,
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("elements", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name="pk_evaluation_counts"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_evaluation_counts_organization_id"
        ),
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {TABLE} TO clearpoint_app")
    keep_to_own_organization(TABLE)


def downgrade() -> None:
    op.drop_table(TABLE)
