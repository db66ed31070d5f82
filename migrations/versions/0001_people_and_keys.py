"""People and keys

Why: whoever sends, asks or decides is a known person of a known organization, and a key is kept as its hash alone.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = ("clearpoint_app", "clearpoint_link", "clearpoint_reader")


def upgrade() -> None:
    # A migration that waits for a lock stops everybody behind it.
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Rights below are given to roles; on a server that lacks them they are made without a way to sign in.
    for role in ROLES:
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} NOLOGIN; END IF; END $$"
        )
    op.execute("GRANT USAGE ON SCHEMA public TO clearpoint_app, clearpoint_reader")
    # Readiness asks at which step the schema stands.
    op.execute("GRANT SELECT ON alembic_version TO clearpoint_app, clearpoint_reader")
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("countries", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("legal_basis", sa.String(40), nullable=False),
        sa.Column("law", sa.String(40)),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
        sa.UniqueConstraint("code", name="uq_organizations_code"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_persons"),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name="fk_persons_organization_id"),
    )
    op.create_index("ix_persons_organization_id", "persons", ["organization_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name="fk_api_keys_person_id"),
        sa.UniqueConstraint("secret_hash", name="uq_api_keys_secret_hash"),
    )
    op.create_index("ix_api_keys_person_id", "api_keys", ["person_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON organizations, persons, api_keys TO clearpoint_app")
    # The reader counts; it needs the kind of a sender and no names or keys.
    op.execute("GRANT SELECT (id, kind) ON organizations TO clearpoint_reader")


def downgrade() -> None:
    op.drop_table("api_keys")
    op.drop_table("persons")
    op.drop_table("organizations")
