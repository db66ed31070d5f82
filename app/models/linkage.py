"""Which cases are of one person: tokens, links between cases, and persons, in the schema `link`.

Cases are named by their ids alone, without a foreign key to the other schema: the linkage's role sees nothing there.
A row here never has a field of a case, and a person's id is random: it is derived from no token.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Code, Codes, Key, Moment, OptionalMoment

SCHEMA = "link"

Tokens = Annotated[list[bytes], mapped_column(ARRAY(LargeBinary))]
"""32 group elements of 32 bytes, a slot each: s·k1·k2·H(match key)."""
Epoch = Annotated[int, mapped_column(SmallInteger)]
"""Which key is in the tokens; 0 when this custodian's is not."""
OfACase = Annotated[UUID, mapped_column(Uuid, ForeignKey(f"{SCHEMA}.token_sets.case_id", ondelete="CASCADE"))]
"""What is known of a link goes with the tokens of either case."""


class Tokenized:
    """Tokens with the epochs of the keys that are in them. A set whose keys are lost is empty."""

    tokens: Mapped[Tokens]
    k1_epoch: Mapped[Epoch]
    k2_epoch: Mapped[Epoch]
    s_epoch: Mapped[Epoch]


class TokenArrival(Tokenized, Base):
    """Tokens as they came with a case, until the next run takes them in. The server's role only adds and deletes."""

    __tablename__ = "arrivals"
    __table_args__ = (
        Index("ix_arrivals_case_id", "case_id"),
        Index("ix_arrivals_batch_id", "batch_id"),
        {"schema": SCHEMA},
    )

    arrival_no: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    case_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    arrived_at: Mapped[Moment]


class TokenSet(Tokenized, Base):
    """The tokens of a case that are compared."""

    __tablename__ = "token_sets"
    __table_args__ = (
        Index(
            "ix_token_sets_tokens", "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"}
        ),
        Index("ix_token_sets_fresh", "case_id", postgresql_where=text("linked_at IS NULL")),
        Index("ix_token_sets_batch_id", "batch_id"),
        {"schema": SCHEMA},
    )

    case_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    # The arrival that it was last: what came before is never taken in after it.
    arrival_no: Mapped[int] = mapped_column(BigInteger)
    batch_id: Mapped[UUID]
    changed_at: Mapped[Moment]
    # Null until they are compared with all others.
    linked_at: Mapped[OptionalMoment]


class Edge(Base):
    """Two cases that may be of one person: which classes of match keys agree, and what speaks against it."""

    __tablename__ = "edges"
    __table_args__ = (
        UniqueConstraint("case_a", "case_b"),
        CheckConstraint("case_a < case_b", name="ordered"),
        Index("ix_edges_case_b", "case_b"),
        {"schema": SCHEMA},
    )

    id: Mapped[Key]
    case_a: Mapped[OfACase]
    case_b: Mapped[OfACase]
    classes: Mapped[Codes]
    weight: Mapped[float] = mapped_column(Float)
    band: Mapped[Code]
    against: Mapped[Codes]
    found_at: Mapped[Moment]


class LinkDecision(Base):
    """What a curator said of two cases. The newest holds; none is changed."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("case_a < case_b", name="ordered"),
        Index("ix_decisions_case_a", "case_a", "case_b"),
        Index("ix_decisions_case_b", "case_b"),
        {"schema": SCHEMA},
    )

    id: Mapped[Key]
    case_a: Mapped[OfACase]
    case_b: Mapped[OfACase]
    verdict: Mapped[Code]
    # A code and no free text, into which somebody would write a name.
    reason: Mapped[Code]
    decided_at: Mapped[Moment]
    decided_by: Mapped[UUID]


class Membership(Base):
    """That a case was of a person from one moment to another, in one band. A case without a row is a person alone."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index("uq_memberships_now", "case_id", "band", unique=True, postgresql_where=text("until IS NULL")),
        {"schema": SCHEMA},
    )

    case_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey(f"{SCHEMA}.token_sets.case_id", ondelete="CASCADE"), primary_key=True
    )
    band: Mapped[str] = mapped_column(String(40), primary_key=True)
    # The database's clock, read under the lock that orders a run against the cut of a release.
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    until: Mapped[OptionalMoment]
    person_id: Mapped[UUID]


class LinkEvent(Base):
    """Persons were merged or split: of which band, when, which persons, and how many cases they have now."""

    __tablename__ = "events"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[Key]
    kind: Mapped[Code]
    band: Mapped[Code]
    happened_at: Mapped[Moment]
    # The person whose cases they are now comes first.
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    cases: Mapped[int] = mapped_column(Integer)


class PersonWithdrawal(Tokenized, Base):
    """A person asked to be erased, by tokens and not by name; a run looks for her cases at night."""

    __tablename__ = "person_withdrawals"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[Key]
    # Who handed the wish on: its own cases are erased, and other organizations get a task.
    organization_id: Mapped[UUID]
    received_at: Mapped[Moment]
    not_before: Mapped[Moment]
    settled_at: Mapped[OptionalMoment]


class ErasureTask(Base):
    """An organization is asked whether one of its cases is to be erased."""

    __tablename__ = "erasure_tasks"
    __table_args__ = (Index("ix_erasure_tasks_case_id", "case_id"), {"schema": SCHEMA})

    id: Mapped[Key]
    # Null some time after it is settled: then nobody reads it, or needs to know which case it was.
    case_id: Mapped[UUID] = mapped_column(Uuid, nullable=True)
    organization_id: Mapped[UUID]
    created_at: Mapped[Moment]
    settled_at: Mapped[OptionalMoment]
    settled_by: Mapped[UUID | None]
    outcome: Mapped[str | None] = mapped_column(String(40))


class LinkRun(Base):
    """One nightly run: under which rules, which classes were too common to count, and how much there was."""

    __tablename__ = "runs"
    __table_args__ = ({"schema": SCHEMA},)

    id: Mapped[Key]
    began_at: Mapped[Moment]
    policy: Mapped[str] = mapped_column(String(80))
    weights: Mapped[str] = mapped_column(String(80))
    suspended: Mapped[Codes]
    is_skipped: Mapped[bool] = mapped_column(Boolean)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB)
