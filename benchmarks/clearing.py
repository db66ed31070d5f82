"""Clearing alone, in this process and on one core: reading CSV, and clearing what was read.

No server and no database: what a laptop does before it sends, and what the door does before it stores. The seconds are
those of a processor, because other programs that run beside take turns on the core, and not in the work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from anonymizer import Clearing, ClearingRules
from anonymizer.reading.formats import open_sheets
from benchmarks.rounds import Side, table
from benchmarks.serving import blocks_of

COUNTRIES = frozenset({"RS", "BA", "ME", "MK", "AL", "BG", "RO", "HR", "SI", "MD", "XK", "HU", "GR", "TR"})
FLOOR = 25_000
"""Case sheets a second on one core that are wanted."""


Result = TypeVar("Result")


@dataclass
class ClearingAlone:
    """What was measured."""

    rows: int
    reading: Side = field(default_factory=lambda: Side("reading CSV", clock=time.process_time))
    clearing: Side = field(default_factory=lambda: Side("clearing what was read", clock=time.process_time))


def run_round(sheet: Path, country: str, measured: ClearingAlone) -> None:
    """Read the sheet and clear it chunk by chunk, as the door does: no more than one chunk is held."""
    rules = ClearingRules(
        country, COUNTRIES | {country}, "CONSENT", b"benchmark" * 4, datetime.now(UTC).date()
    )
    reading, clearing = _Turns(measured.reading.clock), _Turns(measured.clearing.clock)
    chunks, clear = open_sheets(blocks_of(sheet), "csv"), Clearing(rules).clear
    accepted = 0
    while chunk := reading.take(lambda: next(chunks, None)):
        accepted += len(clearing.take(partial(clear, chunk)).rows)
    measured.reading.seconds.append(reading.seconds)
    measured.clearing.seconds.append(clearing.seconds)
    if accepted != measured.rows:
        raise RuntimeError("Clearing did not take all sheets. Mend that before measuring.")


@dataclass
class _Turns:
    """The seconds of one of two that take turns."""

    clock: Callable[[], float]
    seconds: float = 0.0

    def take(self, turn: Callable[[], Result]) -> Result:
        began = self.clock()
        result = turn()
        self.seconds += self.clock() - began
        return result


def told(measured: ClearingAlone) -> Iterator[str]:
    """What was measured, in Markdown."""
    yield f"Clearing {measured.rows:,} case sheets on one core, without server and database; seconds of a processor."
    yield ""
    yield from table([measured.reading, measured.clearing], count=measured.rows, unit="case sheets")
    yield ""
    yield (
        f"Clearing alone: {measured.rows / measured.clearing.median:,.0f} case sheets a second "
        f"(at least {FLOOR:,} are wanted)."
    )
