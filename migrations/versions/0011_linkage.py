"""Linkage, in a schema of its own

Why: which cases are of one person is known apart from the cases, to a role that sees nothing else.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SCHEMA = "link"
MOMENT = sa.DateTime(timezone=True)
TOKENS = postgresql.ARRAY(sa.LargeBinary)
EPOCHS = ("k1_epoch", "k2_epoch", "s_epoch")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("case_batches", sa.Column("policy", sa.String(80)))
    op.execute(f"CREATE SCHEMA {SCHEMA}")
    make_tokens()
    make_links()
    make_persons()
    make_withdrawals()
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("policy", sa.String(80), nullable=False),
        sa.Column("weights", sa.String(80), nullable=False),
        sa.Column("suspended", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("is_skipped", sa.Boolean, nullable=False),
        sa.Column("counts", postgresql.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        schema=SCHEMA,
    )
    grant()


def make_tokens() -> None:
    op.create_table(
        "arrivals",
        sa.Column("arrival_no", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("tokens", TOKENS, nullable=False),
        *(sa.Column(name, sa.SmallInteger, nullable=False) for name in EPOCHS),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("arrival_no", name="pk_arrivals"),
        schema=SCHEMA,
    )
    op.create_index("ix_arrivals_case_id", "arrivals", ["case_id"], schema=SCHEMA)
    op.create_index("ix_arrivals_batch_id", "arrivals", ["batch_id"], schema=SCHEMA)
    op.create_table(
        "token_sets",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("arrival_no", sa.BigInteger, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("tokens", TOKENS, nullable=False),
        *(sa.Column(name, sa.SmallInteger, nullable=False) for name in EPOCHS),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("linked_at", MOMENT),
        sa.PrimaryKeyConstraint("case_id", name="pk_token_sets"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_token_sets_tokens",
        "token_sets",
        ["tokens"],
        schema=SCHEMA,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(
        "ix_token_sets_fresh",
        "token_sets",
        ["case_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("linked_at IS NULL"),
    )
    op.create_index("ix_token_sets_batch_id", "token_sets", ["batch_id"], schema=SCHEMA)


def make_links() -> None:
    op.create_table(
        "edges",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_a", sa.Uuid, nullable=False),
        sa.Column("case_b", sa.Uuid, nullable=False),
        sa.Column("classes", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("band", sa.String(40), nullable=False),
        sa.Column("against", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_edges"),
        sa.UniqueConstraint("case_a", "case_b", name="uq_edges_case_a_case_b"),
        sa.CheckConstraint("case_a < case_b", name="ck_edges_ordered"),
        *belongs_to_cases("edges"),
        schema=SCHEMA,
    )
    op.create_index("ix_edges_case_b", "edges", ["case_b"], schema=SCHEMA)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_a", sa.Uuid, nullable=False),
        sa.Column("case_b", sa.Uuid, nullable=False),
        sa.Column("verdict", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.CheckConstraint("case_a < case_b", name="ck_decisions_ordered"),
        *belongs_to_cases("decisions"),
        schema=SCHEMA,
    )
    op.create_index("ix_decisions_case_a", "decisions", ["case_a", "case_b"], schema=SCHEMA)
    op.create_index("ix_decisions_case_b", "decisions", ["case_b"], schema=SCHEMA)


def belongs_to_cases(table: str) -> list[sa.ForeignKeyConstraint]:
    """Whatever joins two cases goes with the tokens of either."""
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{SCHEMA}.token_sets.case_id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
        )
        for column in ("case_a", "case_b")
    ]


def make_persons() -> None:
    op.create_table(
        "memberships",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("band", sa.String(40), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "band", "since", name="pk_memberships"),
        sa.ForeignKeyConstraint(
            ["case_id"], [f"{SCHEMA}.token_sets.case_id"], name="fk_memberships_case_id", ondelete="CASCADE"
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_memberships_now",
        "memberships",
        ["case_id", "band"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("band", sa.String(40), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("person_ids", postgresql.ARRAY(sa.Uuid), nullable=False),
        sa.Column("cases", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        schema=SCHEMA,
    )


def make_withdrawals() -> None:
    op.create_table(
        "person_withdrawals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("tokens", TOKENS, nullable=False),
        *(sa.Column(name, sa.SmallInteger, nullable=False) for name in EPOCHS),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_person_withdrawals"),
        schema=SCHEMA,
    )
    op.create_table(
        "erasure_tasks",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("settled_by", sa.Uuid),
        sa.Column("outcome", sa.String(40)),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_tasks"),
        schema=SCHEMA,
    )
    op.create_index("ix_erasure_tasks_case_id", "erasure_tasks", ["case_id"], schema=SCHEMA)


def grant() -> None:
    """Row-level security asks for whom the server acts. Nobody acts for an organization here: the linkage's role
    compares the cases of all, and the server's role can read nothing that a row would tell of another's case."""
    op.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO clearpoint_link, clearpoint_app, clearpoint_reader")
    op.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {SCHEMA} TO clearpoint_link")
    op.execute(f"GRANT SELECT ON {SCHEMA}.memberships TO clearpoint_reader")
    op.execute(f"GRANT INSERT, DELETE, SELECT (case_id, batch_id) ON {SCHEMA}.arrivals TO clearpoint_app")
    op.execute(f"GRANT DELETE, SELECT (case_id, batch_id) ON {SCHEMA}.token_sets TO clearpoint_app")
    op.execute(f"GRANT INSERT ON {SCHEMA}.person_withdrawals TO clearpoint_app")
    # With the row in the trail, in one transaction: which pair it is was read by the linkage's role.
    op.execute(f"GRANT INSERT ON {SCHEMA}.decisions TO clearpoint_app")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    op.drop_column("case_batches", "policy")
