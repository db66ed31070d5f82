"""Marked identities in every form that a body can have: workbooks, archives, lines of JSON, and batches that wait."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.factories import a_sheet
from tests.flows.canary import IDENTITY

MARK, OTHER_MARK = IDENTITY["given_name"], IDENTITY["family_name"]
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
ZIP = {"Content-Type": "application/zip"}
NDJSON = {"Content-Type": "application/x-ndjson"}
CSV = {"Content-Type": "text/csv"}
Said = tuple[str, bytes, dict[str, str], dict[str, str]]
REFERRAL = {
    "date_referred": "2025-05-09",
    "from_org": OTHER_MARK,
    "to_org": MARK,
    "from_org_type": "NGO",
    "to_org_type": "NGO",
    "from_country": "RS",
    "to_country": "RS",
    "outcome": "ACCEPTED",
}
"""A module with the names of two shelters, which locate a person."""


def said_in_other_forms(case: Mapping[str, str]) -> Iterator[Said]:
    """Good ones and failing ones; `case` is a marked case."""
    sheet = a_sheet(case)
    yield "good waiting", sheet, {**CSV, "Prefer": "respond-async"}, {}
    yield "good utf-16", sheet.decode().encode("utf-16"), CSV, {}
    yield "bad packed", gzip.compress(sheet), {**CSV, "Content-Encoding": "gzip"}, {}
    yield from _lines(case)
    yield from _archives(case, sheet)
    yield from _workbooks(case)


def workbook(*sheets: tuple[str, Sequence[Mapping[str, str]]]) -> Workbook:
    """A workbook of these sheets, whose properties name the person, too."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title, book.properties.creator = MARK, OTHER_MARK
    for name, rows in sheets:
        written = book.create_sheet(name)
        written.append(list(rows[0]))
        for row in rows:
            written.append(list(row.values()))
    return book


def saved(book: Workbook) -> bytes:
    """Its bytes."""
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _lines(case: Mapping[str, str]) -> Iterator[Said]:
    good = json.dumps({**case, "referral": [REFERRAL]}).encode() + b"\n"
    yield "good ndjson", good, NDJSON, {}
    yield (
        "bad ndjson module",
        json.dumps({**case, "referral": [{**REFERRAL, "reason": MARK}]}).encode(),
        NDJSON,
        {},
    )
    yield "bad ndjson line", good + b'{"' + MARK.encode() + b'": ', NDJSON, {}


def _archives(case: Mapping[str, str], sheet: bytes) -> Iterator[Said]:
    referral = {"case_number": case["case_number"], **REFERRAL}
    good = {"cases.csv": sheet, "referral.csv": a_sheet(referral)}
    yield "good zip", packed(good), ZIP, {}
    yield "bad zip member", packed({f"{MARK}.csv": sheet}), ZIP, {}
    yield "bad zip row", packed({**good, "referral.csv": a_sheet({**referral, "reason": MARK})}), ZIP, {}
    yield "bad zip cut off", packed(good)[:-30], ZIP, {}


def _workbooks(case: Mapping[str, str]) -> Iterator[Said]:
    referral = {"case_number": case["case_number"], **REFERRAL}
    yield "good xlsx", saved(workbook(("cases", [case]), ("referral", [referral]))), XLSX, {}
    yield "bad xlsx cell", saved(workbook(("cases", [{**case, "sex": MARK}]))), XLSX, {}
    yield "bad xlsx sheet", saved(workbook(("cases", [case]), (MARK, [referral]))), XLSX, {}
    yield "bad xlsx cut off", saved(workbook(("cases", [case])))[:-200], XLSX, {}
    hidden = workbook(("cases", [case]), (OTHER_MARK, [referral]))
    hidden.worksheets[1].sheet_state = "hidden"
    yield "bad xlsx hidden", saved(hidden), XLSX, {}
    remark = workbook(("cases", [case]))
    remark.worksheets[0]["A2"].comment = Comment(MARK, OTHER_MARK)
    yield "xlsx with a remark", saved(remark), XLSX, {}


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive of these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()
