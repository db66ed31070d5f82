"""Withdrawals

Why: what an organization takes back is deleted at once, and a mark without content says that it was there.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MARKED = ("cases", "case_batches")
FORMS = ("nrm_profiles", "shelter_capacities")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in MARKED:
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
        op.execute(f"GRANT UPDATE (withdrawn_at) ON {table} TO clearpoint_app")
    # A batch takes its annual forms with it, as it takes its parts; row-level security holds for both.
    op.execute(f"GRANT DELETE ON {', '.join(FORMS)} TO clearpoint_app")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"REVOKE DELETE ON {', '.join(FORMS)} FROM clearpoint_app")
    for table in reversed(MARKED):
        op.drop_column(table, "withdrawn_at")
