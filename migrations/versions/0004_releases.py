"""Releases

Why: what was published stays readable, with who drafted, checked and published it: two persons by constraint.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PAIRS = ("checked", "published", "withdrawn")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "releases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("year", sa.SmallInteger, nullable=False),
        sa.Column("revision", sa.SmallInteger, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("cut", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.Uuid, nullable=False),
        *(
            column
            for verb in PAIRS
            for column in (
                sa.Column(f"{verb}_at", sa.DateTime(timezone=True)),
                sa.Column(f"{verb}_by", sa.Uuid),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_releases"),
        sa.UniqueConstraint("year", "revision", name="uq_releases_year_revision"),
        sa.CheckConstraint("checked_by <> drafted_by", name="two_persons"),
        *(sa.CheckConstraint(f"({v}_at IS NULL) = ({v}_by IS NULL)", name=f"{v}_pair") for v in PAIRS),
        *(
            sa.ForeignKeyConstraint([f"{v}_by"], ["persons.id"], name=f"fk_releases_{v}_by")
            for v in ("drafted", *PAIRS)
        ),
    )
    op.create_table(
        "release_contents",
        sa.Column("release_id", sa.Uuid, nullable=False),
        sa.Column("canonical_json", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("release_id", name="pk_release_contents"),
        sa.ForeignKeyConstraint(["release_id"], ["releases.id"], name="fk_release_contents_release_id"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON releases TO clearpoint_app")
    op.execute("GRANT SELECT, INSERT ON release_contents TO clearpoint_app")
    op.execute("GRANT SELECT ON releases, release_contents TO clearpoint_reader")


def downgrade() -> None:
    op.drop_table("release_contents")
    op.drop_table("releases")
