"""The whole record

Why: modules beside the case sheet and the annual forms, so that the quality of assistance can be measured.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.row_security import keep_to_own_organization

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def code(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(40), nullable=False, server_default=default)


def codes(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.String(40)), nullable=False, server_default=default)


def day(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Date)


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger, nullable=False)


def count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer)


def label(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(20), nullable=False)


MODULES: dict[str, list[sa.Column[Any]]] = {
    "case_details": [
        code("case_status"),
        day("date_closed"),
        code("closed_after"),
        code("closure_reason"),
        code("country_usual_residence"),
        code("area_of_origin"),
        code("education_level"),
        code("civil_status"),
        code("number_of_children"),
        code("accompanying_children"),
        code("living_situation_before"),
        code("family_relations"),
        code("economic_situation"),
        code("employment_before"),
        codes("vulnerabilities"),
        code("disability"),
    ],
    "identification_details": [
        day("date_first_contact"),
        day("date_presumed"),
        code("country_of_identification"),
        day("date_formal_decision"),
        code("formal_decision_after"),
        code("victim_informed_of_rights"),
        code("detained_or_penalised_before"),
    ],
    "recruitment_details": [
        codes("recruiter_relationship"),
        code("recruiter_sex"),
        codes("method"),
        code("promise"),
        codes("reason_for_leaving"),
        codes("act"),
    ],
    "legal_status_details": [
        code("immigration_status_at_id"),
        code("reflection_offered"),
        day("reflection_start"),
        count("reflection_days"),
        code("trp_applied"),
        code("trp_ground"),
        day("trp_decision_date"),
        code("trp_decision_after"),
        count("trp_months"),
        count("trp_renewals"),
        code("asylum"),
        code("expelled_or_deported"),
        code("expelled_after_identification"),
        code("non_punishment_applied"),
    ],
    "consent_details": [
        label("consent_version"),
        code("to_services"),
        code("to_referral_abroad"),
        code("to_research"),
        code("to_authorities"),
        code("given_by"),
        day("date"),
        day("withdrawn_date"),
    ],
    "journey_legs": [
        number("leg_no"),
        code("from_country"),
        code("to_country"),
        code("border_crossing"),
        code("document"),
        codes("transport"),
        code("accompanied_by"),
    ],
    "referrals": [
        number("referral_no"),
        day("date_referred"),
        code("referred_after"),
        day("date_accepted"),
        code("accepted_after"),
        code("from_org_type"),
        code("to_org_type"),
        code("from_country"),
        code("to_country"),
        code("reason"),
        code("outcome"),
        code("through_nrm"),
        codes("handover_package"),
    ],
    "care_plans": [
        day("needs_assessment_date"),
        code("needs_assessment_after"),
        day("plan_date"),
        code("plan_after"),
        code("plan_signed_by_victim"),
        day("risk_assessment_date"),
        code("risk_assessment_after"),
        code("risk_level"),
    ],
    "justice_records": [
        code("complaint_filed"),
        code("testified"),
        code("informed_of_consequences_of_testifying"),
        codes("witness_measure"),
        code("threatened"),
        code("legal_aid"),
        codes("compensation"),
        code("proceeding_outcome"),
    ],
    "children": [
        code("guardian_appointed"),
        day("guardian_date"),
        code("guardian_after"),
        code("age_assessment"),
        code("unaccompanied"),
        code("care_arrangement"),
        code("bid_done"),
        day("bid_date"),
        code("bid_before_return"),
        code("bid_after"),
        code("family_tracing"),
        code("durable_solution"),
        code("schooling"),
    ],
    "reintegrations": [
        code("plan_exists"),
        day("programme_start"),
        day("programme_end"),
        codes("components"),
        code("followup_months"),
        code("followup_done"),
        code("housing"),
        code("employment"),
        code("education"),
        code("health"),
        code("safety"),
        code("family_support"),
        code("legal_status_ok"),
        code("retrafficked"),
        day("retrafficked_date"),
        code("retrafficked_country"),
    ],
}
NUMBERED = {"journey_legs": "leg_no", "referrals": "referral_no", "reintegrations": "followup_months"}
FORMS: dict[str, list[sa.Column[Any]]] = {
    "shelter_capacities": [
        code("country"),
        count("year"),
        count("beds"),
        count("places_for_children"),
        count("places_for_men"),
        count("days_open"),
        count("funding_state_pct"),
        count("staff_fte"),
        count("bed_nights"),
        count("persons_assisted"),
    ],
    "nrm_profiles": [
        code("country"),
        count("year"),
        code("nrm_exists"),
        code("sop_adopted"),
        code("mou_with_ngos"),
        code("standing_operating_body"),
        count("reflection_law_days"),
        code("trp_law"),
        code("guardian_law"),
        code("compensation_fund"),
        count("ngo_funding_eur"),
        code("npa_adopted"),
        code("child_npa"),
        code("npa_budget"),
        code("all_forms_criminalized"),
        code("non_punishment_law"),
        code("witness_protection_programme"),
        code("prosecution_without_testimony"),
        code("legal_aid_clinics"),
        code("interpreters_available"),
        code("return_agreements"),
        code("post_return_monitoring"),
        code("extraterritorial_law"),
        code("special_police_unit"),
        count("officials_trained"),
    ],
}
WIDENED: dict[str, list[sa.Column[Any]]] = {
    "exploitation_episodes": [
        codes("sexual_type", "{UNK}"),
        day("start_month"),
        day("end_month"),
        codes("ilo_indicators", "{UNK}"),
        code("earnings_kept", "UNK"),
        code("how_ended", "UNK"),
    ],
    "assistance_episodes": [
        day("planned_end_date"),
        code("provider_type", "UNK"),
        code("shelter_type", "UNK"),
        code("shelter_closed_regime", "UNK"),
        code("end_reason", "UNK"),
        code("need_met", "UNK"),
        count("satisfaction"),
        code("interpreter_provided", "UNK"),
    ],
    "returns": [
        code("risk_assessment_done", "UNK"),
        day("risk_assessment_date"),
        code("risk_assessment_before_return", "UNK"),
        code("consent_to_return", "UNK"),
        code("escorted", "UNK"),
        code("travel_docs", "UNK"),
        code("met_on_arrival", "UNK"),
        code("receiving_org_type", "UNK"),
        code("first_service_after_return", "UNK"),
    ],
}
"""Fields that only a module fills. Rows that are there already say that nobody knows."""
MOVED = "country_of_identification"
"""Asked by the module alone: until now every row of the case sheet said that nobody knows."""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in MODULES.items():
        _add_module(table, columns)
    for table, columns in FORMS.items():
        _add_form(table, columns)
    for table, columns in WIDENED.items():
        for column in columns:
            op.add_column(table, column)
            if column.server_default is not None:
                op.alter_column(table, column.name, server_default=None)
    op.drop_column("identifications", MOVED)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("identifications", code(MOVED, "ZZ"))
    op.alter_column("identifications", MOVED, server_default=None)
    for table, columns in WIDENED.items():
        for column in columns:
            op.drop_column(table, column.name)
    for table in (*FORMS, *MODULES):
        op.drop_table(table)


def _add_module(table: str, columns: list[sa.Column[Any]]) -> None:
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


def _add_form(table: str, columns: list[sa.Column[Any]]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("organization_id", sa.Uuid, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        *columns,
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
