"""The engine that counts: DuckDB inside the process, shut off from disk and network, reached through Ibis alone.

It must never write a case to disk, load an extension or open a file: it gets columns and gives columns. Everything
that is asked of it is an Ibis expression, so that another engine that Ibis speaks to can take its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

SHUT_OFF = (
    "temp_directory = ''",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "allow_community_extensions = false",
    "enable_external_access = false",
    "lock_configuration = true",
)
"""Set in this order: what comes after `enable_external_access` could not be set any more."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What counting may take of the machine."""

    threads: int = 2
    """The server has other work; counting a million cases takes seconds with two."""
    memory: str = "2GB"
    """Beyond this the engine stops with an error: it must not spill cases to disk. A million cases take less."""


class Engine:
    """One closed DuckDB in memory. Use it through `open_engine`, which also ends it."""

    def __init__(self, resources: Resources) -> None:
        self._connection = ibis.duckdb.connect(threads=resources.threads, memory_limit=resources.memory)
        for setting in SHUT_OFF:
            self._connection.raw_sql(f"SET {setting}")

    def collect(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as columns."""
        return self._connection.to_pyarrow(expression)

    def keep(self, expression: ir.Table) -> ir.Table:
        """The expression worked out once, to be used by several others.

        As Arrow columns and not as a table of the engine: Ibis 12 calls what DuckDB 2 has deprecated there.
        """
        return ibis.memtable(self.collect(expression))

    def close(self) -> None:
        """Let go of all columns."""
        self._connection.disconnect()


@contextmanager
def open_engine(resources: Resources | None = None) -> Iterator[Engine]:
    """An engine for one piece of work."""
    engine = Engine(resources or Resources())
    try:
        yield engine
    finally:
        engine.close()
