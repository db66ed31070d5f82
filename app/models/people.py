"""Organizations that send or ask, the persons in them, and their keys. No victim is ever a person of this table."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Code, Codes, Key, Moment, OptionalMoment


class Organization(Base):
    """A sender, or a body that asks. Registered in one or more countries, under one agreement."""

    __tablename__ = "organizations"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Code]
    # The first country is the default of a case that names none.
    countries: Mapped[Codes]
    # What the agreement with the clearing point says; a batch may name another.
    legal_basis: Mapped[Code]
    law: Mapped[str | None] = mapped_column(String(40))
    registered_at: Mapped[Moment]


class Person(Base):
    """Somebody who works with the clearing point."""

    __tablename__ = "persons"

    id: Mapped[Key]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    registered_at: Mapped[Moment]

    organization: Mapped[Organization] = relationship(lazy="joined")


class ApiKey(Base):
    """A key as its hash. The key itself is shown once and kept by nobody here."""

    __tablename__ = "api_keys"

    id: Mapped[Key]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    # SHA-256 of 32 random bytes: nothing to guess, so a slow hash would protect nothing.
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    issued_at: Mapped[Moment]
    expires_at: Mapped[OptionalMoment]
    revoked_at: Mapped[OptionalMoment]

    person: Mapped[Person] = relationship(lazy="joined")
