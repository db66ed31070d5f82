"""Filling a clearing point with invented cases through its own service: batches of all demo senders over five years.

No case comes in by another way than a sender's, so what is counted is what would have been stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from app.database import Database, Embedded
from app.database.roles import DATABASE
from app.database.transactions import transaction
from app.demo.cases import invent_cases
from app.demo.organizations import SENDERS, DemoOrganization
from app.demo.sheets import sheet_pieces
from app.key_store import KeyStore
from app.services.arrivals import BatchOptions
from app.services.batches import receive_batch
from app.services.people import identify
from benchmarks.serving import admit
from benchmarks.stored_rows import owner_connection

YEARS = (2021, 2022, 2023, 2024, 2025)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
"""The clock of the filling: after the last year's sheets are closed."""
SEED = 1
CLEARING_POINT = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One batch: whose, of which year, and how many cases."""

    sender: DemoOrganization
    year: int
    cases: int


def fill(server: Embedded, database: Database, home: Path, *, cases: int) -> None:
    """Fill an empty database, or leave it alone when it holds as many cases already."""
    present = count_cases(server)
    if present not in (0, cases):
        raise RuntimeError("This home holds another number of cases. Choose an empty folder with --home.")
    if present == 0:
        _receive_all(database, KeyStore(home / "secrets"), cases)
        with server.superuser_connection() as connection:
            connection.execute("VACUUM (ANALYZE)")  # what autovacuum does soon after, in the midst of a round


def count_cases(server: Embedded) -> int:
    """How many cases the database holds."""
    with owner_connection(server, DATABASE) as connection:
        found = connection.execute("SELECT count(*) FROM cases").fetchone()
    return int(found[0]) if found else 0


def sheets(cases: int) -> Iterator[Sheet]:
    """The cases split over senders in proportion to their usual year, and over the years alike."""
    shares = [(sender, year) for sender in SENDERS for year in YEARS]
    reached = list(accumulate(sender.cases_a_year for sender, _ in shares))
    ends = [cases * part // reached[-1] for part in reached]
    for (sender, year), begin, end in zip(shares, [0, *ends], ends, strict=False):
        if end > begin:
            yield Sheet(sender, year, end - begin)


def _receive_all(database: Database, key_store: KeyStore, cases: int) -> None:
    keys = {sender.code: admit(database, key_store, sender, now=NOW).key for sender in SENDERS}
    for sheet in sheets(cases):
        rows = invent_cases(sheet.sender, year=sheet.year, count=sheet.cases, seed=SEED)
        with transaction(database.write_session()) as session:
            receive_batch(
                session,
                identify(session, keys[sheet.sender.code], now=NOW),
                body=sheet_pieces(rows),
                options=BatchOptions("csv"),
                key_store=key_store,
                clearing_point=CLEARING_POINT,
                now=NOW,
            )
