"""Workbooks: cells become text as the sender sees them, and what is hidden, computed or hostile is refused by its place."""

from __future__ import annotations

import gc
import io
import shutil
import subprocess
import time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymizer import RawChunk, Unreadable
from anonymizer.catalogue.languages import CODES_SHEET, EXPLANATION, LANGUAGES, column_name, sheet_name
from anonymizer.declared import Reading
from anonymizer.reading.workbooks import MAX_PLACES_TOLD, Limits, read_xlsx
from tests.anonymizer import own_process
from tests.anonymizer.refused_workbooks import Told, refused_containers, refused_parts, refused_sheets
from tests.anonymizer.workbook_makers import (
    GOOD,
    HEADER,
    Sheet,
    in_second_row,
    number,
    row,
    text,
    workbook,
)

REFUSED = refused_containers() | refused_parts() | refused_sheets()
PLAIN = RawChunk({"case_number": ["1", "2"], "sex": ["F", "M"]}, [2, 3])


def told_of(body: bytes, limits: Limits | None = None) -> list[Told]:
    """Every conflict with which a workbook is refused; nothing when it is read."""
    try:
        for _ in read_xlsx(body, limits=limits or Limits()):
            pass
    except Unreadable as refused:
        return [(one.code, one.sheet, one.row, one.column) for one in refused.conflicts]
    return []


def read(*sheets: Sheet) -> list[RawChunk]:
    """The chunks of a workbook of these sheets."""
    return list(read_xlsx(workbook(*sheets)))


def cell(value: str) -> str:
    """What becomes of one cell, given as XML in B2."""
    (chunk,) = read(in_second_row(text("A2", "1"), value))
    return chunk.columns["age"][0]


@pytest.mark.parametrize(("body", "told"), REFUSED.values(), ids=REFUSED)
def test_a_workbook_is_refused_by_its_place(body: bytes, told: Told) -> None:
    """Within five seconds of a quiet machine, and without a value or a name of the sender."""
    before = time.monotonic()

    with pytest.raises(Unreadable) as refused:
        list(read_xlsx(body))

    assert told in [(one.code, one.sheet, one.row, one.column) for one in refused.value.conflicts]
    assert "Zorka" not in f"{refused.value!r}{refused.value.conflicts}{refused.value.__context__!r}"
    assert time.monotonic() - before < 30


def test_a_plain_workbook_is_read() -> None:
    """The makers of the refused ones make a good one too."""
    assert read(GOOD) == [PLAIN]


def test_the_cases_come_first_and_each_module_in_one_chunk() -> None:
    """Whatever the order of the sheets, and the rows are numbered as the spreadsheet shows them."""
    many = Sheet(HEADER + "".join(row(n, [str(n)]) for n in range(2, 12_002)), name="referral")

    chunks = read(many, Sheet(many.rows))

    assert [(chunk.sheet, len(chunk.rows)) for chunk in chunks] == [
        ("cases", 5_000),
        ("cases", 5_000),
        ("cases", 2_000),
        ("referral", 12_000),
    ]
    assert chunks[3].rows == list(range(2, 12_002))
    assert chunks[3].columns["case_number"][-1] == "12001"


def test_the_header_is_the_first_row_that_is_not_empty() -> None:
    """Empty rows and columns around the table do not count, and blank rows within it are left out."""
    sheet = Sheet(
        row(3, ["", "case_number", "", "sex"])
        + row(5, ["", "1", "", "F"])
        + row(6, ["", " "])
        + row(9, ["", "2"])
    )

    assert read(sheet) == [RawChunk({"case_number": ["1", "2"], "sex": ["F", ""]}, [5, 9])]


def test_empty_cells_with_a_format_are_no_content() -> None:
    """Spreadsheets keep the format of whole columns, hidden ones too."""
    far = '<row r="1048576" hidden="1"><c r="XFD1048576" s="1"/></row>'
    columns = '<cols><col min="4" max="16384" hidden="1"/></cols>'
    lists = (
        '<dataValidations count="1"><dataValidation sqref="B2:B1048576" type="list"><formula1>_codes!$A:$A</formula1>'
        "</dataValidation></dataValidations><extLst><ext><xm:f xmlns:xm='x'>A1</xm:f></ext></extLst>"
    )

    assert read(Sheet(GOOD.rows + far, before=columns, after=lists)) == [PLAIN]


def test_cells_without_a_place_follow_each_other() -> None:
    """As the standard allows."""
    sheet = Sheet(
        "".join(
            f"<row>{cells}</row>"
            for cells in (
                "<c t='inlineStr'><is><t>case_number</t></is></c><c t='inlineStr'><is><t>age</t></is></c>",
                "<c><v>1</v></c><c><v>24</v></c>",
            )
        )
    )

    assert read(sheet) == [RawChunk({"case_number": ["1"], "age": ["24"]}, [2])]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (number("B2", "24"), "24"),
        (number("B2", "24.0"), "24"),
        (number("B2", "24.5"), "24.5"),
        (number("B2", "-3"), "-3"),
        (number("B2", "999999999999999"), "999999999999999"),
        (number("B2", "45000"), "45000"),
        (number("B2", "45000", style=1), "2023-03-15"),
        (number("B2", "45000", style=2), "2023-03-15"),
        (number("B2", "2023-03-15", kind="d"), "2023-03-15"),
        (number("B2", "2023-03-15T00:00:00", kind="d"), "2023-03-15"),
        (text("B2", "007"), "007"),
        (text("B2", "1,5"), "1,5"),
        (text("B2", "NA"), "NA"),
        (text("B2", "=1+1"), "=1+1"),
        (text("B2", "Đorđe Ђорђе"), "Đorđe Ђорђе"),
        ("<c r='B2' t='inlineStr'><is><r><t>rich</t></r><r><t>er</t></r></is></c>", "richer"),
        ("", ""),
    ],
)
def test_a_cell_becomes_text(xml: str, expected: str) -> None:
    """Dates alone are dates: a number in a column of dates stays a number, and clearing refuses it."""
    assert cell(xml) == expected


def test_a_workbook_that_counts_from_1904_has_the_same_dates() -> None:
    """As old ones made on a Macintosh do."""
    sheet = in_second_row(text("A2", "1"), number("C2", "43538", style=1))

    (chunk,) = read_xlsx(workbook(sheet, settings='<workbookPr date1904="1"/>'))

    assert chunk.columns["registered_on"] == ["2023-03-15"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_and_headers_are_known_in_every_language(language: str) -> None:
    """By the exact words of the templates."""
    header = row(1, [column_name("cases", "case_number", language), column_name("cases", "sex", language)])  # type: ignore[arg-type]
    sheet = Sheet(header + row(2, ["1", "F"]) + row(3, ["2", "M"]), name=sheet_name("cases", language))  # type: ignore[arg-type]

    assert read(sheet) == [PLAIN]


def test_what_is_declared_holds_for_dates_that_are_text() -> None:
    """A cell of text is as good as a cell of a date."""
    sheet = in_second_row(text("A2", "1"), text("C2", "15.3.2023."))

    (chunk,) = read_xlsx(workbook(sheet), Reading(dates="dd.mm.yyyy"))

    assert chunk.columns["registered_on"] == ["2023-03-15"]


def test_sheets_that_explain_are_not_read() -> None:
    """Nor is the hidden sheet of codes, whatever became of it; empty sheets are nothing."""
    formula = "<row r='1'><c r='A1'><f>1</f><v>1</v></c></row>"
    others = [
        Sheet(formula, name=CODES_SHEET, state="veryHidden"),
        Sheet(formula, name=EXPLANATION),
        Sheet("", name="Sheet2"),
        Sheet("<row r='1'><c r='A1' s='1'/></row>", name="Sheet3", state="hidden"),
        Sheet("", name="referral"),
        Sheet(HEADER, name="consent"),
    ]

    assert read(*others, GOOD) == [PLAIN]
    assert read(GOOD, Sheet(formula, name=CODES_SHEET, state="hidden")) == [PLAIN]


def test_a_typed_address_is_no_link_to_elsewhere() -> None:
    """Spreadsheets make a link of every e-mail address; clearing judges the cell."""
    link = '<Relationship Id="rId1" Type="http://x/relationships/hyperlink" Target="mailto:x" TargetMode="External"/>'
    more = {"xl/worksheets/_rels/sheet1.xml.rels": f"<Relationships>{link}</Relationships>"}

    assert list(read_xlsx(workbook(GOOD, more=more))) == [PLAIN]


def test_all_places_are_told_at_once_up_to_a_hundred() -> None:
    """Who corrects a workbook wants to know them all."""
    formulas = "".join(
        f'<row r="{n}"><c r="A{n}"><f>1</f><v>1</v></c><c r="B{n}" t="b"><v>1</v></c></row>'
        for n in range(2, 5)
    )
    many = "".join(f'<row r="{n}"><c r="A{n}"><f>1</f><v>1</v></c></row>' for n in range(2, 500))
    times = "".join(
        f'<row r="{n}">{text(f"A{n}", "1")}{number(f"B{n}", "0.5", style=2)}</row>' for n in range(2, 500)
    )

    assert [told[0] for told in told_of(workbook(Sheet(HEADER + formulas)))] == [
        "formula",
        "boolean_cell",
    ] * 3
    assert len(told_of(workbook(Sheet(HEADER + many)))) == MAX_PLACES_TOLD
    assert len(told_of(workbook(Sheet(HEADER + times)))) == MAX_PLACES_TOLD


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, 3_000), byte=st.integers(0, 255))
def test_a_changed_workbook_is_read_or_refused(at: int, byte: int) -> None:
    """No other exception leaves the reader."""
    body = workbook(GOOD)
    at %= len(body)

    told_of(body[:at] + bytes([byte]) + body[at + 1 :])


@pytest.mark.parametrize(
    "limits",
    [Limits(memory=48 << 20), Limits(processor_seconds=1), Limits(waiting_seconds=0.01)],
    ids=["memory", "processor", "waiting"],
)
def test_a_workbook_that_takes_too_much_is_unreadable(limits: Limits) -> None:
    """This process lives on."""
    rows = HEADER + "".join(row(n, [str(n), *["x"] * 25]) for n in range(2, 20_000))

    assert told_of(workbook(Sheet(rows)), limits) == [("file_unreadable", "cases", 0, "")]


def test_hostile_workbooks_leave_nothing_behind() -> None:
    """No memory, no open file, no process that nobody waited for."""
    hostile = [body for body, _ in REFUSED.values()][-50:]
    for body in hostile[:5]:
        told_of(body)
    gc.collect()
    memory, files, others = own_process.memory(), own_process.open_files(), own_process.children()

    for body in hostile:
        told_of(body)
    gc.collect()

    assert own_process.memory() - memory < 16 << 20
    assert own_process.open_files() == files
    assert own_process.children() == others


def test_rows_that_nobody_wants_end_the_process() -> None:
    """A sender who hangs up leaves no process behind."""
    rows = Sheet(
        "".join(row(n, [str(n) if n > 1 else "case_number", *["x"] * 5][:1]) for n in range(1, 30_000))
    )
    others = own_process.children()
    chunks = read_xlsx(workbook(rows))
    next(chunks)
    assert len(own_process.children() - others) == 1

    chunks.close()  # type: ignore[attr-defined]

    assert own_process.children() == others


def test_what_a_spreadsheet_library_writes_is_read() -> None:
    """Dates, numbers and texts with their types."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "cases"
    sheet.append(["case_number", "registered_on", "identified_on", "age", "sex"])
    sheet.append([17, date(2025, 3, 4), datetime(2025, 3, 5), 24, "F"])
    sheet.append(["00018", "2025-03-04", None, "25", "M"])
    body = io.BytesIO()
    book.save(body)

    (chunk,) = read_xlsx(body.getvalue())

    assert chunk.columns == {
        "case_number": ["17", "00018"],
        "registered_on": ["2025-03-04", "2025-03-04"],
        "identified_on": ["2025-03-05", ""],
        "age": ["24", "25"],
        "sex": ["F", "M"],
    }


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_a_workbook_that_libreoffice_saved_reads_the_same(tmp_path: Path) -> None:
    """With its dates, drop-downs, frozen header, hidden codes and formatted empty columns."""
    path = tmp_path / "filled.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "cases"
    sheet.append(["case_number", "registered_on", "age", "sex"])
    sheet.append([17, date(2025, 3, 4), 24, "F"])
    sheet.append(["00018", date(2024, 2, 29), "25", "M;F"])
    for cells in sheet["B2:B3000"]:
        cells[0].number_format = "yyyy-mm-dd"
    sheet.column_dimensions["B"].width = 20
    sheet.freeze_panes = "B2"
    choice = openpyxl.worksheet.datavalidation.DataValidation(
        type="list", formula1=f"{CODES_SHEET}!$A$1:$A$2"
    )
    sheet.add_data_validation(choice)
    choice.add("D2:D1048576")
    codes = book.create_sheet(CODES_SHEET)
    codes.append(["F"])
    codes.append(["M"])
    codes.sheet_state = "veryHidden"
    book.create_sheet(EXPLANATION).append(["Write the codes."])
    book.save(path)
    saved = tmp_path / "saved"

    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(saved),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    again = (saved / "filled.xlsx").read_bytes()
    assert list(read_xlsx(again)) == list(read_xlsx(path.read_bytes()))
    assert [chunk.rows for chunk in read_xlsx(again)] == [[2, 3]]
