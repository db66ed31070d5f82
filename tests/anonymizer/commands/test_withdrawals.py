"""`clearpoint withdraw`: against the real clearing point; case numbers leave the laptop as tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anonymizer import inner_case_token
from anonymizer.__main__ import build_app
from tests.anonymizer.case_sheets import CASE_NUMBER, marks_in, row, write_sheet
from tests.anonymizer.commands.test_against_the_server import clearpoint, laptop
from tests.clearing_point_fixture import SHELTER, People
from tests.flows.test_one_batch import rows_of

__all__ = ["laptop"]


@pytest.fixture
def sent(laptop: People, tmp_path: Path) -> str:
    """A batch of three cases that was sent."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2), row(3)])
    batch: str = json.loads(clearpoint("send", file, "--json").stdout)["batch_id"]
    return batch


def listed(folder: Path, *numbers: str) -> Path:
    file = folder / "numbers.txt"
    file.write_text("\ufeff" + "\r\n".join(numbers) + "\n\n", encoding="utf-8")
    return file


def stored(people: People) -> int:
    return len(rows_of(people, "case_records"))


def test_a_batch_is_taken_back(laptop: People, sent: str) -> None:
    """Once: a second time is refused."""
    first, second = (clearpoint("withdraw", "--batch", sent, "--yes") for _ in range(2))

    assert (first.exit_code, second.exit_code) == (0, 5)
    assert "does not come back" in first.output
    assert stored(laptop) == 0


def test_cases_are_taken_back_by_a_file_of_numbers(laptop: People, sent: str, tmp_path: Path) -> None:
    """Numbers, tokens and empty lines; nothing of them is printed."""
    token = inner_case_token(laptop.case_keys[SHELTER.code], f"{CASE_NUMBER}-2")

    result = clearpoint("withdraw", listed(tmp_path, f" {CASE_NUMBER}-1 ", "", token, "unknown"), "--yes")

    assert result.exit_code == 0
    assert marks_in(result.output) == []
    assert stored(laptop) == 1


def test_numbers_come_from_standard_input_too(laptop: People, sent: str) -> None:
    """So that no file has to be written."""
    result = CliRunner().invoke(build_app(), ["withdraw", "-", "--yes", "--json"], input=f"{CASE_NUMBER}-1\n")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["status"] == "ACCEPTED"
    assert stored(laptop) == 2


def test_without_a_case_key_the_numbers_go_as_they_are_and_that_is_said(
    laptop: People,
    sent: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clearing point replaces them in memory."""
    monkeypatch.delenv("CLEARPOINT_CASE_KEY")

    result = clearpoint("withdraw", listed(tmp_path, f"{CASE_NUMBER}-1"), "--yes")

    assert result.exit_code == 0
    assert "leave it as they are" in result.output
    assert stored(laptop) == 2


@pytest.mark.parametrize(("answer", "exit_code", "left"), [("y\n", 0, 0), ("n\n", 5, 3), ("", 5, 3)])
def test_it_asks_first(laptop: People, sent: str, answer: str, exit_code: int, left: int) -> None:
    """What is deleted does not come back. No answer is a no."""
    result = CliRunner().invoke(build_app(), ["withdraw", "--batch", sent], input=answer)

    assert result.exit_code == exit_code
    assert stored(laptop) == left


@pytest.mark.parametrize("number", ["x" * 101, "c1:broken", "a\u200bb"])
def test_a_line_that_is_no_case_number_stops_all_of_it(
    laptop: People,
    sent: str,
    tmp_path: Path,
    number: str,
) -> None:
    """The line is named, and not what stands in it."""
    result = clearpoint("withdraw", listed(tmp_path, f"{CASE_NUMBER}-1", number), "--yes")

    assert result.exit_code == 2
    assert "line 2" in result.output
    assert number not in result.output
    assert stored(laptop) == 3


@pytest.mark.parametrize("content", [b"", b"\n \n", "Žnumber".encode("cp1250")])
def test_a_list_that_cannot_be_read_is_bad_input(laptop: People, tmp_path: Path, content: bytes) -> None:
    """Empty, or in another encoding."""
    (tmp_path / "list.txt").write_bytes(content)

    assert clearpoint("withdraw", tmp_path / "list.txt", "--yes").exit_code == 2


def test_either_a_file_or_a_batch(tmp_path: Path) -> None:
    """Neither and both are told as bad input, before anything is asked."""
    both = clearpoint("withdraw", listed(tmp_path, "1"), "--batch", "0199f3a0-0000-7000-8000-000000000001")

    assert clearpoint("withdraw", "--yes").exit_code == both.exit_code == 2
