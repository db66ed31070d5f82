"""The campaign of intake: many bad batches by several clients, one good client meanwhile, and a look at what is left.

It fails by what it finds (`Report.problems`): a server error, an answer that repeats something, a good batch that was
not stored, memory, files or processes that were not given back, content that was kept, a database that contradicts
what was answered.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.database import running_postgres
from app.database.roles import DATABASE
from tests.campaign.attempts import attempt_of
from tests.campaign.calls import SEARCHED, SECONDS, Outcome, leaked, send
from tests.campaign.good_client import GoodClient, percentile
from tests.campaign.invariants import broken_invariants, stored_case_sheets
from tests.campaign.watching import MEBIBYTE, Held, held_by
from tests.flows.canary import leaks_below
from tests.flows.canary_doors import checked, dump_of
from tests.flows.server_process import ServerProcess, server_process

GROWTH_ALLOWED = 64 * MEBIBYTE
MORE_FILES_ALLOWED = 24
"""Connections to the database that the pools keep for the next crowd."""
WARM_UP = 1 / 5
"""Of the attempts, before memory counts."""
SECONDS_TO_SETTLE = 60
LARGE = 64 * 1024
"""From this size on a batch is stored by a job, so that jobs are tried as well."""
GOOD, BAD = "good", "bad"
"""The organizations of the good client and of the others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: so many attempts of a seed, or those numbers alone."""

    seed: int
    numbers: Sequence[int]
    clients: int


@dataclass(slots=True)
class Report:
    """What came of it."""

    plan: Plan
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0
    good_seconds: list[float] = field(default_factory=list)
    good_rows: int = 0
    warm: Held | None = None
    settled: Held | None = None
    problems: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """For people."""
        sent = len(self.outcomes)
        yield f"{sent} attempts of seed {self.plan.seed} by {self.plan.clients} clients in {self.seconds:.0f} s"
        forms = Counter(outcome.attempt.form for outcome in self.outcomes)
        yield "  " + ", ".join(f"{form} {count}" for form, count in forms.most_common())
        for word, count in Counter(outcome.word for outcome in self.outcomes).most_common():
            yield f"  {count:6d}  {word}"
        p50, p95 = (percentile(self.good_seconds, share) * 1000 for share in (0.5, 0.95))
        yield (
            f"good client: {len(self.good_seconds)} batches, {self.good_rows} rows stored, p50 {p50:.0f} ms, "
            f"p95 {p95:.0f} ms"
        )
        yield f"the server held {self.warm} when it was warm, {self.settled} at the end"
        for problem in self.problems:
            yield f"PROBLEM: {problem}"
        yield f"{len(self.problems)} problems"


def run_intake(folder: Path, plan: Plan) -> Report:
    """Run a campaign with a server of its own in this folder."""
    report = Report(plan)
    attempt_of(plan.seed, 0)  # makes the corpus, before anybody looks at a clock
    with server_process(folder, CLEARPOINT_LARGE_BODY_BYTES=str(LARGE)) as server:
        good, bad = (_register(server, code) for code in (GOOD, BAD))
        with _client(server, good) as client, GoodClient(client) as good_client:
            _send_all(server, bad, report)
        report.good_seconds, report.good_rows = good_client.seconds, good_client.rows_acknowledged
        report.problems += [f"a good batch was not stored: {why}" for why in good_client.wrong]
        _settle(server, bad)
        report.settled = held_by(server.process_id)
    _judge(server, report)
    return report


def _send_all(server: ServerProcess, key: str, report: Report) -> None:
    plan, began = report.plan, time.monotonic()
    warm_at = int(len(plan.numbers) * WARM_UP)
    waiting = iter(plan.numbers)
    lots = iter(lambda: list(itertools.islice(waiting, max(1, warm_at))), [])
    with ThreadPoolExecutor(plan.clients) as threads, _client(server, key, plan.clients) as client:
        for lot in lots:
            report.outcomes += threads.map(lambda number: send(client, attempt_of(plan.seed, number)), lot)
            report.warm = report.warm or held_by(server.process_id)
    report.seconds = time.monotonic() - began


def _settle(server: ServerProcess, key: str) -> None:
    """Wait until no batch waits any more. Whatever still does is found in the database."""
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    with _client(server, key) as client:
        while time.monotonic() < deadline:
            batches = client.get("/api/v1/batches").json()["batches"]
            if all(batch["state"] != "PENDING" for batch in batches):
                return
            time.sleep(0.5)


def _judge(server: ServerProcess, report: Report) -> None:
    """Look at everything that is left once the server has stopped."""
    problems = report.problems
    for outcome in report.outcomes:
        if outcome.wrong:
            again = f"--seed {report.plan.seed} --only {outcome.attempt.number}"
            problems.append(f"{outcome.attempt.form}: {outcome.wrong}; again with {again}")
    problems += _not_given_back(report)
    problems += [f"what was sent is in {name}" for name in leaks_below(server.home, SEARCHED)]
    problems += [
        f"a temporary file was left: {path.name}" for path in server.temporary.rglob("*") if path.is_file()
    ]
    problems += [f"what was sent is in the {name}" for name in leaked([("log", server.log.read_bytes())])]
    if b'"fault"' in server.log.read_bytes():
        problems.append("the log tells of a fault")
    problems += [f"what was sent is in the {name}" for name in leaked(dump_of(server.home).items())]
    with running_postgres(server.home) as postgres, postgres.superuser_connection(DATABASE) as connection:
        problems += broken_invariants(connection)
        stored = stored_case_sheets(connection, GOOD)
    if stored != report.good_rows or not stored:
        problems.append(f"the good client was told of {report.good_rows} rows, and {stored} are stored")


def _not_given_back(report: Report) -> Iterator[str]:
    warm, settled = report.warm, report.settled
    if warm is None or settled is None:
        yield "nothing was sent"
        return
    if settled.memory - warm.memory > GROWTH_ALLOWED:
        yield "the server's memory grew"
    if settled.files - warm.files > MORE_FILES_ALLOWED:
        yield "the server's open files grew"
    if settled.children > warm.children:
        yield "the server's children grew"


def _register(server: ServerProcess, code: str) -> str:
    """An organization with one sender, whose key is given."""
    checked(server.clearpoint("org", "add", code, "--name", code, "--kind", "NGO", "--country", "RS"))
    issued = checked(server.clearpoint("key", "issue", code, "--person", code, "--role", "sender"))
    return issued.stdout.decode().splitlines()[0].removeprefix("key = ")


@contextmanager
def _client(server: ServerProcess, key: str, connections: int = 1) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=SECONDS, limits=limits) as client:
        yield client
