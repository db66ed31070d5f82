"""The machine under the measurement, in words that let another one be compared, and the memory of its processes.

Reads what Linux tells in /proc; says nothing that names the machine or its user.
"""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PROC = Path("/proc")
FORGET_THE_PEAK = "5"
"""What /proc/PID/clear_refs takes to begin VmHWM anew (proc_pid_clear_refs(5))."""


def described(postgres_version: str) -> str:
    """Processors, memory, load and versions in one line."""
    load, _, _ = os.getloadavg()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} processors ({_first(PROC / 'cpuinfo', 'model name')}), "
        f"{_kib(PROC / 'meminfo', 'MemTotal') / 1024**2:.0f} GiB, load {load:.1f} before; "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"PostgreSQL {postgres_version}, psycopg {version('psycopg')}, SQLAlchemy {version('sqlalchemy')}, "
        f"uvicorn {version('uvicorn')}, DuckDB {version('duckdb')}, pyarrow {version('pyarrow')}"
    )


def peak_memory(pid: int | None = None) -> float:
    """The most memory that a process, this one when none is given, had since it began or since its peak was
    forgotten: VmHWM in MiB."""
    return _kib(PROC / str(pid or "self") / "status", "VmHWM") / 1024


def forget_peak_memory() -> None:
    """Begin the peak of this process anew, so that what came before is not in it."""
    (PROC / "self" / "clear_refs").write_text(FORGET_THE_PEAK)


def _kib(file: Path, name: str) -> int:
    return int(_first(file, name).removesuffix("kB"))


def _first(file: Path, name: str) -> str:
    """What stands behind the first line that begins with the name."""
    found = re.search(rf"^{name}\s*:\s*(.*)$", file.read_text(), re.MULTILINE)
    return found[1] if found else "0"
