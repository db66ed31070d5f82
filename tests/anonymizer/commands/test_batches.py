"""`clearpoint send`, `status` and `receipt`: what leaves the laptop, what is told, and with which exit code."""

from __future__ import annotations

import csv
import gzip
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer import CLEARED_COLUMNS, inner_case_token
from anonymizer.__main__ import build_app
from tests.anonymizer.case_sheets import CASE_NUMBER, marks_in, row, sheet, write_sheet
from tests.anonymizer.seam_server import API_KEY, BATCH_ID, Seam, serve

CASE_KEY = bytes(range(32))


@pytest.fixture
def seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seam]:
    """A clearing point, and a laptop that knows its address and both keys."""
    with serve() as served:
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
        monkeypatch.setenv("CLEARPOINT_URL", served.url)
        monkeypatch.setenv("CLEARPOINT_KEY", API_KEY)
        monkeypatch.setenv("CLEARPOINT_CASE_KEY", CASE_KEY.hex())
        yield served


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def test_names_never_leave_the_laptop(seam: Seam, tmp_path: Path) -> None:
    """What goes out is the cleared sheet with the countries and the legal basis of the agreement."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2)])

    result = clearpoint("send", file)

    (arrived,) = seam.arrived
    rows = list(csv.DictReader(io.StringIO(arrived.body.decode())))
    assert result.exit_code == 0
    assert tuple(rows[0]) == CLEARED_COLUMNS
    assert [(sent["case_number"], sent["country"]) for sent in rows] == [
        (inner_case_token(CASE_KEY, f"{CASE_NUMBER}-{number}"), "RS") for number in (1, 2)
    ]
    assert arrived.options == {"atomic": "true", "legal_basis": "CONSENT"}
    assert marks_in(arrived.body.decode() + result.output) == []


def test_the_answer_is_told_with_its_counts_and_its_receipt(seam: Seam, tmp_path: Path) -> None:
    """Also what was dropped on the laptop, which the clearing point cannot know."""
    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1), row(2)]))

    assert "2 received, 2 created" in result.output
    assert "given_name 2" in result.output
    assert BATCH_ID in result.output
    assert "sha256:00" in result.output


def test_a_dry_run_is_told_as_one(seam: Seam, tmp_path: Path) -> None:
    """The same way, and nothing is kept."""
    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]), "--dry-run")

    assert result.exit_code == 0
    assert seam.arrived[0].options["dry_run"] == "true"
    assert "Nothing was" in result.output


def test_with_one_wrong_row_nothing_is_sent(seam: Seam, tmp_path: Path) -> None:
    """All or nothing is decided on the laptop."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2, sex="marked-value")])

    result = clearpoint("send", file, "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 2
    assert seam.arrived == []
    assert (answer["status"], answer["batch_id"], answer["stats"]["rejected"]) == ("ERROR", None, 1)
    assert answer["conflicts"][0]["row"] == 3
    assert "marked-value" not in result.output


def test_without_all_or_nothing_the_good_rows_go_and_the_rest_is_told(seam: Seam, tmp_path: Path) -> None:
    """Rows that were refused here and remarks from there carry the numbers of the sender's sheet."""
    seam.answer_conflicts = [
        {
            "entity": "case",
            "row": 2,
            "column": "age",
            "code": "odd",
            "message": "Look at it.",
            "severity": "warning",
        }
    ]
    file = write_sheet(tmp_path / "cases.csv", [row(1, sex="marked-value"), row(2)])

    result = clearpoint("send", file, "--no-atomic", "--json")

    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert seam.arrived[0].options["atomic"] == "false"
    assert answer["status"] == "WARNING"
    assert (answer["stats"]["received"], answer["stats"]["created"], answer["stats"]["rejected"]) == (2, 1, 1)
    assert [(found["row"], found["code"]) for found in answer["conflicts"]] == [
        (2, "unknown_code"),
        (3, "odd"),
    ]


def test_when_no_row_is_good_nothing_is_sent(seam: Seam, tmp_path: Path) -> None:
    """An empty batch would be an answer to nobody."""
    file = write_sheet(tmp_path / "cases.csv", [row(1, sex="marked-value")])

    assert clearpoint("send", file, "--no-atomic").exit_code == 2
    assert seam.arrived == []


def test_json_is_the_servers_answer_as_it_came_when_the_laptop_has_nothing_to_add(
    seam: Seam, tmp_path: Path
) -> None:
    """A cleared sheet passes the laptop unchanged, and so does the answer."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])
    cleared = tmp_path / "cleared.csv"
    clearpoint("clear", file, "--out", cleared, "--country", "RS")

    result = clearpoint("send", cleared, "--json")

    assert result.exit_code == 0
    assert seam.arrived[0].body == cleared.read_bytes()
    assert result.stdout == json.dumps(json.loads(result.stdout)) + "\n"


def test_a_raw_sheet_goes_as_it_is_when_the_worker_says_so(
    seam: Seam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unpacked, with the options that were given and no others; no case key is needed."""
    monkeypatch.delenv("CLEARPOINT_CASE_KEY")
    file = tmp_path / "cases.csv.gz"
    file.write_bytes(gzip.compress(sheet([row(1)]).encode()))

    result = clearpoint("send", file, "--raw", "--profile", "htcds-2.0", "--law", "ZKP-107")

    assert result.exit_code == 0
    assert seam.arrived[0].body == sheet([row(1)]).encode()
    assert seam.arrived[0].options == {"profile": "htcds-2.0", "law": "ZKP-107"}
    assert marks_in(result.output) == []


def test_without_a_case_key_nothing_is_sent(
    seam: Seam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is told how to get one, and of --raw."""
    monkeypatch.delenv("CLEARPOINT_CASE_KEY")

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]))

    assert result.exit_code == 3
    assert "case.key" in result.output
    assert "--raw" in result.output
    assert seam.arrived == []


def test_one_file_with_both_keys_is_enough(
    seam: Seam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a role's key file holds."""
    monkeypatch.delenv("CLEARPOINT_KEY")
    monkeypatch.delenv("CLEARPOINT_CASE_KEY")
    keys = tmp_path / "sender.key"
    keys.touch(mode=0o600)
    keys.write_text(f"key = {API_KEY}\ncase_key = {CASE_KEY.hex()}\n")

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]), "--key-file", keys)

    assert result.exit_code == 0
    assert len(seam.arrived) == 1


def test_a_wrong_key_is_told_before_the_sheet_leaves(
    seam: Seam, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody should upload for minutes to learn it, and raw rows go to no stranger."""
    monkeypatch.setenv("CLEARPOINT_KEY", "cp_wrong")

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]), "--raw")

    assert result.exit_code == 3
    assert seam.arrived == []
    assert "cp_wrong" not in result.output


def test_a_lost_connection_is_repeated_under_the_same_key(seam: Seam, tmp_path: Path) -> None:
    """The batch is stored once, however often it had to be sent."""
    seam.failures.extend([503, 429])

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]))

    assert result.exit_code == 0
    assert len(seam.arrived) == 3
    assert len({(arrived.idempotency_key, arrived.body) for arrived in seam.arrived}) == 1


def test_two_calls_have_two_keys_unless_the_worker_gives_one(seam: Seam, tmp_path: Path) -> None:
    """A key made here serves one call; an earlier call is repeated with its own."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    clearpoint("send", file)
    clearpoint("send", file)
    clearpoint("send", file, "--idempotency-key", "2026-03")

    keys = [arrived.idempotency_key for arrived in seam.arrived]
    assert len(set(keys)) == 3
    assert keys[2] == "2026-03"
    assert clearpoint("send", file, "--idempotency-key", "two words").exit_code == 2


@pytest.mark.parametrize(
    ("status", "exit_code"), [(403, 3), (409, 5), (413, 2), (422, 2), (500, 4), (502, 4)]
)
def test_each_refusal_has_its_exit_code(seam: Seam, tmp_path: Path, status: int, exit_code: int) -> None:
    """A nightly job decides by it what to do next; the reason is the clearing point's own sentence."""
    seam.failures.append(status)

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]))

    assert result.exit_code == exit_code
    assert "The test wanted this answer." in result.stderr


def test_plain_http_to_another_machine_is_refused(seam: Seam, tmp_path: Path) -> None:
    """Before a key is sent there."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])

    result = clearpoint("send", file, "--url", "http://rcp.example")

    assert result.exit_code == 5
    assert "https://" in result.output


def test_a_sheet_that_is_not_there_is_told(seam: Seam, tmp_path: Path) -> None:
    """In a sentence, with the exit code of bad input."""
    result = clearpoint("send", tmp_path / "none.csv")

    assert result.exit_code == 2
    assert "cannot be read" in result.output


def test_own_batches_are_listed_and_shown(seam: Seam) -> None:
    """`status` alone lists, with a batch it shows what became of it."""
    listed = clearpoint("status")
    shown = clearpoint("status", BATCH_ID)
    as_json = clearpoint("status", "--json")

    assert listed.exit_code == shown.exit_code == as_json.exit_code == 0
    assert BATCH_ID in listed.output
    assert "3 received, 3 created" in shown.output
    assert json.loads(as_json.stdout)["batches"][0]["batch_id"] == BATCH_ID


def test_a_receipt_is_printed_or_written(seam: Seam, tmp_path: Path) -> None:
    """As it came, readable by its owner alone."""
    out = tmp_path / "receipt.json"

    printed = clearpoint("receipt", BATCH_ID)
    written = clearpoint("receipt", BATCH_ID, "--out", out)

    assert json.loads(printed.stdout)["batch_id"] == BATCH_ID
    assert written.exit_code == 0
    assert out.read_text() == printed.stdout.rstrip("\n")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert clearpoint("receipt", BATCH_ID, "--out", out).exit_code == 5


def test_a_batch_of_nobody_is_refused(seam: Seam) -> None:
    """Another organization's batch has the same answer as none at all."""
    assert clearpoint("receipt", "0199f3a0-0000-7000-8000-00000000ffff").exit_code == 5
    assert clearpoint("receipt", "../../me").exit_code == 2
