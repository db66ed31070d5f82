"""`clearpoint policy`: a record for a data protection officer, a linter's exit code, and counts that show no value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.policy import load_policy
from tests.anonymizer.case_sheets import marks_in, row, write_sheet

POLICY = Path("anonymizer/policy/see-thb-2026.1.toml")


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def test_explain_prints_the_record_of_processing() -> None:
    told = clearpoint("policy", "explain")

    assert told.exit_code == 0
    assert f"# Record of processing: {load_policy().name}" in told.stdout
    assert "impact assessment" in told.stdout


def test_lint_finds_nothing_in_the_policy_in_use(pytestconfig: pytest.Config) -> None:
    told = clearpoint("policy", "lint", pytestconfig.rootpath / POLICY)

    assert (told.exit_code, told.stdout) == (0, "The policy breaks no rule.\n")


def test_lint_says_each_problem_in_a_sentence(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """A policy under an old name with a key that can be guessed."""
    text = (pytestconfig.rootpath / POLICY).read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace('"names:skeleton", "birth_date"]', '"birth_year"]'))

    told = clearpoint("policy", "lint", tmp_path / "mine.toml")

    assert told.exit_code == 2
    assert "is one attribute alone" in " ".join(told.stdout.split())
    assert "is frozen" in " ".join(told.stdout.split())


@pytest.mark.parametrize("content", [b"\xff\xfe", b"names = ["], ids=["no text", "no TOML"])
def test_what_is_no_policy_is_told_as_that(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.toml").write_bytes(content)

    assert clearpoint("policy", "lint", tmp_path / "x.toml").exit_code == 2
    assert clearpoint("policy", "lint", tmp_path / "none.toml").exit_code == 2


def test_a_file_is_counted_and_no_value_of_it_is_shown(tmp_path: Path) -> None:
    """Names, dates and numbers of marked persons become numbers of cases."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2), row(3, given_name="", family_name="")])

    told, as_json = clearpoint("policy", "test", file), clearpoint("policy", "test", file, "--json")

    counted = json.loads(as_json.stdout)
    assert (counted["cases"], counted["rejected"]) == (3, 0)
    assert 0 < counted["linkable"] <= 3
    assert set(counted["link_keys"]) == {key.id for key in load_policy().link_keys}
    assert marks_in(told.output + as_json.output) == []


def test_a_file_that_cannot_be_read_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "cases.csv").write_bytes(b"who,knows\n1,2\n")

    assert clearpoint("policy", "test", tmp_path / "cases.csv").exit_code == 2
