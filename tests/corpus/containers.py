"""Archives and workbooks that are refused: the ones that the readers' own tests have, sent through the door."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from anonymizer.reading.formats import Form
from tests.anonymizer.archive_makers import packed, refused_archives
from tests.anonymizer.case_sheets import row
from tests.anonymizer.refused_workbooks import refused_containers, refused_parts, refused_sheets
from tests.anonymizer.workbook_makers import Sheet, rows_of, workbook
from tests.corpus.bad_files import ANYWHERE, CorpusFile, Told
from tests.factories import a_sheet

KIND_OF_CODE: Mapping[str, int] = {
    "unpacked_too_big": 2,
    "too_many_members": 2,
    "nested_archive": 2,
    "broken_archive": 3,
    "doubled_member": 3,
    "file_unreadable": 3,
    "document_type": 4,
    "macro_workbook": 5,
    "external_link": 5,
    "dynamic_exchange": 5,
    "embedded_object": 5,
    "encrypted_file": 5,
    "old_workbook": 5,
    "not_a_workbook": 5,
    "other_format": 5,
    "unsafe_member_name": 15,
    "unknown_member": 15,
    "empty_file": 16,
    "no_cases": 16,
    "cell_count": 9,
}
FAR = ("a far row", "a far column", "a far corner", "too many rows")
OTHER_SHEET_CELLS = 6
TOLD_FIRST = {"a long text in many cells": Told("unknown_column", column="A")}
"""Clearing looks at the header of what has been read before the reader comes to what it refuses."""


def archives() -> Iterator[CorpusFile]:
    """ZIP archives."""
    for name, (body, (code, row_number)) in refused_archives().items():
        kind = KIND_OF_CODE.get(code, 16)
        yield CorpusFile(
            kind, f"ZIP: {name}", "zip", body, (Told(code, ANYWHERE, row_number),), secrets=("Zorka",)
        )
    cases = a_sheet(row(1))
    wrong = packed({"cases.csv": cases, "referral.csv": b"case_number,date_referred\nCANARY-77-1,soon\n"})
    yield _zip(12, "a wrong date in a module", wrong, Told("wrong_date", "referral", 2, "date_referred"))
    unknown = packed({"cases.csv": cases, "child.csv": b"case_number,guardian_appointed\nCANARY-77-9,Y\n"})
    yield _zip(16, "a module of another case", unknown, Told("case_not_found", "child", 2, "case_number"))
    yield _zip(9, "a member without end", packed({"cases.csv": cases + b'"'}), Told("broken_quoting", row=3))
    yield _zip(
        8,
        "a member in cp1250",
        packed({"cases.csv": cases.decode().replace("Канаримарк", "Đ").encode("cp1250")}),
        Told("wrong_encoding", row=2),
    )


def workbooks() -> Iterator[CorpusFile]:
    """XLSX workbooks."""
    for made in (refused_containers(), refused_parts(), refused_sheets()):
        for name, (body, told) in made.items():
            kind = 1 if name in FAR else KIND_OF_CODE.get(told[0], OTHER_SHEET_CELLS)
            yield CorpusFile(
                kind, f"XLSX: {name}", "xlsx", body, (TOLD_FIRST.get(name, Told(*told)),), secrets=("Zorka",)
            )
    rows = list(csv.reader(io.StringIO(a_sheet(row(1), row(2, sex="Zorkamark")).decode())))
    yield CorpusFile(
        14,
        "XLSX: a wrong code",
        "xlsx",
        workbook(Sheet(rows_of(*rows))),
        (Told("unknown_code", row=3, column="sex"),),
    )


def _zip(kind: int, name: str, body: bytes, told: Told) -> CorpusFile:
    form: Form = "zip"
    return CorpusFile(kind, f"ZIP: {name}", form, body, (told,))
