"""`clearpoint check --annotate`: the sender's own file comes back with a column of problems, and nothing else changed."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from tests.anonymizer.case_sheets import row, sheet, write_sheet


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def test_the_copy_holds_every_byte_and_a_cell_more_in_each_row(tmp_path: Path) -> None:
    """Quotation marks, blanks and line ends stay as the sender's program wrote them."""
    header = ";".join(row())
    cells = ";".join('"' + cell + '"' for cell in row(1, sex="marked").values())
    fine = ";".join(row(2, forms="SEX").values())
    file = tmp_path / "cases.csv"
    file.write_bytes(f"{header}\r\n{cells}\r\n\r\n{fine}\r\n".encode("utf-8-sig"))

    result = clearpoint("check", file, "--annotate")

    copy = tmp_path / "cases.problems.csv"
    lines = copy.read_bytes().split(b"\r\n")
    assert result.exit_code == 2
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert lines[0] == f"{header};".encode("utf-8-sig") + b'"problems"'
    assert lines[1].startswith(cells.encode() + b';"E2002 sex: This is no code of CL_SEX.')
    assert (lines[2], lines[3], lines[4]) == (b"", fine.encode() + b";", b"")


@pytest.mark.parametrize("encoding", ["cp1250", "utf-16"])
def test_the_copy_is_written_in_the_encoding_of_the_file(tmp_path: Path, encoding: str) -> None:
    """The sender's own spreadsheet opens it as it opens the file."""
    file = tmp_path / "cases.csv"
    text = sheet([row(1, sex="marked", family_name="Šćepanović")])
    file.write_bytes(text.encode(encoding))
    declared = ("--encoding", encoding) if encoding.startswith("cp") else ()

    clearpoint("check", file, "--annotate", "--out", tmp_path / "copy.csv", *declared)

    copy = (tmp_path / "copy.csv").read_bytes().decode(encoding)
    (found,) = csv.DictReader(io.StringIO(copy))
    assert found["family_name"] == "Šćepanović"
    assert found["problems"].startswith("E2002 sex:")


def test_a_cell_of_several_lines_keeps_the_rows_together(tmp_path: Path) -> None:
    """The problem stands in the row that it is about."""
    file = write_sheet(tmp_path / "cases.csv", [row(1, given_name="two\nlines"), row(2, age="marked")])

    clearpoint("check", file, "--annotate")

    copy = (tmp_path / "cases.problems.csv").read_bytes().decode()
    first, second = csv.DictReader(io.StringIO(copy, newline=""))
    assert (first["given_name"], first["problems"]) == ("two\nlines", "")
    assert second["problems"].startswith("E2011 age:")


def test_what_concerns_the_whole_file_stands_in_the_header(tmp_path: Path) -> None:
    """By the letter of the column, as on the screen."""
    file = tmp_path / "cases.csv"
    file.write_text("case_number,marked\n1,2\n")

    clearpoint("check", file, "--annotate")

    header = (tmp_path / "cases.problems.csv").read_text().splitlines()[0]
    assert header.startswith('case_number,marked,"problems. E1008 B: ')


def test_the_file_itself_is_never_written_over(tmp_path: Path) -> None:
    """Not even when that is asked for, and no other file unasked."""
    file = write_sheet(tmp_path / "cases.csv", [row(1, sex="marked")])
    before = file.read_bytes()
    (tmp_path / "other.csv").write_text("other")

    itself = clearpoint("check", file, "--annotate", "--out", file, "--force")
    other = clearpoint("check", file, "--annotate", "--out", tmp_path / "other.csv")

    assert (itself.exit_code, other.exit_code) == (5, 5)
    assert file.read_bytes() == before
    assert (tmp_path / "other.csv").read_text() == "other"


def test_without_a_problem_there_is_no_copy(tmp_path: Path) -> None:
    """Names lie in as few places as possible."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    result = clearpoint("check", file, "--annotate")

    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_read_as_rows_gets_no_copy(tmp_path: Path) -> None:
    """Half a copy would look like a whole one."""
    file = tmp_path / "cases.csv"
    file.write_bytes(sheet([row(1)]).encode().replace(b"YES", b"\xe8ES"))

    result = clearpoint("check", file, "--annotate")

    assert result.exit_code == 2
    assert "There is no copy" in result.output
    assert list(tmp_path.iterdir()) == [file]


def test_a_workbook_gets_the_column_in_each_sheet_and_marked_cells(tmp_path: Path) -> None:
    """The cells that a problem is about can be seen at a glance."""
    book = Workbook()
    cases = book.active
    assert cases is not None
    cases.title = "cases"
    cases.append(list(row()))
    cases.append(list(row(1).values()))
    cases.append(list(row(2, sex="marked").values()))
    referral = book.create_sheet("referral")
    referral.append(["case_number", "outcome"])
    referral.append([row(1)["case_number"], "marked"])
    file = tmp_path / "cases.xlsx"
    book.save(file)

    result = clearpoint("check", file, "--annotate")

    copy = load_workbook(tmp_path / "cases.problems.xlsx")
    last = len(row()) + 1
    sex = list(row()).index("sex") + 1
    assert result.exit_code == 2
    assert copy["cases"].cell(1, last).value == "problems"
    assert copy["cases"].cell(2, last).value is None
    assert str(copy["cases"].cell(3, last).value).startswith("E2002 sex:")
    assert copy["cases"].cell(3, sex).fill.fgColor.rgb == "00FFF2CC"
    assert copy["cases"].cell(2, sex).fill.fgColor.rgb != "00FFF2CC"
    assert "outcome" in str(copy["referral"].cell(2, 3).value)


def test_other_forms_are_not_annotated(tmp_path: Path) -> None:
    """They have no rows to write beside."""
    file = tmp_path / "cases.json"
    file.write_text('{"cases": []}')

    assert clearpoint("check", file, "--annotate").exit_code == 2
