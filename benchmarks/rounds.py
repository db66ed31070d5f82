"""Timing in rounds: both sides take turns in one run, and only ratios of their medians are worth printing.

A single time says little on a machine that does other work as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median


@dataclass
class Side:
    """One of the two things that are compared, with the seconds of each of its rounds."""

    name: str
    seconds: list[float] = field(default_factory=list)

    clock: Callable[[], float] = time.perf_counter
    """What counts: seconds that pass, or with `time.process_time` those of a processor."""

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add the seconds that the block takes."""
        began = self.clock()
        yield
        self.seconds.append(self.clock() - began)

    @property
    def median(self) -> float:
        """The median of its rounds in seconds."""
        return median(self.seconds)


def table(sides: Sequence[Side], *, count: int, unit: str) -> Iterator[str]:
    """The sides as lines of a Markdown table: median seconds, all rounds, and how many units a second."""
    yield f"| | median | rounds | {unit} a second |"
    yield "|---|---|---|---|"
    for side in sides:
        rounds = ", ".join(f"{seconds:.2f}" for seconds in side.seconds)
        yield f"| {side.name} | {side.median:.2f} s | {rounds} | {count / side.median:,.0f} |"
