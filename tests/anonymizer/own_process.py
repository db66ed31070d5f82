"""What this process holds right now: memory, open files, children. For tests that nothing is left behind."""

from __future__ import annotations

import os
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
    tasks = (_OWN / "task").iterdir()
    return {int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()}
