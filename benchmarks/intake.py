"""Intake beside raw COPY: how much of the database's own speed is left once a batch is cleared, checked and audited.

One side sends invented case sheets as CSV through HTTP and waits for the committed receipt: of a large batch, until its
job has stored it. The other loads the very rows that were stored for them, ready in the form that COPY reads, into the
same tables of an empty database. Both start from empty tables and a fresh checkpoint. Inventing the sheets and copying
the rows out is outside of the timed part. In the same rounds: clearing alone, and a workbook; after them, how long
senders wait for the answer to a usual batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from app.database import Database, Embedded, running_postgres
from app.database.roles import DATABASE
from app.demo.organizations import SENDERS, DemoOrganization
from app.key_store import KeyStore
from benchmarks import clearing, senders
from benchmarks.machine import described, peak_memory
from benchmarks.rounds import Side, table
from benchmarks.serving import Serving, admit, send, serving, temporary_folder
from benchmarks.sheets import write_csv, write_workbook
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
FIRST_PART = 10
"""A tenth of the sheets goes first, untimed: it wakes the server, and shows its memory after a small batch."""
MOST_IN_A_WORKBOOK = 20_000
"""Case sheets; more come as CSV."""
BATCHES_OF_EACH = 5
"""Usual batches that each of a crowd sends."""
BATCHES_OF_ONE = 4
"""As many times more from a sender alone, who would be done too soon."""
RATIO_FLOOR = 0.20
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
    workbook_rows: int = 0
    workbook: Side = field(default_factory=lambda: Side("XLSX through HTTP to a committed receipt"))
    alone: clearing.ClearingAlone = field(default_factory=lambda: clearing.ClearingAlone(0))
    waitings: list[senders.Waiting] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The speed of intake as a part of the speed of raw COPY."""
        return self.copy.median / self.service.median


def measure(*, rows: int, rounds: int, batches: int = BATCHES_OF_EACH) -> Intake:
    """Send `rows` case sheets and copy what they leave, `rounds` times in turn; then let senders send `batches`."""
    measured = Intake(rows)
    with temporary_folder() as folder:
        first, sheet = (write_csv(folder, SENDER, count) for count in (rows // FIRST_PART, rows))
        measured.workbook_rows = min(rows, MOST_IN_A_WORKBOOK)
        workbook = write_workbook(folder, SENDER, measured.workbook_rows)
        measured.alone.rows = rows
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
            for _ in range(rounds):
                bench.send_workbook(workbook, measured)
                clearing.run_round(sheet, SENDER.countries[0], measured.alone)
            measured.waitings = bench.let_senders_wait(batches)
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
    yield ""
    yield from table([measured.workbook], count=measured.workbook_rows, unit="case sheets")
    yield ""
    yield from clearing.told(measured.alone)
    yield ""
    yield from senders.told(measured.waitings)
    yield ""
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
        object.__setattr__(self, "key", self._admit(SENDER))
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

    def send_workbook(self, workbook: Path, measured: Intake) -> None:
        """Take a workbook in, into empty tables."""
        self._begin_anew()
        with measured.workbook.timed():
            self.send(workbook)

    def let_senders_wait(self, batches: int) -> list[senders.Waiting]:
        """One sender; a crowd of one organization; a crowd of many."""
        self._begin_anew()
        url, crowd = self.server.url, senders.CROWD
        others = [(self._admit(one), one) for one in SENDERS if one != SENDER]
        everybody = list(islice(cycle([(self.key, SENDER), *others]), crowd))
        many, one = (
            f"{crowd} senders of {len(others) + 1} organizations",
            f"{crowd} senders of one organization",
        )
        return [
            senders.wait_alone(url, self.key, SENDER, batches=BATCHES_OF_ONE * batches),
            senders.wait_in_a_crowd(many, url, everybody, batches=batches),
            senders.wait_in_a_crowd(one, url, [(self.key, SENDER)] * crowd, batches=batches),
        ]

    def send(self, sheet: Path) -> None:
        """Send a sheet of which every row is taken in: anything else would be no measurement."""
        answer = send(self.server.url, self.key, sheet)
        stats = answer.get("stats", {})
        if not answer.get("receipt") or stats["created"] != stats["received"]:
            code = answer.get("code", "none")
            raise RuntimeError(f"Not all sheets were taken in (code: {code}). Mend that before measuring.")

    def _admit(self, organization: DemoOrganization) -> str:
        database = Database(self.postgres.urls())
        key_store = KeyStore(self.server.home / "secrets")
        key = admit(database, key_store, organization, now=datetime.now(UTC)).key
        database.dispose()
        return key

    def _begin_anew(self) -> None:
        for connection in (self.stored, self.copied):
            empty(connection)
        with self.postgres.superuser_connection() as connection:
            connection.execute("CHECKPOINT")
