"""A shelter that sends right batches all the time that others send wrong ones, and must not notice them."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence

import httpx

from tests.factories import a_case, a_sheet

ROWS = 20
PAUSE = 0.25
"""Seconds between two batches: a shelter is not a load test."""


class GoodClient:
    """Sends until it is told to stop; keeps how long each batch took, and every answer that was not a receipt."""

    def __init__(self, client: httpx.Client) -> None:
        self.seconds: list[float] = []
        self.wrong: list[str] = []
        self.rows_acknowledged = 0
        self._client = client
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send_until_stopped, name="good client")

    def __enter__(self) -> GoodClient:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _send_until_stopped(self) -> None:
        number = 0
        while not self._stop.is_set():
            self._send_one(number)
            number += 1
            self._stop.wait(PAUSE)

    def _send_one(self, number: int) -> None:
        cases = (a_case(case_number=f"good-{number}-{row}") for row in range(ROWS))
        began = time.monotonic()
        try:
            answer = self._client.post(
                "/api/v1/batches",
                content=a_sheet(*cases),
                headers={"Content-Type": "text/csv", "Idempotency-Key": f"good-{number}"},
            )
        except httpx.HTTPError as error:
            self.wrong.append(type(error).__name__)
            return
        self.seconds.append(time.monotonic() - began)
        if answer.status_code != httpx.codes.OK or answer.json()["stats"]["created"] != ROWS:
            self.wrong.append(f"status {answer.status_code}")
        else:
            self.rows_acknowledged += ROWS


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan
