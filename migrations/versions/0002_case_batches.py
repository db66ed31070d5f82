"""Case batches, cases and their parts

Why: a case is known by a token alone, and every version of every part of it says when it began and ended.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations.row_security import keep_to_own_organization

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("case_batches", "cases", "case_parts")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "case_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("sent_by", sa.Uuid, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("schema_version", sa.String(20), nullable=False),
        sa.Column("legal_basis", sa.String(40), nullable=False),
        sa.Column("law", sa.String(40)),
        sa.Column("profile", sa.String(40)),
        sa.Column("idempotency_digest", sa.LargeBinary),
        sa.Column("body_digest", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_batches"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_case_batches_organization_id"
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["persons.id"], name="fk_case_batches_sent_by"),
        sa.UniqueConstraint(
            "organization_id", "idempotency_digest", name="uq_case_batches_organization_id_idempotency_digest"
        ),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("case_token", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_cases_organization_id"),
        sa.UniqueConstraint("organization_id", "case_token", name="uq_cases_organization_id_case_token"),
    )
    op.create_table(
        "case_parts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_case_parts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_parts_case_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_case_parts_organization_id"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batches.id"], name="fk_case_parts_batch_id"),
    )
    # At most one version of a part is alive.
    op.create_index(
        "uq_case_parts_alive",
        "case_parts",
        ["case_id", "part"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    for table in TABLES:
        keep_to_own_organization(table)
    op.execute("GRANT SELECT, INSERT ON cases, case_batches, case_parts TO clearpoint_app")
    # A batch gets its answer when it is done; a part gets its end. Nothing else of them ever changes.
    op.execute("GRANT UPDATE (answer, body_digest) ON case_batches TO clearpoint_app")
    op.execute("GRANT UPDATE (ended_at) ON case_parts TO clearpoint_app")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
