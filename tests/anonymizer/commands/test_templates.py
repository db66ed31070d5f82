"""`clearpoint template` as a shelter worker runs it: the kind by the name of the file, the words by the language."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.catalogue.sheets import SHEET_COLUMNS
from anonymizer.templates import files as templates
from anonymizer.templates.cells import SAMPLE_ROW


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def test_the_template_has_the_columns_of_the_catalogue() -> None:
    """25 columns and five for link keys, in the order of the case sheet."""
    result = clearpoint("template")

    columns = result.stdout.strip().split(",")
    assert result.exit_code == 0
    assert len(columns) == 30
    assert columns == [column.column for column in SHEET_COLUMNS if column.column in columns]


def test_the_sample_shows_how_to_write(tmp_path: Path) -> None:
    """In a file that a spreadsheet opens as UTF-8."""
    out = tmp_path / "cases.csv"

    written = clearpoint("template", "--sample", "--out", out)

    assert written.exit_code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert set(SAMPLE_ROW) <= set(out.read_text(encoding="utf-8-sig").split("\n")[0].split(","))


@pytest.mark.parametrize(
    ("arguments", "name", "content"),
    [
        (["--lang", "sr-Cyrl"], "cases.xlsx", templates.case_workbook("sr-Cyrl")),
        ([], "cases.xlsx", templates.case_workbook("en")),
        (["--lang", "ro"], "cases.csv", templates.case_csv("ro")),
        (["--modules", "--lang", "sq"], "modules.xlsx", templates.module_workbook("sq")),
        (["--modules"], "modules.zip", templates.module_archive()),
    ],
)
def test_the_name_of_the_file_says_what_is_written(
    tmp_path: Path, arguments: list[str], name: str, content: bytes
) -> None:
    """The same bytes as the clearing point serves."""
    result = clearpoint("template", *arguments, "--out", tmp_path / name)

    assert result.exit_code == 0, result.output
    assert (tmp_path / name).read_bytes() == content
    if name.endswith(".xlsx"):
        assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames


@pytest.mark.parametrize(
    ("arguments", "name"),
    [([], "cases.pdf"), ([], "cases.zip"), (["--modules"], "modules.csv"), ([], "cases")],
)
def test_any_other_name_is_told_in_a_sentence(tmp_path: Path, arguments: list[str], name: str) -> None:
    """And nothing is written."""
    result = clearpoint("template", *arguments, "--out", tmp_path / name)

    assert result.exit_code == 2
    assert "is written to a name with" in result.output
    assert not (tmp_path / name).exists()


def test_modules_need_a_file_to_go_to() -> None:
    """They are no text for a terminal."""
    result = clearpoint("template", "--modules")

    assert result.exit_code == 2
    assert "--out modules.xlsx" in result.output


def test_a_file_is_not_overwritten_unless_it_is_said(tmp_path: Path) -> None:
    """It may be a sheet that is half filled."""
    out = tmp_path / "cases.xlsx"
    out.write_bytes(b"half filled")

    refused, forced = clearpoint("template", "--out", out), clearpoint("template", "--out", out, "--force")

    assert refused.exit_code != 0
    assert forced.exit_code == 0
    assert out.read_bytes() == templates.case_workbook("en")


def test_a_language_that_is_not_spoken_is_refused_with_those_that_are() -> None:
    """The reader sees what to write instead."""
    result = clearpoint("template", "--lang", "xx")

    assert result.exit_code == 2
    assert "sr-Cyrl" in result.output
