"""A trustee that did not answer is left alone for some minutes, so that not every sender waits for it anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

SECONDS = 300.0
"""A trustee that restarts misses few cases, and they get its key at night; one that is silent costs ten seconds in
five minutes."""


class TrusteePause:
    """Of one process: which trustee, by the folder of what is kept of it, rests until when. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[Path, float] = {}

    def begin(self, trustee_folder: Path) -> None:
        """It did not answer just now."""
        self._until[trustee_folder] = self._clock() + SECONDS

    def lasts(self, trustee_folder: Path) -> bool:
        """Whether it is not to be asked yet."""
        until = self._until.get(trustee_folder)
        return until is not None and self._clock() < until
