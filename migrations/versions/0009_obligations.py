"""What organizations owe

Why: so that the desk and each organization see what is late, and how complete the records are.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.row_security import keep_to_own_organization

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "obligations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("sheet", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nothing_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_obligations"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_obligations_organization_id"
        ),
        sa.UniqueConstraint(
            "organization_id", "year", "sheet", name="uq_obligations_organization_id_year_sheet"
        ),
    )
    keep_to_own_organization("obligations")
    op.execute(
        "GRANT SELECT, INSERT, UPDATE (due_on, agreed_at, nothing_at) ON obligations TO clearpoint_app"
    )
    # Who is late is told by the organization's code; its name stays unread.
    op.execute("GRANT SELECT (code, countries) ON organizations TO clearpoint_reader")


def downgrade() -> None:
    op.execute("REVOKE SELECT (code, countries) ON organizations FROM clearpoint_reader")
    op.drop_table("obligations")
