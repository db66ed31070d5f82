"""The cleared records of a case

Why: what the case sheet says, one table an entity, without a column for anything that identifies a person.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_security import keep_to_own_organization

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def code(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(40), nullable=False)


def codes(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.String(40)), nullable=False)


def day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False)


TABLES: dict[str, list[sa.Column[Any]]] = {
    "case_records": [
        code("reporting_country"),
        day("date_registered"),
        code("date_registered_precision"),
        code("nationality_status"),
        codes("citizenship"),
        code("sex"),
        code("age_at_registration"),
        code("age_at_exploitation_start"),
        code("age_status"),
        code("previously_trafficked"),
    ],
    "identifications": [
        code("status"),
        day("date_identified"),
        code("date_identified_precision"),
        code("identified_by"),
        code("country_of_identification"),
    ],
    "exploitation_episodes": [
        number("episode_no"),
        codes("form"),
        codes("labour_sector"),
        code("country_of_exploitation"),
        code("scope"),
        code("duration_band"),
        codes("means_of_control"),
        codes("exploiter_relationship"),
    ],
    "recruitments": [code("recruitment_country")],
    "assistance_episodes": [
        number("episode_no"),
        code("service"),
        code("offered"),
        code("accepted"),
        code("decline_reason"),
        day("start_date"),
        code("start_after"),
        day("end_date"),
        code("end_after"),
        code("country"),
    ],
    "legal_statuses": [code("reflection_granted"), code("trp_granted")],
    "returns": [
        number("return_no"),
        day("return_date"),
        code("return_after"),
        code("from_country"),
        code("to_country"),
        code("return_type"),
    ],
    "consents": [code("to_share_with_rcp")],
}
NUMBERED = {
    "exploitation_episodes": "episode_no",
    "assistance_episodes": "episode_no",
    "returns": "return_no",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in TABLES.items():
        key = ["part_id", NUMBERED[table]] if table in NUMBERED else ["part_id"]
        op.create_table(
            table,
            *columns,
            sa.Column("part_id", sa.Uuid, nullable=False),
            sa.Column("organization_id", sa.Uuid, nullable=False),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["part_id"], ["case_parts.id"], name=f"fk_{table}_part_id"),
        )
        keep_to_own_organization(table)
        op.execute(f"GRANT SELECT, INSERT ON {table} TO clearpoint_app")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
