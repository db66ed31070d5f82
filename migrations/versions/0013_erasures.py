"""Which lines of the ledger of erasures were followed

Why: a restored database has to erase again what was erased since; transactions commit in any order, hence ranges.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "erasures",
        sa.Column("first_line", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("last_line", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("first_line", "last_line", name="pk_erasures"),
        sa.CheckConstraint("0 < first_line AND first_line <= last_line", name="ck_erasures_ordered"),
    )
    op.execute("GRANT SELECT, INSERT ON erasures TO clearpoint_app")
    op.execute("GRANT SELECT ON erasures TO clearpoint_reader")


def downgrade() -> None:
    op.drop_table("erasures")
