"""A sheet of any size is cleared and sent within the memory of some thousand rows."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

from tests.anonymizer.case_sheets import row
from tests.anonymizer.seam_server import API_KEY, serve

FEW, MANY = 20_000, 200_000

BYTES_A_ROW = 256
"""What may stay of a row: its token, to notice a case number that comes twice. A raw row alone takes 2,000."""

MEASURED = """
import resource, sys
from anonymizer.__main__ import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
"""


def test_memory_does_not_grow_with_the_sheet(tmp_path: Path) -> None:
    """Ten times as many rows leave no more than their tokens behind."""
    with serve() as seam:
        seam.keeps_bodies = False
        few = peak_of_sending(_rows(tmp_path / "few.csv", FEW), seam.url)
        many = peak_of_sending(_rows(tmp_path / "many.csv", MANY), seam.url)

    assert [arrived.body.count(b"\n") for arrived in seam.arrived] == [FEW + 1, MANY + 1]
    assert many - few < (MANY - FEW) * BYTES_A_ROW


def peak_of_sending(file: Path, url: str) -> int:
    """The largest memory, in bytes, of a `clearpoint send` of its own."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURED, "send", str(file)],
        env={
            **os.environ,
            "CLEARPOINT_URL": url,
            "CLEARPOINT_KEY": API_KEY,
            "CLEARPOINT_CASE_KEY": "11" * 32,
        },
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stderr.split()[-1])


def _rows(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row()))
        writer.writeheader()
        writer.writerows(row(number) for number in range(count))
    return path
