"""The modules beside the case sheet: one table an entity, each row in one version of one part.

Where the case sheet fills an entity of one row a case, the table here has the rest of its fields. There is no column
for anything that identifies a person.
"""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import LONGEST_CODE, Base, Code, Codes, Count, Day, Label, Number
from app.models.records import InPart


class CaseDetail(InPart, Base):
    """Entity `case`: what the case sheet does not ask. `_after` and all other codes are UNK where nobody knows."""

    __tablename__ = "case_details"

    case_status: Mapped[Code]
    date_closed: Mapped[Day]
    closed_after: Mapped[Code]
    closure_reason: Mapped[Code]
    country_usual_residence: Mapped[Code]
    area_of_origin: Mapped[Code]
    education_level: Mapped[Code]
    civil_status: Mapped[Code]
    number_of_children: Mapped[Code]
    accompanying_children: Mapped[Code]
    living_situation_before: Mapped[Code]
    family_relations: Mapped[Code]
    economic_situation: Mapped[Code]
    employment_before: Mapped[Code]
    vulnerabilities: Mapped[Codes]
    disability: Mapped[Code]


class IdentificationDetail(InPart, Base):
    """Entity `identification`: what the case sheet does not ask."""

    __tablename__ = "identification_details"

    date_first_contact: Mapped[Day]
    date_presumed: Mapped[Day]
    country_of_identification: Mapped[Code]
    date_formal_decision: Mapped[Day]
    formal_decision_after: Mapped[Code]
    victim_informed_of_rights: Mapped[Code]
    detained_or_penalised_before: Mapped[Code]


class RecruitmentDetail(InPart, Base):
    """Entity `recruitment`: what the case sheet does not ask."""

    __tablename__ = "recruitment_details"

    recruiter_relationship: Mapped[Codes]
    recruiter_sex: Mapped[Code]
    method: Mapped[Codes]
    promise: Mapped[Code]
    reason_for_leaving: Mapped[Codes]
    act: Mapped[Codes]


class LegalStatusDetail(InPart, Base):
    """Entity `legal_status`: what the case sheet does not ask."""

    __tablename__ = "legal_status_details"

    immigration_status_at_id: Mapped[Code]
    reflection_offered: Mapped[Code]
    reflection_start: Mapped[Day]
    reflection_days: Mapped[Count]
    trp_applied: Mapped[Code]
    trp_ground: Mapped[Code]
    trp_decision_date: Mapped[Day]
    trp_decision_after: Mapped[Code]
    trp_months: Mapped[Count]
    trp_renewals: Mapped[Count]
    asylum: Mapped[Code]
    expelled_or_deported: Mapped[Code]
    expelled_after_identification: Mapped[Code]
    non_punishment_applied: Mapped[Code]


class ConsentDetail(InPart, Base):
    """Entity `consent`: the four other consents, and how they were given."""

    __tablename__ = "consent_details"

    consent_version: Mapped[Label]
    to_services: Mapped[Code]
    to_referral_abroad: Mapped[Code]
    to_research: Mapped[Code]
    to_authorities: Mapped[Code]
    given_by: Mapped[Code]
    date: Mapped[Day]
    withdrawn_date: Mapped[Day]


class JourneyLeg(InPart, Base):
    """Entity `journey_leg`."""

    __tablename__ = "journey_legs"

    leg_no: Mapped[Number]
    from_country: Mapped[Code]
    to_country: Mapped[Code]
    border_crossing: Mapped[Code]
    document: Mapped[Code]
    transport: Mapped[Codes]
    accompanied_by: Mapped[Code]


class Referral(InPart, Base):
    """Entity `referral`. Kinds of organizations alone: the name of a shelter locates a person."""

    __tablename__ = "referrals"

    referral_no: Mapped[Number]
    date_referred: Mapped[Day]
    referred_after: Mapped[Code]
    date_accepted: Mapped[Day]
    accepted_after: Mapped[Code]
    from_org_type: Mapped[Code]
    to_org_type: Mapped[Code]
    from_country: Mapped[Code]
    to_country: Mapped[Code]
    reason: Mapped[Code]
    outcome: Mapped[Code]
    through_nrm: Mapped[Code]
    handover_package: Mapped[Codes]


class CarePlan(InPart, Base):
    """Entity `care_plan`."""

    __tablename__ = "care_plans"

    needs_assessment_date: Mapped[Day]
    needs_assessment_after: Mapped[Code]
    plan_date: Mapped[Day]
    plan_after: Mapped[Code]
    plan_signed_by_victim: Mapped[Code]
    risk_assessment_date: Mapped[Day]
    risk_assessment_after: Mapped[Code]
    risk_level: Mapped[Code]


class Justice(InPart, Base):
    """Entity `justice`."""

    __tablename__ = "justice_records"

    complaint_filed: Mapped[Code]
    testified: Mapped[Code]
    informed_of_consequences_of_testifying: Mapped[Code]
    witness_measure: Mapped[Codes]
    threatened: Mapped[Code]
    legal_aid: Mapped[Code]
    compensation: Mapped[Codes]
    proceeding_outcome: Mapped[Code]


class Child(InPart, Base):
    """Entity `child`."""

    __tablename__ = "children"

    guardian_appointed: Mapped[Code]
    guardian_date: Mapped[Day]
    guardian_after: Mapped[Code]
    age_assessment: Mapped[Code]
    unaccompanied: Mapped[Code]
    care_arrangement: Mapped[Code]
    bid_done: Mapped[Code]
    bid_date: Mapped[Day]
    bid_before_return: Mapped[Code]
    bid_after: Mapped[Code]
    family_tracing: Mapped[Code]
    durable_solution: Mapped[Code]
    schooling: Mapped[Code]


class Reintegration(InPart, Base):
    """Entity `reintegration`: one row a follow-up."""

    __tablename__ = "reintegrations"

    plan_exists: Mapped[Code]
    programme_start: Mapped[Day]
    programme_end: Mapped[Day]
    components: Mapped[Codes]
    followup_months: Mapped[str] = mapped_column(String(LONGEST_CODE), primary_key=True)
    followup_done: Mapped[Code]
    housing: Mapped[Code]
    employment: Mapped[Code]
    education: Mapped[Code]
    health: Mapped[Code]
    safety: Mapped[Code]
    family_support: Mapped[Code]
    legal_status_ok: Mapped[Code]
    retrafficked: Mapped[Code]
    retrafficked_date: Mapped[Day]
    retrafficked_country: Mapped[Code]
