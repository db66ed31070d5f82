"""Intake beside raw COPY: how much of the database's own speed is left once a batch is cleared, checked and audited.

One side sends invented case sheets as CSV through HTTP and waits for the committed receipt. The other loads the very
rows that were stored for them, ready in the form that COPY reads, into the same tables of an empty database. Both start
from empty tables and a fresh checkpoint. Inventing the sheets and copying the rows out is outside of the timed part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.database import Database, Embedded, running_postgres
from app.database.roles import DATABASE
from app.demo.cases import invent_cases
from app.demo.organizations import SENDERS
from app.demo.sheets import sheet_pieces
from app.key_store import KeyStore
from benchmarks.machine import described, peak_memory
from benchmarks.rounds import Side, table
from benchmarks.serving import Serving, admit, send, serving, temporary_folder
from benchmarks.stored_rows import (
    BATCHES,
    CASE_TABLES,
    STANDING,
    Connection,
    copy_in,
    copy_out,
    empty,
    owner_connection,
    second_database,
)

SENDER = max(SENDERS, key=lambda sender: len(sender.registrations))
"""The one that works in two countries, so that every column of the sheet is filled somewhere."""
YEAR = 2024
"""Sheets of this year are closed, so that no date in them lies in the future."""
SEED = 1
FIRST_PART = 10
"""A tenth of the sheets goes first, untimed: it wakes the server, and shows its memory after a small batch."""
RATIO_FLOOR = 0.10
MEMORY_CEILING = 300
"""MiB of the server's process."""


@dataclass
class Intake:
    """What was measured. Peaks are MiB of the server's process, after the first part and after all rounds."""

    rows: int
    machine: str = ""
    sheet_bytes: int = 0
    stored_rows: int = 0
    first_peak: float = 0.0
    peak: float = 0.0
    service: Side = field(default_factory=lambda: Side("CSV through HTTP to a committed receipt"))
    copy: Side = field(default_factory=lambda: Side("raw COPY of the same rows, committed"))

    @property
    def ratio(self) -> float:
        """The speed of intake as a part of the speed of raw COPY."""
        return self.copy.median / self.service.median


def measure(*, rows: int, rounds: int) -> Intake:
    """Send `rows` case sheets, and copy what they leave, `rounds` times in turn."""
    measured = Intake(rows)
    with temporary_folder() as folder:
        first, sheet = (_write_sheet(folder, count) for count in (rows // FIRST_PART, rows))
        measured.sheet_bytes = sheet.stat().st_size
        with (
            serving(folder) as server,
            running_postgres(server.home) as postgres,
            owner_connection(postgres, DATABASE) as stored,
            second_database(postgres) as copied,
        ):
            bench = _Bench(server, postgres, stored, copied, folder)
            measured.machine = described(stored.info.parameter_status("server_version") or "")
            bench.send(first)
            measured.first_peak = peak_memory(server.pid)
            for _ in range(rounds):
                bench.run_round(sheet, measured)
            measured.peak = peak_memory(server.pid)
    return measured


def told(measured: Intake) -> Iterator[str]:
    """What was measured, in Markdown."""
    rows, size = measured.rows, measured.sheet_bytes / 1e6
    yield f"Intake of {rows:,} case sheets ({size:.1f} MB of CSV), which leave {measured.stored_rows:,} rows."
    yield measured.machine
    yield ""
    yield from table([measured.service, measured.copy], count=rows, unit="case sheets")
    yield ""
    yield f"Ratio of the medians: {measured.ratio:.2f} of raw COPY (at least {RATIO_FLOOR:.2f} is wanted)."
    yield (
        f"Peak memory of the server: {measured.first_peak:.0f} MiB after {rows // FIRST_PART:,} case sheets, "
        f"{measured.peak:.0f} MiB after {rows:,} (under {MEMORY_CEILING} MiB is wanted)."
    )
    yield f"Repeat: python -m benchmarks intake --rows {rows} --rounds {len(measured.copy.seconds)}"


@dataclass(frozen=True, slots=True)
class _Bench:
    """The two databases of one server, and the sender's key."""

    server: Serving
    postgres: Embedded
    stored: Connection
    copied: Connection
    folder: Path
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Admit the sender, and let the second database know it too."""
        database = Database(self.postgres.urls())
        key_store = KeyStore(self.server.home / "secrets")
        object.__setattr__(self, "key", admit(database, key_store, SENDER, now=datetime.now(UTC)).key)
        database.dispose()
        copy_out(self.stored, STANDING, self.folder)
        copy_in(self.copied, STANDING, self.folder)

    def run_round(self, sheet: Path, measured: Intake) -> None:
        """Take the sheet in, and copy the rows that this left."""
        self._begin_anew()
        with measured.service.timed():
            self.send(sheet)
        copy_out(self.stored, [BATCHES], self.folder)
        copy_in(self.copied, [BATCHES], self.folder)
        measured.stored_rows = copy_out(self.stored, CASE_TABLES, self.folder)
        with measured.copy.timed():
            copy_in(self.copied, CASE_TABLES, self.folder)

    def send(self, sheet: Path) -> None:
        """Send a sheet of which every row is taken in: anything else would be no measurement."""
        answer = send(self.server.url, self.key, sheet).json()
        stats = answer["stats"]
        if not answer["receipt"] or stats["created"] != stats["received"]:
            raise RuntimeError("The clearing point did not take all sheets in. Mend that before measuring.")

    def _begin_anew(self) -> None:
        for connection in (self.stored, self.copied):
            empty(connection)
        with self.postgres.superuser_connection() as connection:
            connection.execute("CHECKPOINT")


def _write_sheet(folder: Path, rows: int) -> Path:
    sheet = folder / f"sheet-of-{rows}.csv"
    with sheet.open("wb") as written:
        written.writelines(sheet_pieces(invent_cases(SENDER, year=YEAR, count=rows, seed=SEED)))
    return sheet
