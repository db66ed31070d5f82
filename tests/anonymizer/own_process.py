"""What this process holds right now: memory, open files, children. For tests that nothing is left behind."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_OWN = Path("/proc/self")


def memory() -> int:
    """Bytes in memory now."""
    pages = int((_OWN / "statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    """How many files, pipes and connections are open."""
    return len(list((_OWN / "fd").iterdir()))


def children() -> set[int]:
    """The processes that this one started and that are not gone, ended ones that nobody waited for included."""
    found: set[int] = set()
    for task in (_OWN / "task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            found.update(map(int, (task / "children").read_text(encoding="ascii").split()))
    return found
