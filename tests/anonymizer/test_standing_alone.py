"""Clearing runs on a laptop that has nothing of the server, and opens no connection."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import anonymizer

PROGRAM = """
import importlib.abc, socket, sys

BLOCKED = {"app", "reports", "fastapi", "sqlalchemy", "pandas", "pyarrow", "numpy", "cryptography", "httpx"}

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ImportError("blocked")

def no_network(*_):
    raise OSError("no network")

def no_writing(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise OSError("no writing")

sys.meta_path.insert(0, Blocker())
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
socket.socket.connect = socket.create_connection = no_network
sys.addaudithook(no_writing)

from datetime import date
import anonymizer

rules = anonymizer.ClearingRules("RS", frozenset({"RS"}), "ARCHIVE", bytes(32), date(2026, 1, 1))
clearing = anonymizer.Clearing(rules)
for chunk in anonymizer.read_csv([b"case_number,registered_on,given_name\\n1,2004,Zorka\\n"]):
    cleared = clearing.clear(chunk)
    print(cleared.dropped["given_name"], *anonymizer.canonical_rows(cleared.columns))
"""


def test_a_clearing_runs_with_the_standard_library_alone() -> None:
    """Without the server's packages, without a connection, and without writing a file."""
    root = Path(anonymizer.__file__).parents[1]

    ran = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(root)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.stderr == ""
    assert ran.stdout.startswith("1 b'c1:")
    assert "Zorka" not in ran.stdout
