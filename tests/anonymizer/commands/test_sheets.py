"""`clearpoint check` and `clear` as a shelter worker runs them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer import CLEARED_COLUMNS, inner_case_token
from anonymizer.__main__ import build_app
from tests.anonymizer.case_sheets import CASE_NUMBER, marks_in, row, sheet, write_sheet

CASE_KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key of whoever runs the tests is found."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("CLEARPOINT_KEY", "CLEARPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLEARPOINT_CASE_KEY", CASE_KEY.hex())


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def test_a_correct_sheet_is_fine_and_what_is_dropped_is_counted(tmp_path: Path) -> None:
    """The worker sees that names go nowhere, and no name."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2)])

    result = clearpoint("check", file)

    assert result.exit_code == 0
    assert "2 rows read: 2 fine, 0 to correct." in result.output
    assert "given_name 2" in result.output
    assert marks_in(result.output) == []


def test_a_wrong_row_is_told_with_row_column_code_and_what_to_do(tmp_path: Path) -> None:
    """Row numbers are those of the spreadsheet; the value is not repeated."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2, sex="marked-value"), row(3, registered_on="")])

    result = clearpoint("check", file)

    assert result.exit_code == 2
    assert "1 fine, 2 to correct" in result.output
    wrong_code = next(line for line in result.output.split("\n") if "unknown_code" in line)
    assert wrong_code.split()[:2] == ["3", "sex"]
    missing = next(line for line in result.output.split("\n") if "missing_year" in line)
    assert missing.split()[:2] == ["4", "registered_on"]
    assert "marked-value" not in result.output


def test_a_check_as_json_has_the_same_and_nothing_else_on_its_output(tmp_path: Path) -> None:
    """Another program reads it."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2, sex="marked-value")])

    result = clearpoint("check", file, "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert answer["status"] == "ERROR"
    assert answer["stats"] == {"received": 2, "accepted": 1, "rejected": 1}
    assert [(found["row"], found["column"], found["code"]) for found in answer["conflicts"]] == [
        (3, "sex", "unknown_code")
    ]
    assert "marked-value" not in result.output


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"case_number,sex\n",
        b"\xff\xfe\x00",
        b"case_number;sex\n1;F\n",
        b"Zor\xc4\x8damark,sex\n1,F\n",
        b'case_number,sex\n"Zor\xc4\x8damark,F\n',
        b"case_number,case_number\n1,1\n",
    ],
)
def test_a_file_that_is_no_case_sheet_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Empty, header alone, wrong encoding, wrong separator, unknown or doubled column, open quote."""
    file = tmp_path / "cases.csv"
    file.write_bytes(content)

    result = clearpoint("check", file)

    assert result.exit_code == 2
    assert "cannot be used" in result.output or "0 fine" in result.output
    assert marks_in(result.output) == []


def test_a_packed_sheet_and_a_json_sheet_are_read(tmp_path: Path) -> None:
    """A .gz is unpacked by itself; JSON is known by its name."""
    packed = tmp_path / "cases.csv.gz"
    packed.write_bytes(gzip.compress(sheet([row(1)]).encode()))
    as_json = tmp_path / "cases.json"
    as_json.write_text(json.dumps({"cases": [row(1)]}))

    assert clearpoint("check", packed).exit_code == 0
    assert clearpoint("check", as_json).exit_code == 0


def test_a_country_where_the_organization_is_not_registered_is_told(tmp_path: Path) -> None:
    """As the clearing point would."""
    rows = [{**row(1), "country": "AL"}]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file = tmp_path / "cases.csv"
    file.write_text(text.getvalue(), encoding="utf-8")

    assert clearpoint("check", file).exit_code == 0
    assert clearpoint("check", file, "--country", "al").exit_code == 0
    assert clearpoint("check", file, "--country", "RS").exit_code == 2
    assert clearpoint("check", file, "--country", "Narnia").exit_code == 2


def test_a_cleared_sheet_has_no_name_no_day_and_no_case_number(tmp_path: Path) -> None:
    """What `clear` writes can be sent by anybody; it is still for its owner alone."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2)])
    out = tmp_path / "cleared.csv"

    result = clearpoint("clear", file, "--out", out, "--country", "RS")

    text = out.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert result.exit_code == 0
    assert tuple(rows[0]) == CLEARED_COLUMNS
    assert rows[0]["case_number"] == inner_case_token(CASE_KEY, f"{CASE_NUMBER}-1")
    assert (rows[0]["country"], rows[0]["identified_on"]) == ("RS", "2025-03-03")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert marks_in(text + result.output) == []


def test_a_cleared_sheet_is_cleared_to_itself(tmp_path: Path) -> None:
    """clear(clear(x)) == clear(x), also through files."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2)])

    clearpoint("clear", file, "--out", tmp_path / "once.csv", "--country", "RS")
    again = clearpoint("clear", tmp_path / "once.csv", "--out", tmp_path / "twice.csv", "--country", "RS")

    assert again.exit_code == 0
    assert (tmp_path / "twice.csv").read_bytes() == (tmp_path / "once.csv").read_bytes()


def test_one_wrong_row_stops_the_clearing_unless_the_worker_says_otherwise(tmp_path: Path) -> None:
    """All or nothing by default; --no-atomic writes the good rows."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2, sex="marked-value")])
    out = tmp_path / "cleared.csv"

    refused = clearpoint("clear", file, "--out", out, "--country", "RS")
    assert refused.exit_code == 2
    assert not out.exists()

    partly = clearpoint("clear", file, "--out", out, "--country", "RS", "--no-atomic")
    assert partly.exit_code == 0
    assert len(out.read_text().splitlines()) == 2


def test_clearing_needs_the_organizations_case_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the case could never be found again, so nothing is written."""
    monkeypatch.delenv("CLEARPOINT_CASE_KEY")
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    result = clearpoint("clear", file, "--out", tmp_path / "cleared.csv", "--country", "RS")

    assert result.exit_code == 3
    assert "no case key" in result.output
    assert not (tmp_path / "cleared.csv").exists()


def test_clearing_needs_to_know_the_country(tmp_path: Path) -> None:
    """An empty country is the organization's own, which this machine cannot guess."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    result = clearpoint("clear", file, "--out", tmp_path / "cleared.csv")

    assert result.exit_code == 2
    assert "--country" in result.output


def test_no_file_is_replaced_unasked_and_never_the_sheet_itself(tmp_path: Path) -> None:
    """--force replaces an earlier result, not the only copy of the cases."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])
    out = write_sheet(tmp_path / "cleared.csv", [])

    assert clearpoint("clear", file, "--out", out, "--country", "RS").exit_code == 5
    assert clearpoint("clear", file, "--out", out, "--country", "RS", "--force").exit_code == 0
    assert clearpoint("clear", file, "--out", file, "--country", "RS", "--force").exit_code == 5
    assert CASE_NUMBER in file.read_text(encoding="utf-8")


def test_the_profiles_are_listed_with_what_they_read_and_fill() -> None:
    """A sender sees which export of which system is understood."""
    result = clearpoint("profile", "list")

    assert result.exit_code == 0
    assert "htcds-2.0" in result.output
    assert "cas_Id" in result.output
    assert "case_number" in result.output


def test_an_unknown_profile_and_a_contradicted_one_are_told(tmp_path: Path) -> None:
    """A profile that fixes the legal basis is not overruled in silence."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    assert clearpoint("check", file, "--profile", "../secrets").exit_code == 2
    contradicted = clearpoint("check", file, "--profile", "htcds-2.0", "--legal-basis", "CONSENT")
    assert contradicted.exit_code == 2
    assert "fixes another legal basis" in contradicted.output


@pytest.mark.real_input
@pytest.mark.skipif("CLEARPOINT_REAL_INPUT" not in os.environ, reason="CLEARPOINT_REAL_INPUT names no folder")
def test_the_real_export_is_checked_with_its_profile() -> None:
    """16,118 historic records; those without a year are told row by row, as far as a list is read."""
    file = Path(os.environ["CLEARPOINT_REAL_INPUT"]) / "see_cases_htcds.csv.gz"

    result = clearpoint("check", file, "--profile", "htcds-2.0", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert answer["stats"] == {"received": 16_118, "accepted": 13_553, "rejected": 2_565}
    assert {(found["column"], found["code"]) for found in answer["conflicts"]} == {
        ("registered_on", "missing_year")
    }
