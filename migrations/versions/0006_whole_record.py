"""The whole record

Why: modules beside the case sheet and the annual forms, so that the quality of assistance can be measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_security import keep_to_own_organization

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


KINDS: dict[str, Callable[[str], sa.Column[Any]]] = {
    "code": lambda name: sa.Column(name, sa.String(40), nullable=False),
    "codes": lambda name: sa.Column(name, postgresql.ARRAY(sa.String(40)), nullable=False),
    "day": lambda name: sa.Column(name, sa.Date),
    "number": lambda name: sa.Column(name, sa.SmallInteger, nullable=False),
    "count": lambda name: sa.Column(name, sa.Integer),
    "label": lambda name: sa.Column(name, sa.String(20), nullable=False),
}
UNKNOWN = {"code": "UNK", "codes": "{UNK}"}
"""What rows say of a field that is new."""
MODULES = {
    "case_details": """
        case_status code, date_closed day, closed_after code, closure_reason code,
        country_usual_residence code, area_of_origin code, education_level code, civil_status code,
        number_of_children code, accompanying_children code, living_situation_before code,
        family_relations code, economic_situation code, employment_before code, vulnerabilities codes,
        disability code
    """,
    "identification_details": """
        date_first_contact day, date_presumed day, country_of_identification code,
        date_formal_decision day, formal_decision_after code, victim_informed_of_rights code,
        detained_or_penalised_before code
    """,
    "recruitment_details": """
        recruiter_relationship codes, recruiter_sex code, method codes, promise code,
        reason_for_leaving codes, act codes
    """,
    "legal_status_details": """
        immigration_status_at_id code, reflection_offered code, reflection_start day,
        reflection_days count, trp_applied code, trp_ground code, trp_decision_date day,
        trp_decision_after code, trp_months count, trp_renewals count, asylum code,
        expelled_or_deported code, expelled_after_identification code, non_punishment_applied code
    """,
    "consent_details": """
        consent_version label, to_services code, to_referral_abroad code, to_research code,
        to_authorities code, given_by code, date day, withdrawn_date day
    """,
    "journey_legs": """
        leg_no number, from_country code, to_country code, border_crossing code, document code,
        transport codes, accompanied_by code
    """,
    "referrals": """
        referral_no number, date_referred day, referred_after code, date_accepted day, accepted_after code,
        from_org_type code, to_org_type code, from_country code, to_country code, reason code,
        outcome code, through_nrm code, handover_package codes
    """,
    "care_plans": """
        needs_assessment_date day, needs_assessment_after code, plan_date day, plan_after code,
        plan_signed_by_victim code, risk_assessment_date day, risk_assessment_after code, risk_level code
    """,
    "justice_records": """
        complaint_filed code, testified code, informed_of_consequences_of_testifying code,
        witness_measure codes, threatened code, legal_aid code, compensation codes,
        proceeding_outcome code
    """,
    "children": """
        guardian_appointed code, guardian_date day, guardian_after code, age_assessment code,
        unaccompanied code, care_arrangement code, bid_done code, bid_date day, bid_before_return code,
        bid_after code, family_tracing code, durable_solution code, schooling code
    """,
    "reintegrations": """
        plan_exists code, programme_start day, programme_end day, components codes, followup_months code,
        followup_done code, housing code, employment code, education code, health code, safety code,
        family_support code, legal_status_ok code, retrafficked code, retrafficked_date day,
        retrafficked_country code
    """,
}
NUMBERED = {"journey_legs": "leg_no", "referrals": "referral_no", "reintegrations": "followup_months"}
FORMS = {
    "shelter_capacities": """
        country code, year count, beds count, places_for_children count, places_for_men count,
        days_open count, funding_state_pct count, staff_fte count, bed_nights count,
        persons_assisted count
    """,
    "nrm_profiles": """
        country code, year count, nrm_exists code, sop_adopted code, mou_with_ngos code,
        standing_operating_body code, reflection_law_days count, trp_law code, guardian_law code,
        compensation_fund code, ngo_funding_eur count, npa_adopted code, child_npa code, npa_budget code,
        all_forms_criminalized code, non_punishment_law code, witness_protection_programme code,
        prosecution_without_testimony code, legal_aid_clinics code, interpreters_available code,
        return_agreements code, post_return_monitoring code, extraterritorial_law code,
        special_police_unit code, officials_trained count
    """,
}
WIDENED = {
    "exploitation_episodes": """
        sexual_type codes, start_month day, end_month day, ilo_indicators codes, earnings_kept code,
        how_ended code
    """,
    "assistance_episodes": """
        planned_end_date day, provider_type code, shelter_type code, shelter_closed_regime code,
        end_reason code, need_met code, satisfaction count, interpreter_provided code
    """,
    "returns": """
        risk_assessment_done code, risk_assessment_date day, risk_assessment_before_return code,
        consent_to_return code, escorted code, travel_docs code, met_on_arrival code,
        receiving_org_type code, first_service_after_return code
    """,
}
"""Fields that only a module fills. Rows that are there already say that nobody knows."""
MOVED = "country_of_identification"
"""Asked by the module alone: until now every row of the case sheet said that nobody knows."""
OF_THE_SHEET = (
    "case_records",
    "identifications",
    "exploitation_episodes",
    "recruitments",
    "assistance_episodes",
    "legal_statuses",
    "returns",
    "consents",
)
"""The tables that are there already, in which a record could not go with its part until now."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in MODULES.items():
        _add_module(table, columns)
    for table, columns in FORMS.items():
        _add_form(table, columns)
    for table, columns in WIDENED.items():
        for name, kind in named(columns):
            _add_column(table, name, kind, UNKNOWN.get(kind))
    op.drop_column("identifications", MOVED)
    for table in OF_THE_SHEET:
        _hang_on_part(table, ondelete="CASCADE")
    op.create_index(
        "ix_case_parts_ended", "case_parts", ["case_id"], postgresql_where=sa.text("ended_at IS NOT NULL")
    )
    # Records leave with their part alone, when consent or the case is withdrawn: no right to delete them singly.
    op.execute("GRANT DELETE ON case_parts TO clearpoint_app")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("REVOKE DELETE ON case_parts FROM clearpoint_app")
    op.drop_index("ix_case_parts_ended", "case_parts")
    for table in OF_THE_SHEET:
        _hang_on_part(table, ondelete=None)
    _add_column("identifications", MOVED, "code", "ZZ")
    for table, columns in WIDENED.items():
        for name, _ in named(columns):
            op.drop_column(table, name)
    for table in (*FORMS, *MODULES):
        op.drop_table(table)


def named(columns: str) -> Iterator[list[str]]:
    return (column.split() for column in columns.split(","))


def _add_column(table: str, name: str, kind: str, standing: str | None) -> None:
    column = KINDS[kind](name)
    column.server_default = sa.DefaultClause(standing) if standing else None
    op.add_column(table, column)
    if standing:
        op.alter_column(table, name, server_default=None)


def _hang_on_part(table: str, *, ondelete: str | None) -> None:
    op.drop_constraint(f"fk_{table}_part_id", table, type_="foreignkey")
    op.create_foreign_key(f"fk_{table}_part_id", table, "case_parts", ["part_id"], ["id"], ondelete=ondelete)


def _add_module(table: str, columns: str) -> None:
    key = ["part_id", NUMBERED[table]] if table in NUMBERED else ["part_id"]
    op.create_table(
        table,
        *(KINDS[kind](name) for name, kind in named(columns)),
        sa.Column("part_id", sa.Uuid, nullable=False),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["part_id"], ["case_parts.id"], name=f"fk_{table}_part_id", ondelete="CASCADE"
        ),
    )
    keep_to_own_organization(table)
    op.execute(f"GRANT SELECT, INSERT ON {table} TO clearpoint_app")


def _add_form(table: str, columns: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        *(KINDS[kind](name) for name, kind in named(columns)),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=f"fk_{table}_organization_id"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["case_batches.id"], name=f"fk_{table}_batch_id"),
    )
    op.create_index(
        f"uq_{table}_alive",
        table,
        ["organization_id", "country", "year"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    keep_to_own_organization(table)
    op.execute(f"GRANT SELECT, INSERT, UPDATE (ended_at) ON {table} TO clearpoint_app")
