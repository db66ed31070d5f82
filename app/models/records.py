"""The cleared record of a case: what the case sheet fills, one table an entity, each row in one version of one part.

A row of an episode, a service or a return may come from the module of that name as well.

The fields are the catalogue's, and a test compares them. There is no column for anything that identifies a person.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.models.base import Base, Code, Codes, Count, Day, Number


class InPart:
    """What each record has: the part it belongs to, which is its life, and whose it is."""

    @declared_attr
    def part_id(cls) -> Mapped[UUID]:  # noqa: N805 - SQLAlchemy hands over the class
        """The version of the part: when that ends, so does the record; when it is deleted, the record goes, too."""
        return mapped_column(ForeignKey("case_parts.id", ondelete="CASCADE"), primary_key=True)

    @declared_attr
    def organization_id(cls) -> Mapped[UUID]:  # noqa: N805
        """Row-level security asks each row whose it is. The part's own row is held to the organizations."""
        return mapped_column(Uuid)


class CaseRecord(InPart, Base):
    """Entity `case`."""

    __tablename__ = "case_records"

    reporting_country: Mapped[Code]
    # The first of the month, or of the year when only that is known.
    date_registered: Mapped[Day]
    date_registered_precision: Mapped[Code]
    nationality_status: Mapped[Code]
    citizenship: Mapped[Codes]
    sex: Mapped[Code]
    age_at_registration: Mapped[Code]
    age_at_exploitation_start: Mapped[Code]
    age_status: Mapped[Code]
    previously_trafficked: Mapped[Code]


class Identification(InPart, Base):
    """Entity `identification`."""

    __tablename__ = "identifications"

    status: Mapped[Code]
    # The Monday of its week, never in an earlier quarter; or the first of the year when only that is known.
    date_identified: Mapped[Day]
    date_identified_precision: Mapped[Code]
    identified_by: Mapped[Code]


class ExploitationEpisode(InPart, Base):
    """Entity `exploitation_episode`."""

    __tablename__ = "exploitation_episodes"

    episode_no: Mapped[Number]
    form: Mapped[Codes]
    labour_sector: Mapped[Codes]
    sexual_type: Mapped[Codes]
    country_of_exploitation: Mapped[Code]
    scope: Mapped[Code]
    start_month: Mapped[Day]
    end_month: Mapped[Day]
    duration_band: Mapped[Code]
    means_of_control: Mapped[Codes]
    ilo_indicators: Mapped[Codes]
    exploiter_relationship: Mapped[Codes]
    earnings_kept: Mapped[Code]
    how_ended: Mapped[Code]


class Recruitment(InPart, Base):
    """Entity `recruitment`."""

    __tablename__ = "recruitments"

    recruitment_country: Mapped[Code]


class AssistanceEpisode(InPart, Base):
    """Entity `assistance_episode`: one service, offered, and accepted or not."""

    __tablename__ = "assistance_episodes"

    episode_no: Mapped[Number]
    service: Mapped[Code]
    offered: Mapped[Code]
    accepted: Mapped[Code]
    decline_reason: Mapped[Code]
    start_date: Mapped[Day]
    start_after: Mapped[Code]
    end_date: Mapped[Day]
    end_after: Mapped[Code]
    planned_end_date: Mapped[Day]
    provider_type: Mapped[Code]
    country: Mapped[Code]
    shelter_type: Mapped[Code]
    shelter_closed_regime: Mapped[Code]
    end_reason: Mapped[Code]
    need_met: Mapped[Code]
    satisfaction: Mapped[Count]
    interpreter_provided: Mapped[Code]


class LegalStatus(InPart, Base):
    """Entity `legal_status`."""

    __tablename__ = "legal_statuses"

    reflection_granted: Mapped[Code]
    trp_granted: Mapped[Code]


class Return(InPart, Base):
    """Entity `return`."""

    __tablename__ = "returns"

    return_date: Mapped[Day]
    return_after: Mapped[Code]
    from_country: Mapped[Code]
    to_country: Mapped[Code]
    return_type: Mapped[Code]
    risk_assessment_done: Mapped[Code]
    risk_assessment_date: Mapped[Day]
    risk_assessment_before_return: Mapped[Code]
    consent_to_return: Mapped[Code]
    escorted: Mapped[Code]
    travel_docs: Mapped[Code]
    met_on_arrival: Mapped[Code]
    receiving_org_type: Mapped[Code]
    first_service_after_return: Mapped[Code]
    return_no: Mapped[Number]


class Consent(InPart, Base):
    """Entity `consent`."""

    __tablename__ = "consents"

    to_share_with_rcp: Mapped[Code]
