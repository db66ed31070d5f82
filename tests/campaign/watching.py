"""What another process holds: memory, open files, children. For a server that must hold the same for ever."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Held:
    """At one moment."""

    memory: int
    files: int
    children: int

    def __str__(self) -> str:
        return f"{self.memory / MEBIBYTE:.0f} MiB, {self.files} open files, {self.children} children"


def held_by(process_id: int) -> Held:
    """What the process holds now."""
    own = Path(f"/proc/{process_id}")
    pages = int((own / "statm").read_text(encoding="ascii").split()[1])
    children: set[str] = set()
    for task in (own / "task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end meanwhile
            children.update((task / "children").read_text(encoding="ascii").split())
    return Held(pages * os.sysconf("SC_PAGE_SIZE"), len(list((own / "fd").iterdir())), len(children))
