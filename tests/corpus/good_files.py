"""Files that look odd and are right: whoever refuses them sends a shelter away for nothing."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from tests.anonymizer.archive_makers import packed
from tests.anonymizer.batches_of_sheets import module_row
from tests.anonymizer.case_sheets import row
from tests.anonymizer.workbook_makers import Sheet, rows_of, workbook
from tests.corpus.bad_files import CorpusFile
from tests.factories import a_sheet

SHEET = a_sheet(row(1), row(2))
CYRILLIC, LATIN, GREEK, TURKISH = "Канаримарк", "Đorđemark", "Ζόρκαmark", "Ağamark"


def files() -> Iterator[CorpusFile]:
    """All of them."""
    yield from _encodings()
    yield from _separators()
    yield from _headers()
    yield from _other_forms()


def _encodings() -> Iterator[CorpusFile]:
    text = SHEET.decode()
    for name, body in {
        "UTF-8 with a mark": b"\xef\xbb\xbf" + SHEET,
        "UTF-16, little end first": text.encode("utf-16"),
        "UTF-16, big end first": b"\xfe\xff" + text.encode("utf-16-be"),
    }.items():
        yield CorpusFile(8, name, "csv", body, is_accepted=True)
    for encoding, letters in {
        "cp1250": LATIN,
        "cp1251": CYRILLIC,
        "cp1252": "Zoëmark",
        "cp1253": GREEK,
        "cp1254": TURKISH,
        "iso-8859-2": LATIN,
        "iso-8859-5": CYRILLIC,
    }.items():
        sheet = a_sheet(row(1, given_name=letters, family_name="")).decode().encode(encoding)
        yield CorpusFile(
            8,
            f"declared as {encoding}",
            "csv",
            sheet,
            is_accepted=True,
            options={"encoding": encoding},
            secrets=(letters,),
        )


def _separators() -> Iterator[CorpusFile]:
    lines = SHEET.replace(b"\r\n", b"\n")
    for name, body in {
        "semicolons": _separated(";"),
        "tabs": _separated("\t"),
        "bars": _separated("|"),
        "sep=;": b"sep=;\r\n" + _separated(";"),
        "line ends of Unix": lines,
        "line ends of old Macs": lines.replace(b"\n", b"\r"),
        "mixed line ends": SHEET.replace(b"\r\n", b"\n", 1),
        "no end of the last line": SHEET.rstrip(),
        "empty lines at the end": SHEET + b"\r\n\r\n , \r\n",
        "empty lines at the beginning": b"\r\n\r\n" + SHEET,
        "separators after the last name": b"".join(line + b",,,\r\n" for line in SHEET.split(b"\r\n")[:-1]),
        "every cell quoted": _separated(",", is_quoted=True),
        "a line break in a name": a_sheet(row(1, given_name="Zor\nka")),
        "a separator and a quote in a name": a_sheet(row(1, given_name='Zor,"ka')),
    }.items():
        yield CorpusFile(9, name, "csv", body, is_accepted=True)


def _headers() -> Iterator[CorpusFile]:
    for name, body in {
        "capitals in the header": SHEET.replace(b"case_number", b"CASE_NUMBER"),
        "blanks in the header": SHEET.replace(b"sex", b" sex "),
        "a blank that does not break": SHEET.replace(b"sex", "\u00a0sex".encode()),
        "a blank without width": SHEET.replace(b"sex", "\u200bsex".encode()),
        "blanks for underscores": SHEET.replace(b"registered_on", b"Registered on"),
        "columns in another order": a_sheet(dict(reversed(row(1).items()))),
        "one row": a_sheet(row(1)),
        "six thousand rows": a_sheet(*(row(number) for number in range(6_000))),
    }.items():
        yield CorpusFile(16 if "row" in name else 10, name, "csv", body, is_accepted=True)


def _other_forms() -> Iterator[CorpusFile]:
    referral = module_row("referral", case_number=row(1)["case_number"])
    cases = [row(1), row(2)]
    with_module = {
        **row(1),
        "referral": [{name: cell for name, cell in referral.items() if name != "case_number"}],
    }
    lines = b"".join(json.dumps(case).encode() + b"\r\n\n" for case in cases)
    table = list(csv.reader(io.StringIO(SHEET.decode())))
    yield CorpusFile(18, "JSON with a mark", "json", b"\xef\xbb\xbf" + _json(cases), is_accepted=True)
    yield CorpusFile(18, "JSON with escapes alone", "json", _json(cases), is_accepted=True)
    yield CorpusFile(18, "JSON with a module", "json", _json([with_module]), is_accepted=True)
    yield CorpusFile(
        18,
        "JSON with numbers and nulls",
        "json",
        _json([{**row(1), "age": 24, "birth_date": None}]),
        is_accepted=True,
    )
    yield CorpusFile(18, "NDJSON with empty lines", "ndjson", lines, is_accepted=True)
    yield CorpusFile(18, "NDJSON without an end", "ndjson", lines.rstrip(), is_accepted=True)
    yield CorpusFile(
        2,
        "a ZIP that is not packed",
        "zip",
        packed({"cases.csv": SHEET}, zipfile.ZIP_STORED),
        is_accepted=True,
    )
    yield CorpusFile(
        15,
        "a ZIP from a Mac",
        "zip",
        packed({"__MACOSX/._cases.csv": b"\x00", "Cases.CSV": SHEET}),
        is_accepted=True,
    )
    yield CorpusFile(
        16,
        "a ZIP with a module first",
        "zip",
        packed({"referral.csv": a_sheet(referral), "cases.csv": SHEET}),
        is_accepted=True,
    )
    form = packed({"nrm_profile.csv": a_sheet(module_row("nrm_profile"))})
    yield CorpusFile(16, "a ZIP with a form alone", "zip", form, is_accepted=True)
    yield CorpusFile(1, "a workbook", "xlsx", workbook(Sheet(rows_of(*table))), is_accepted=True)
    beneath = Sheet(rows_of([], [], *table), name=" Cases ")
    yield CorpusFile(6, "a workbook that begins lower", "xlsx", workbook(beneath), is_accepted=True)


def _separated(separator: str, *, is_quoted: bool = False) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.reader(io.StringIO(SHEET.decode()))
    quoting: Literal[0, 1] = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    csv.writer(written, delimiter=separator, quoting=quoting).writerows(rows)
    return written.getvalue().encode()


def _json(cases: Sequence[Mapping[str, object]]) -> bytes:
    return json.dumps({"cases": cases}).encode()
