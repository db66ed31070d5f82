"""The same two cases and a referral of the second, in every form that a batch may have but CSV."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from openpyxl import Workbook

from tests.anonymizer.case_sheets import row, sheet

REFERRAL = {
    "date_referred": "2025-03-10",
    "from_org_type": "NGO",
    "to_org_type": "NGO",
    "from_country": "RS",
    "to_country": "RS",
    "outcome": "ACCEPTED",
}


def workbook(path: Path) -> Path:
    """A case sheet of two persons and a referral of the second."""
    book = Workbook()
    cases = book.active
    assert cases is not None
    cases.title = "cases"
    cases.append(list(row()))
    cases.append(list(row(1).values()))
    cases.append(list(row(2).values()))
    referral = book.create_sheet("referral")
    referral.append(["case_number", *REFERRAL])
    referral.append([row(2)["case_number"], *REFERRAL.values()])
    book.save(path)
    return path


def as_json(path: Path) -> Path:
    """The same as JSON."""
    second = row(2) | {"referral": [REFERRAL]}
    path.write_text(json.dumps({"cases": [row(1), second]}))
    return path


def as_ndjson(path: Path) -> Path:
    """The same, a line a case."""
    second = row(2) | {"referral": [REFERRAL]}
    path.write_text(f"{json.dumps(row(1))}\n{json.dumps(second)}\n")
    return path


def as_archive(path: Path) -> Path:
    """The same as CSV files in an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cases.csv", sheet([row(1), row(2)]))
        header, cells = (
            ",".join(["case_number", *REFERRAL]),
            ",".join([row(2)["case_number"], *REFERRAL.values()]),
        )
        archive.writestr("referral.csv", f"{header}\n{cells}\n")
    return path
