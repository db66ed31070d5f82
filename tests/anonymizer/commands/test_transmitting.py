"""`clearpoint send` with every form of file, over broken lines and crashes, and with batches that wait."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer import cleared_columns, inner_case_token
from anonymizer.__main__ import build_app
from tests.anonymizer.case_sheets import marks_in, row, sheet, write_sheet
from tests.anonymizer.commands.forms_of_files import as_archive, as_json, as_ndjson, workbook
from tests.anonymizer.seam_server import API_KEY, BATCH_ID, Seam, serve

CASE_KEY = bytes(range(32))


@pytest.fixture
def seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seam]:
    """A clearing point, and a laptop that knows its address and both keys."""
    with serve() as served:
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.delenv("XDG_STATE_HOME", raising=False)
        monkeypatch.setenv("CLEARPOINT_URL", served.url)
        monkeypatch.setenv("CLEARPOINT_KEY", API_KEY)
        monkeypatch.setenv("CLEARPOINT_CASE_KEY", CASE_KEY.hex())
        monkeypatch.setattr("anonymizer.sending.FIRST_WAIT", 0.0)
        monkeypatch.setattr("anonymizer.sending.FIRST_LOOK", 0.0)
        yield served


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def members(body: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
        }


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.xlsx", workbook), ("a.json", as_json), ("a.ndjson", as_ndjson), ("a.zip", as_archive)],
)
def test_every_form_leaves_as_cleared_csv_files(seam: Seam, tmp_path: Path, name: str, write: object) -> None:
    """The cases first, each sheet with its cleared columns; names stay here."""
    result = clearpoint("send", write(tmp_path / name), "--json")  # type: ignore[operator]

    (arrived,) = seam.arrived
    sheets = members(arrived.body)
    assert result.exit_code == 0, result.output
    assert arrived.content_type == "application/zip"
    assert list(sheets) == ["cases.csv", "referral.csv"]
    assert tuple(sheets["cases.csv"][0]) == cleared_columns("cases")
    assert tuple(sheets["referral.csv"][0]) == cleared_columns("referral")
    assert [one["case_number"] for one in sheets["referral.csv"]] == [
        inner_case_token(CASE_KEY, row(2)["case_number"])
    ]
    assert marks_in(str(sheets) + result.output) == []


def test_the_same_file_gives_the_same_archive(seam: Seam, tmp_path: Path) -> None:
    """Else the clearing point would take a second try for another batch."""
    file = as_ndjson(tmp_path / "a.ndjson")

    clearpoint("send", file, "--idempotency-key", "one")
    clearpoint("send", file, "--idempotency-key", "two")

    assert seam.arrived[0].body == seam.arrived[1].body


def test_a_file_as_it_is_goes_in_its_own_form_with_what_was_declared(seam: Seam, tmp_path: Path) -> None:
    """The clearing point reads it as this machine would."""
    file = workbook(tmp_path / "a.xlsx")

    clearpoint("send", file, "--raw", "--encoding", "Windows-1250", "--dates", "DD.MM.YYYY")

    (arrived,) = seam.arrived
    assert arrived.body == file.read_bytes()
    assert arrived.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (arrived.options["encoding"], arrived.options["dates"]) == ("cp1250", "dd.mm.yyyy")


def test_an_encoding_that_nobody_reads_is_told_before_anything_leaves(seam: Seam, tmp_path: Path) -> None:
    """With the names of those that are read."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    for option in ((), ("--raw",)):
        result = clearpoint("send", file, "--encoding", "marked", *option)
        assert (result.exit_code, "iso-8859-2" in result.output) == (2, True)
        assert "marked" not in result.output
    assert seam.arrived == []


def test_an_own_profile_is_not_named_to_a_clearing_point_that_does_not_have_it(
    seam: Seam, tmp_path: Path
) -> None:
    """Cleared here it works; as it is, it cannot."""
    (tmp_path / "own.toml").write_text('name = "own"\ncolumns = [{ source = "Sex", target = "sex" }]')
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    raw = clearpoint("send", file, "--raw", "--profile", tmp_path / "own.toml")
    cleared = clearpoint("send", file, "--profile", tmp_path / "own.toml")

    assert (raw.exit_code, cleared.exit_code) == (2, 0)
    assert "profile" not in seam.arrived[0].options


def test_a_sending_that_broke_off_is_the_same_batch_at_the_next_try(seam: Seam, tmp_path: Path) -> None:
    """Whatever ended the first one; after an answer the same file is another batch."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])
    seam.failures.extend(["drop"] * 5)

    broken = clearpoint("send", file)
    folder = tmp_path / "home/.local/state/clearpoint/unfinished"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()]
    again = clearpoint("send", file)
    later = clearpoint("send", file)

    keys = [arrived.idempotency_key for arrived in seam.arrived]
    assert (broken.exit_code, again.exit_code, later.exit_code) == (4, 0, 0)
    assert len(set(keys[:6])) == 1
    assert keys[6] != keys[0]
    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == ([0o600], 0o700)
    assert list(folder.iterdir()) == []


def test_a_sending_that_was_killed_is_the_same_batch_at_the_next_try(seam: Seam, tmp_path: Path) -> None:
    """The key is on disk before the first byte leaves."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])
    seam.failures.extend([503] * 9)
    first = subprocess.Popen(
        [sys.executable, "-m", "anonymizer", "send", str(file)],
        env={**os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(300):
        if seam.arrived:
            break
        time.sleep(0.1)
    first.kill()
    first.wait()
    seam.failures.clear()

    again = clearpoint("send", file)

    assert again.exit_code == 0
    assert len({arrived.idempotency_key for arrived in seam.arrived}) == 1
    assert len(seam.arrived) >= 2


def test_what_is_remembered_says_nothing_of_the_file(seam: Seam, tmp_path: Path) -> None:
    """A random key under a keyed digest: no name, no case, no API key."""
    seam.failures.extend([503] * 5)

    clearpoint("send", write_sheet(tmp_path / "Zorčamark.csv", [row(1)]))

    (path,) = (tmp_path / "home/.local/state/clearpoint/unfinished").iterdir()
    assert path.read_text() == seam.arrived[0].idempotency_key
    assert len(path.name) == 64
    assert marks_in(path.name + path.read_text()) == []


@pytest.mark.parametrize("change", ["another file", "another option", "another case key"])
def test_another_sending_has_a_key_of_its_own(
    seam: Seam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """The clearing point would refuse the same key for another body."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])
    seam.failures.extend([503] * 5)
    clearpoint("send", file)

    if change == "another file":
        write_sheet(file, [row(2)])
    elif change == "another case key":
        monkeypatch.setenv("CLEARPOINT_CASE_KEY", "22" * 32)
    clearpoint("send", file, *(("--no-atomic",) if change == "another option" else ()))

    assert seam.arrived[-1].idempotency_key != seam.arrived[0].idempotency_key


def test_a_laptop_that_can_remember_nothing_sends_all_the_same(
    seam: Seam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A remark says what that means."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]))

    assert result.exit_code == 0
    assert "another batch" in result.output


def test_a_batch_that_waits_is_followed_and_told_with_the_rows_of_the_sheet(
    seam: Seam, tmp_path: Path
) -> None:
    """As if the answer had come at once."""
    seam.looks_until_stored = 1
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2, sex="marked")])

    result = clearpoint("send", file, "--no-atomic", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (answer["status"], answer["stats"]["rejected"]) == ("WARNING", 1)
    assert answer["receipt"]["batch_id"] == BATCH_ID


def test_without_waiting_the_id_is_told(seam: Seam, tmp_path: Path) -> None:
    """For a timer that asks later; the sending itself is done."""
    seam.looks_until_stored = 9

    told = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]), "--no-wait")
    status = clearpoint("status", BATCH_ID)

    assert (told.exit_code, status.exit_code) == (0, 0)
    assert BATCH_ID in told.output
    assert "waits to be stored" in status.output
    assert list((tmp_path / "home/.local/state/clearpoint/unfinished").iterdir()) == []


def test_clear_writes_an_archive_for_a_workbook(seam: Seam, tmp_path: Path) -> None:
    """The same bytes that would be sent, but for the country, which the agreement gives there."""
    result = clearpoint(
        "clear", workbook(tmp_path / "a.xlsx"), "--out", tmp_path / "out.zip", "--country", "RS"
    )

    assert result.exit_code == 0
    assert "as a ZIP of CSVs" in result.output
    assert list(members((tmp_path / "out.zip").read_bytes())) == ["cases.csv", "referral.csv"]


def test_a_wrong_encoding_is_told_with_its_letters_and_the_option(seam: Seam, tmp_path: Path) -> None:
    """Single letters, from which nobody can be read."""
    file = tmp_path / "cases.csv"
    file.write_bytes(
        sheet([row(1, family_name="Đurđić"), row(2, family_name="Žarković")]).encode("cp1250", "ignore")
    )

    result = clearpoint("check", file)
    (found,) = json.loads(clearpoint("check", file, "--json").stdout)["conflicts"]
    declared = clearpoint("check", file, "--encoding", "cp1250")

    assert (result.exit_code, declared.exit_code) == (2, 0)
    assert "add --encoding" in result.output
    assert "its letters would then be" in found["message"]
    assert "Žarković" not in result.output + found["message"]
