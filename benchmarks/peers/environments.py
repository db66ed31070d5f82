"""Peers run in environments below `var/benchmarks`, and are talked to by lines of JSON through their standard input.

A peer is pinned in a requirements file beside this module, and installed when it is first asked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KEPT_IN = ROOT / "var" / "benchmarks"
_MARK = "installed.txt"


class PeerFailed(Exception):
    """A peer ended before it answered; what it said stands on the standard error."""


class Peer:
    """A running script of a peer: one line of JSON goes in, one comes out."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, **question: Any) -> Any:
        """What the peer answers. Raises PeerFailed when it ended."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise PeerFailed("The peer has no pipes.")
        stdin.write(json.dumps(question) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise PeerFailed("The peer ended; see above what it said.")
        return json.loads(line)


@contextmanager
def running(name: str) -> Iterator[Peer]:
    """The script of a peer in its own environment, which is made when it is not there yet."""
    python = _environment(name)
    clean = {key: kept for key, kept in os.environ.items() if not key.startswith("PYTHON")}
    command = [str(python), str(HERE / "scripts" / f"{name}_peer.py")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clean
    ) as process:
        try:
            yield Peer(process)
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait(timeout=60)


def _environment(name: str) -> Path:
    """The interpreter of a peer's environment, with exactly the pins of its file."""
    home, wanted = KEPT_IN / name, (HERE / f"{name}.txt").read_text(encoding="utf-8")
    python, mark = home / "bin" / "python", home / _MARK
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "-r", str(HERE / f"{name}.txt")]
    subprocess.run(install, check=True, stdout=sys.stderr)
    mark.write_text(wanted, encoding="utf-8")
    return python
