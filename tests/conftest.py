"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

from tests.clearing_point_fixture import migrated_server, people, premises
from tests.database_fixture import clone_database, embedded_server

__all__ = ["clone_database", "embedded_server", "migrated_server", "people", "premises"]

# The gate judges a change, so it tries the same examples each time; `HYPOTHESIS_PROFILE=explore` looks for new ones.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
