"""The annual forms of an organization, which are about no case: one row a country and year, in versions."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from app.models.base import Base, Code, Count, Key, Moment, OptionalMoment


class InVersions:
    """What each form has: whose it is, the batch that brought it, and how long it held."""

    __tablename__: str

    id: Mapped[Key]
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    # The database's clock, read under the lock that orders batches against the cut of a release.
    recorded_at: Mapped[Moment]
    ended_at: Mapped[OptionalMoment]
    country: Mapped[Code]
    year: Mapped[Count]

    @declared_attr
    def organization_id(cls) -> Mapped[UUID]:  # noqa: N805 - SQLAlchemy hands over the class
        """Row-level security asks each row whose it is."""
        return mapped_column(ForeignKey("organizations.id"))

    @declared_attr
    def batch_id(cls) -> Mapped[UUID]:  # noqa: N805
        """The batch that brought it."""
        return mapped_column(ForeignKey("case_batches.id"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:  # noqa: N805
        """At most one version of a form is alive."""
        return (
            Index(
                f"uq_{cls.__tablename__}_alive",
                "organization_id",
                "country",
                "year",
                unique=True,
                postgresql_where=text("ended_at IS NULL"),
            ),
        )


class ShelterCapacity(InVersions, Base):
    """Entity `shelter_capacity`: what a shelter could offer in a year."""

    __tablename__ = "shelter_capacities"

    beds: Mapped[Count]
    places_for_children: Mapped[Count]
    places_for_men: Mapped[Count]
    days_open: Mapped[Count]
    funding_state_pct: Mapped[Count]
    staff_fte: Mapped[Count]
    bed_nights: Mapped[Count]
    persons_assisted: Mapped[Count]


class NrmProfile(InVersions, Base):
    """Entity `nrm_profile`: how far a country's referral mechanism had come in a year."""

    __tablename__ = "nrm_profiles"

    nrm_exists: Mapped[Code]
    sop_adopted: Mapped[Code]
    mou_with_ngos: Mapped[Code]
    standing_operating_body: Mapped[Code]
    reflection_law_days: Mapped[Count]
    trp_law: Mapped[Code]
    guardian_law: Mapped[Code]
    compensation_fund: Mapped[Code]
    ngo_funding_eur: Mapped[Count]
    npa_adopted: Mapped[Code]
    child_npa: Mapped[Code]
    npa_budget: Mapped[Code]
    all_forms_criminalized: Mapped[Code]
    non_punishment_law: Mapped[Code]
    witness_protection_programme: Mapped[Code]
    prosecution_without_testimony: Mapped[Code]
    legal_aid_clinics: Mapped[Code]
    interpreters_available: Mapped[Code]
    return_agreements: Mapped[Code]
    post_return_monitoring: Mapped[Code]
    extraterritorial_law: Mapped[Code]
    special_police_unit: Mapped[Code]
    officials_trained: Mapped[Count]
