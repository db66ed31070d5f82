"""Linking: one case looked up in a filled store, and whole runs at night. Tokens are random, no identifier is needed.

A few cases share the tokens of another, as one person's would; everybody else shares none.
"""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

from sqlalchemy import text

from anonymizer.policy import SLOTS
from app.database import Database, DatabaseRole, running_postgres
from app.database.schema import migrate
from app.database.transactions import transaction
from app.domain.identifiers import new_ids
from app.queries.linkage_tokens import Epochs, StoredTokens
from app.services.linkage.matching import match_fresh
from app.services.linkage.nightly import Linked, link_cases
from app.services.linkage.sealing import keep_arrivals
from benchmarks.machine import described
from benchmarks.serving import temporary_folder

EPOCHS = Epochs(1, 1, 1)
NOW = datetime(2026, 6, 1, 0, 13, tzinfo=UTC)
SHARE_OF_RELATED = 0.02
"""Cases of a person who is in the store already."""
SHARED_SLOTS = (2, 10, 12, 18, 22)
"""S.DOB, F.DM, G.DOB.POB, S.Y.POB, S.Y.FATHER: what a careful registration has."""
AT_ONCE = 10_000
SEED = 1
A_BATCH = UUID(int=(7 << 76) + (2 << 62))
A_NIGHT = 1_000
"""Cases that come on one day."""
LOOKED_UP = 400


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, and what the machine was."""

    machine: str
    cases: int
    first_run: float
    first: Linked
    night: float
    nightly: Linked
    one_case: list[float]
    one_run: list[float]


def measure(*, cases: int) -> Measured:
    """Fill a store, link it, add a day's cases, and look single ones up."""
    with temporary_folder() as folder, running_postgres(folder / "home") as server:
        database = Database(server.urls())
        migrate(database)
        source = random.Random(SEED)
        filled = _arrive(database, _sets(source, cases, []))
        first_run, first = _timed_run(database)
        night_sets = _arrive(database, _sets(source, A_NIGHT, filled))
        night, nightly = _timed_run(database)
        one_case = [_timed_look(database, case) for case in _some(source, filled + night_sets)]
        one_run = [_timed_single(database, source, filled) for _ in range(5)]
        measured = Measured(_machine(database), cases, first_run, first, night, nightly, one_case, one_run)
        database.dispose()
    return measured


def told(measured: Measured) -> Iterator[str]:
    """What was measured, in sentences."""
    times = sorted(measured.one_case)
    p95 = times[int(len(times) * 0.95)]
    yield measured.machine
    yield (
        f"One case looked up in {measured.cases:,}: {median(times) * 1000:.1f} ms in the median, "
        f"{p95 * 1000:.1f} ms at the 95th percentile of {len(times)}"
    )
    yield (
        f"A run for one new case, with all bands and persons: {median(measured.one_run):.2f} s "
        f"in the median of {len(measured.one_run)}"
    )
    yield _run_told(f"A run with {A_NIGHT:,} new cases", measured.night, measured.nightly)
    yield _run_told(f"The first run over {measured.cases:,} cases", measured.first_run, measured.first)


def _run_told(what: str, seconds: float, linked: Linked) -> str:
    return f"{what}: {seconds:.1f} s; {linked.automatic:,} automatic links and {linked.review:,} for review stood then"


Stored = tuple[UUID, StoredTokens]


def _sets(source: random.Random, count: int, known: Sequence[Stored]) -> list[Stored]:
    made: list[Stored] = []
    for case in new_ids(NOW, count):
        elements = [source.randbytes(32) for _ in range(SLOTS)]
        others = made or known
        if others and source.random() < SHARE_OF_RELATED:
            _, other = source.choice(known or made)
            for slot in SHARED_SLOTS:
                elements[slot] = other.elements[slot]
        made.append((case, StoredTokens(EPOCHS.k1, EPOCHS.k2, EPOCHS.s, tuple(elements))))
    return made


def _arrive(database: Database, sets: list[Stored]) -> list[Stored]:
    for at in range(0, len(sets), AT_ONCE):
        some = sets[at : at + AT_ONCE]
        with transaction(database.write_session()) as session:
            cases, stored = [case for case, _ in some], [stored for _, stored in some]
            keep_arrivals(session, cases, stored, batch_id=A_BATCH, now=NOW)
    return sets


def _timed_run(database: Database) -> tuple[float, Linked]:
    began = time.perf_counter()
    with transaction(database.linking_session()) as linking, database.read_session() as reading:
        linked = link_cases(linking, reading, now=NOW, random=secrets.token_bytes, epochs=EPOCHS)
    return time.perf_counter() - began, linked


def _timed_look(database: Database, case: UUID) -> float:
    with transaction(database.linking_session()) as session:
        session.connection()
        began = time.perf_counter()
        match_fresh(session, [case])
        return time.perf_counter() - began


def _timed_single(database: Database, source: random.Random, filled: list[Stored]) -> float:
    _arrive(database, _sets(source, 1, filled))
    return _timed_run(database)[0]


def _some(source: random.Random, sets: Sequence[Stored]) -> list[UUID]:
    return [case for case, _ in source.sample(sets, min(LOOKED_UP, len(sets)))]


def _machine(database: Database) -> str:
    with database.engine(DatabaseRole.OWNER).connect() as connection:
        return described(str(connection.execute(text("SHOW server_version")).scalar_one()))
