"""What all tests share."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.clearing_point_fixture import migrated_server, people, premises
from tests.database_fixture import clone_database, embedded_server

__all__ = ["clone_database", "embedded_server", "migrated_server", "people", "premises"]

# The gate judges a change, so it tries the same examples each time; `HYPOTHESIS_PROFILE=explore` looks for new ones.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

LONGEST = ("tests/flows/", "tests/benchmarks/")
"""Whole ways through real processes come first: else one of them is what everybody waits for at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, otherwise in the order in which they stand."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))
