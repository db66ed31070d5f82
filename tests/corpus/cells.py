"""CSV files of two rows: one that is correct, and one with a cell from the table."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qsl

from anonymizer.catalogue.findings import FINDINGS
from tests.anonymizer.case_sheets import row
from tests.corpus.bad_files import CorpusFile, Told
from tests.factories import a_sheet

TABLE = Path(__file__).with_name("cells.csv")
ROW = 3
SHORTEST_SECRET = 6
"""Shorter cells may stand in a sentence of ours by chance."""


def files() -> list[CorpusFile]:
    """Every line of the table as a file."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [_file(line, place) for place, line in enumerate(csv.DictReader(lines), start=2)]


def _file(line: dict[str, str], place: int) -> CorpusFile:
    cell = re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), line["cell"])
    code, column = line["code"], line["column"]
    return CorpusFile(
        kind=int(line["item"]),
        name=f"cells.csv, line {place}: {column}",
        form="csv",
        body=a_sheet(row(1), row(2, **{column: cell})),
        told=(Told(code, row=ROW, column=column),) if code else (),
        is_accepted=not code or FINDINGS[code].severity == "warning",
        options=dict(parse_qsl(line["options"])),
        secrets=(cell,) if len(cell) >= SHORTEST_SECRET else (),
    )
