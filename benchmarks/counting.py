"""Counting beside reading: what the tables of a year cost once their columns are out of PostgreSQL.

One side reads the star frame of all cases, as a release does. The other counts every table and indicator of one year
from that frame, before suppression. Filling the database is outside of the timed part, and of the memory that is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import reports
from app.database import Database, running_postgres
from app.database.schema import migrate
from app.database.transactions import transaction
from app.services.frames import frame_at
from benchmarks.filling import fill
from benchmarks.machine import described, forget_peak_memory, peak_memory
from benchmarks.rounds import Side, table
from benchmarks.serving import temporary_folder

YEAR = 2024
RATIO_CEILING = 3.0


@dataclass
class Counting:
    """What was measured. `peak` is MiB of this process, which read and counted."""

    cases: int
    machine: str = ""
    read_rows: int = 0
    tables: int = 0
    peak: float = 0.0
    reading: Side = field(default_factory=lambda: Side("reading the columns from PostgreSQL"))
    counting: Side = field(default_factory=lambda: Side("counting all tables and indicators of a year"))

    @property
    def ratio(self) -> float:
        """The time of counting in times of reading."""
        return self.counting.median / self.reading.median


def measure(*, cases: int, rounds: int, home: Path | None) -> Counting:
    """Read and count in turn, `rounds` times."""
    measured = Counting(cases)
    with _home(home) as place, running_postgres(place) as server:
        database = Database(server.urls())
        migrate(database)
        fill(server, database, place, cases=cases)
        with server.superuser_connection() as connection:
            measured.machine = described(connection.info.parameter_status("server_version") or "")
        forget_peak_memory()
        for _ in range(rounds):
            _run_round(database, measured)
        measured.peak = peak_memory()
        database.dispose()
    return measured


def told(measured: Counting) -> Iterator[str]:
    """What was measured, in Markdown."""
    yield (
        f"Counting {measured.tables} tables and indicators of {YEAR} over {measured.cases:,} cases of five years, "
        f"{measured.read_rows:,} rows of the frame."
    )
    yield measured.machine
    yield ""
    yield from table([measured.reading, measured.counting], count=measured.cases, unit="cases")
    yield ""
    yield f"Ratio of the medians: {measured.ratio:.2f} times reading (at most {RATIO_CEILING:.2f} is wanted)."
    yield f"Peak memory of reading and counting: {measured.peak:,.0f} MiB."
    yield f"Repeat: python -m benchmarks counting --cases {measured.cases} --rounds {len(measured.reading.seconds)}"


@contextmanager
def _home(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with temporary_folder() as folder:
        yield folder / "home"


def _run_round(database: Database, measured: Counting) -> None:
    with measured.reading.timed(), transaction(database.read_session()) as session:
        frame = frame_at(session, datetime.now(UTC))
    with measured.counting.timed():
        counted = reports.count_all(frame, year=YEAR)
    measured.read_rows = sum(table.num_rows for table in frame.tables.values())
    measured.tables = len(counted)
