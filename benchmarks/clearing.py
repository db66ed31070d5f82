"""Clearing alone, in this process and on one core: reading CSV, and clearing what was read.

No server and no database: what a laptop does before it sends, and what the door does before it stores. The seconds are
those of a processor, because other programs that run beside take turns on the core, and not in the work.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from anonymizer import Clearing, ClearingRules, RawChunk
from anonymizer.reading.formats import open_sheets
from benchmarks.rounds import Side, table
from benchmarks.serving import blocks_of

COUNTRIES = frozenset({"RS", "BA", "ME", "MK", "AL", "BG", "RO", "HR", "SI", "MD", "XK", "HU", "GR", "TR"})
FLOOR = 25_000
"""Case sheets a second on one core that are wanted."""


@dataclass
class ClearingAlone:
    """What was measured."""

    rows: int
    reading: Side = field(default_factory=lambda: Side("reading CSV", clock=time.process_time))
    clearing: Side = field(default_factory=lambda: Side("clearing what was read", clock=time.process_time))


def run_round(sheet: Path, country: str, measured: ClearingAlone) -> None:
    """Read the sheet, and then clear it."""
    rules = ClearingRules(
        country, COUNTRIES | {country}, "CONSENT", b"benchmark" * 4, datetime.now(UTC).date()
    )
    chunks: list[RawChunk] = []
    with measured.reading.timed():
        chunks.extend(open_sheets(blocks_of(sheet), "csv"))
    clearing = Clearing(rules)
    with measured.clearing.timed():
        accepted = sum(len(clearing.clear(chunk).rows) for chunk in chunks)
    if accepted != measured.rows:
        raise RuntimeError("Clearing did not take all sheets. Mend that before measuring.")


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
