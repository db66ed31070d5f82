"""How long a sender waits for the answer to a usual batch, alone and in a crowd.

Every batch has cases of its own. In the crowd each sender sends its next batch when it has its answer; once they all
belong to one organization, whose batches are stored one after another, and once each to its own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from statistics import quantiles

import httpx

from app.demo.organizations import DemoOrganization
from benchmarks.sheets import sheet_of_new_cases

CASES = 500
CROWD = 20
LONGEST = 120.0
"""Seconds that a sender waits at most."""


@dataclass
class Waiting:
    """The seconds that senders waited, and how often they were told to try again."""

    name: str
    seconds: list[float] = field(default_factory=list)
    told_to_try_again: int = 0

    def percentile(self, percent: int) -> float:
        """The wait that so many per cent of the batches did not pass."""
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1]


def wait_alone(url: str, key: str, organization: DemoOrganization, *, batches: int) -> Waiting:
    """One sender, one batch after another."""
    waiting = Waiting("1 sender")
    _send_some(url, key, organization, batches, waiting)
    return waiting


def wait_in_a_crowd(
    name: str, url: str, senders: Sequence[tuple[str, DemoOrganization]], *, batches: int
) -> Waiting:
    """As many senders as there are keys, at once."""
    waiting = Waiting(name)
    with ThreadPoolExecutor(len(senders)) as crowd:
        sent = [
            crowd.submit(_send_some, url, key, organization, batches, waiting)
            for key, organization in senders
        ]
        for one in sent:
            one.result()
    return waiting


def told(waitings: Sequence[Waiting]) -> Iterator[str]:
    """What was measured, in Markdown."""
    yield f"Waiting for the answer to a batch of {CASES} cases, CSV through HTTP to a committed receipt."
    yield ""
    yield "| | batches | p50 | p95 | slowest | told to try again |"
    yield "|---|---|---|---|---|---|"
    for one in waitings:
        yield (
            f"| {one.name} | {len(one.seconds)} | {one.percentile(50):.2f} s | {one.percentile(95):.2f} s "
            f"| {max(one.seconds):.2f} s | {one.told_to_try_again} |"
        )


def _send_some(url: str, key: str, organization: DemoOrganization, batches: int, waiting: Waiting) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    sheets = [sheet_of_new_cases(organization, CASES) for _ in repeat(None, batches)]
    with httpx.Client(headers=headers, timeout=LONGEST) as client:
        for sheet in sheets:
            began = time.perf_counter()
            while (answer := client.post(f"{url}/api/v1/batches", content=sheet)).status_code == 503:
                waiting.told_to_try_again += 1
                time.sleep(1)
            waiting.seconds.append(time.perf_counter() - began)
            if answer.status_code != httpx.codes.OK or not answer.json()["receipt"]:
                raise RuntimeError("The clearing point did not take a batch in. Mend that before measuring.")
