"""What all tests share."""

from __future__ import annotations

from tests.clearing_point_fixture import migrated_server, people, premises
from tests.database_fixture import clone_database, embedded_server

__all__ = ["clone_database", "embedded_server", "migrated_server", "people", "premises"]
