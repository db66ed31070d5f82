"""`clearpoint profile`: what a profile covers and what it does not, in counts; and profiles of one's own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app

OWN = """
name = "our-office"
dates = "dd.mm.yyyy"
encoding = "cp1250"
ignored = ["Desk"]
columns = [
    { source = "No", target = "case_number" },
    { source = "Opened", target = "registered_on" },
    { source = "Gender", target = "sex", values = "sexes" },
    { source = "Mother", target = "other_names" },
]

[values.sexes]
woman = "F"
"""
EXPORT = """No;Opened;Gender;Mother;Desk;MARKED HEADER
1;04.03.2025;woman;Šćepanović;3;Kanari
2;04.03.2025;markedvalue;;3;
3;31.02.2025;othervalue;;3;
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with an office's export, in its old encoding, and its profile."""
    (tmp_path / "export.csv").write_bytes(EXPORT.encode("cp1250"))
    (tmp_path / "office.toml").write_text(OWN)
    return tmp_path


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def try_own(office: Path, *options: str) -> Result:
    return clearpoint(
        "profile",
        "try",
        office / "export.csv",
        "--profile",
        office / "office.toml",
        "--legal-basis",
        "ARCHIVE",
        *options,
    )


def test_the_list_says_whose_the_legal_basis_is() -> None:
    """Some profiles fix it."""
    listed = clearpoint("profile", "list").output

    assert [name in listed for name in ("htcds-2.0", "htcds-2.0-spreadsheet", "primero-cp")] == [True] * 3
    assert "the sender's" in listed


def test_a_trial_counts_what_is_covered_unknown_and_refused(office: Path) -> None:
    """For each column what it becomes, and for unknown values how many there are."""
    result = try_own(office, "--json")

    trial = json.loads(result.stdout)
    assert result.exit_code == 2
    assert [(one["letter"], one["header"], one["becomes"]) for one in trial["columns"]] == [
        ("A", "No", "case_number"),
        ("B", "Opened", "registered_on"),
        ("C", "Gender", "sex"),
        ("D", "Mother", "other_names (dropped)"),
        ("E", "Desk", "left out"),
        ("F", "", "unknown"),
    ]
    assert trial["unknown_values"] == [{"header": "Gender", "target": "sex", "distinct": 2}]
    assert {(one["column"], one["code"]): one["count"] for one in trial["refusals"]} == {
        ("sex", "unknown_code"): 2,
        ("registered_on", "wrong_date"): 1,
    }
    assert trial["stats"] == {"received": 3, "rejected": 2}


def test_a_trial_shows_no_value_and_no_header_that_it_does_not_know(office: Path) -> None:
    """Without a header line, the first row is a person."""
    result = try_own(office)

    assert "Unknown columns would stop the reading: F." in result.output
    assert "distinct values" in result.output
    assert not any(
        mark in result.output for mark in ("MARKED", "Kanari", "markedvalue", "othervalue", "Šćepanović")
    )


def test_an_own_profile_checks_and_clears_on_this_machine(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its encoding and its dates need no option."""
    monkeypatch.setenv("CLEARPOINT_CASE_KEY", "11" * 32)
    good = "\n".join(line.rpartition(";")[0] for line in EXPORT.splitlines()[:2])
    (office / "good.csv").write_bytes(good.encode("cp1250"))
    options = ("--profile", office / "office.toml", "--legal-basis", "ARCHIVE")

    checked = clearpoint("check", office / "good.csv", *options)
    cleared = clearpoint("clear", office / "good.csv", "--out", office / "out.csv", *options)

    assert (checked.exit_code, cleared.exit_code) == (0, 0)
    assert ",2025-03," in (office / "out.csv").read_text()
    assert "other_names 1" in checked.output


def test_the_mistakes_of_an_own_profile_are_listed(office: Path) -> None:
    """All of them at once, by their places."""
    (office / "office.toml").write_text(OWN.replace('"sex"', '"marked"').replace("dd.mm", "marked"))

    result = try_own(office)

    assert result.exit_code == 2
    assert "- `dates` is none of" in result.output
    assert "- columns, entry 3: `target`" in result.output
    assert "marked" not in result.output


def test_a_profile_that_is_not_there_is_told(office: Path) -> None:
    """By name or by file."""
    for name in ("marked", "marked.toml"):
        assert clearpoint("profile", "try", office / "export.csv", "--profile", name).exit_code == 2


@pytest.mark.real_input
@pytest.mark.skipif("CLEARPOINT_REAL_INPUT" not in os.environ, reason="CLEARPOINT_REAL_INPUT names no folder")
def test_the_real_export_is_covered_but_for_the_year() -> None:
    """Every column, every value; 2,565 records of 16,118 have no year."""
    file = Path(os.environ["CLEARPOINT_REAL_INPUT"]) / "see_cases_htcds.csv.gz"

    result = clearpoint("profile", "try", file, "--profile", "htcds-2.0", "--json")

    trial = json.loads(result.stdout)
    assert result.exit_code == 0
    assert "unknown" not in {one["becomes"] for one in trial["columns"]}
    assert trial["unknown_values"] == []
    assert trial["refusals"] == [
        {"column": "registered_on", "code": "missing_year", "number": "E2013", "count": 2_565}
    ]
    assert trial["stats"] == {"received": 16_118, "rejected": 2_565}
