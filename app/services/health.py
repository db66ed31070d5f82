"""Whether this server can serve: the database answers and has the schema that this code knows."""

from __future__ import annotations

from app.database.sessions import Session
from app.domain.errors import TryAgain
from app.queries.health import find_schema_version

SCHEMA_VERSION = "0013"
"""The newest migration; a test holds it to `migrations/head.txt`."""


def check_ready(session: Session) -> None:
    """Raise TryAgain until the schema is the one that this code knows."""
    if find_schema_version(session) != SCHEMA_VERSION:
        raise TryAgain("The schema of the database is another one. Run `clearpoint migrate`.")
