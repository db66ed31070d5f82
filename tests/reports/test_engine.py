"""The engine is shut off: no file, no network, no extension, nothing written, nothing to be switched on again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from reports.engine import Engine, Resources, open_engine


@pytest.fixture
def ask() -> Iterator[Any]:
    """The connection beneath the expressions, as an attacker's expression would reach it."""
    with open_engine(Resources(threads=1, memory="200MB")) as engine:
        yield connection_of(engine)


def connection_of(engine: Engine) -> Any:  # the connection of Ibis has no types
    return engine._connection.raw_sql


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/cases.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "ATTACH '/tmp/cases.duckdb'",
        "SET enable_external_access = true",
        "SET threads = 64",
        "SET temp_directory = '/tmp'",
    ],
)
def test_the_engine_refuses_to_reach_out(ask: Any, statement: str) -> None:
    with pytest.raises(duckdb.Error):
        ask(statement)


def test_the_engine_takes_no_more_than_it_is_given(ask: Any) -> None:
    """Threads and memory are settings, and nothing is spilled to disk."""
    settings = dict(ask("SELECT name, value FROM duckdb_settings()").fetchall())

    assert settings["threads"] == "1"
    assert settings["memory_limit"].startswith("190")  # MiB
    assert settings["temp_directory"] == ""
    assert settings["autoload_known_extensions"] == settings["autoinstall_known_extensions"] == "false"
    assert settings["allow_community_extensions"] == "false"
