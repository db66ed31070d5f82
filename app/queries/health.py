"""Asking the database about itself."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def find_schema_version(session: Session) -> str | None:
    """The migration that the schema stands at, or None before the first."""
    if session.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None:
        return None
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
