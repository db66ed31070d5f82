"""The laptop's commands against the real clearing point, over a real connection."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from tests.anonymizer.case_sheets import marks_in, row, write_sheet
from tests.anonymizer.commands.forms_of_files import as_archive, as_json, as_ndjson, workbook
from tests.clearing_point_fixture import People

SENDER = "shelter sender"
BODY_LIMIT = 16 * 1024 * 1024
"""Bytes: room for the real export, which grows when its unknowns are written out."""


@pytest.fixture
def laptop(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[People]:
    """A laptop of the shelter in Serbia, and the clearing point serving on a port of this machine."""
    from app.main import create_app  # here, so that the laptop's other tests run without a server

    application = create_app(replace(people.premises, body_limit=BODY_LIMIT))
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("CLEARPOINT_KEY", people.keys[SENDER])
    monkeypatch.setenv("CLEARPOINT_CASE_KEY", people.case_keys["shelter"].hex())
    yield people
    server.should_exit = True
    thread.join()


def clearpoint(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build_app(), [str(argument) for argument in arguments])


def stats_of(result: Result) -> dict[str, int]:
    stats: dict[str, int] = json.loads(result.stdout)["stats"]
    return stats


def test_a_case_is_the_same_from_the_laptop_and_from_the_door(laptop: People, tmp_path: Path) -> None:
    """Cleared here or there, the case token and the cleared row are equal, so that nothing is stored twice."""
    file = write_sheet(tmp_path / "cases.csv", [row(1), row(2)])

    cleared = clearpoint("send", file, "--json")
    raw = clearpoint("send", file, "--raw", "--json")

    assert (cleared.exit_code, raw.exit_code) == (0, 0)
    assert stats_of(cleared)["created"] == 2
    assert stats_of(raw) == {"received": 2, "created": 0, "updated": 0, "unchanged": 2, "rejected": 0}
    assert json.loads(cleared.stdout)["dropped"] == json.loads(raw.stdout)["dropped"]
    assert json.loads(cleared.stdout)["receipt"]["digest"] == json.loads(raw.stdout)["receipt"]["digest"]
    assert marks_in(cleared.output + raw.output) == []


def test_a_refusal_is_the_same_from_the_laptop_and_from_the_door(laptop: People, tmp_path: Path) -> None:
    """The same rows, columns and codes, whoever finds them."""
    file = write_sheet(
        tmp_path / "cases.csv", [row(1), row(2, sex="marked-value"), row(3, age="marked-value")]
    )

    here = clearpoint("send", file, "--json")
    there = clearpoint("send", file, "--raw", "--json")

    assert (here.exit_code, there.exit_code) == (2, 2)
    assert json.loads(here.stdout)["conflicts"] == json.loads(there.stdout)["conflicts"]
    assert stats_of(here) == stats_of(there)
    assert "marked-value" not in here.output + there.output


def test_a_dry_run_leaves_no_batch(laptop: People, tmp_path: Path) -> None:
    """What would be stored is told, and `status` knows of nothing."""
    tried = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]), "--dry-run", "--json")
    listed = clearpoint("status")

    assert tried.exit_code == 0
    assert stats_of(tried)["created"] == 1
    assert "no batch yet" in listed.output


def test_a_batch_that_is_sent_twice_under_one_key_is_stored_once(laptop: People, tmp_path: Path) -> None:
    """The answer comes again as it was; another sheet under that key is refused."""
    file = write_sheet(tmp_path / "cases.csv", [row(1)])
    other = write_sheet(tmp_path / "other.csv", [row(2)])

    first = clearpoint("send", file, "--idempotency-key", "march", "--json")
    again = clearpoint("send", file, "--idempotency-key", "march", "--json")
    reused = clearpoint("send", other, "--idempotency-key", "march")

    assert first.stdout == again.stdout
    assert reused.exit_code == 5
    assert len(json.loads(clearpoint("status", "--json").stdout)["batches"]) == 1


def test_the_receipt_of_a_batch_is_fetched_and_another_organizations_is_not(
    laptop: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own batches alone."""
    sent = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]), "--json")
    batch = json.loads(sent.stdout)["batch_id"]

    own = clearpoint("receipt", batch)
    monkeypatch.setenv("CLEARPOINT_KEY", laptop.keys["other-shelter sender"])
    others = clearpoint("receipt", batch)

    assert json.loads(own.stdout) == json.loads(sent.stdout)["receipt"]
    assert others.exit_code == 5


def test_a_person_who_may_not_send_is_told(
    laptop: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code says that a key is the reason, not the sheet."""
    monkeypatch.setenv("CLEARPOINT_KEY", laptop.keys["desk auditor"])

    result = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1)]))

    assert result.exit_code == 3


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.xlsx", workbook), ("a.json", as_json), ("a.ndjson", as_ndjson), ("a.zip", as_archive)],
)
def test_every_form_is_the_same_from_the_laptop_and_from_the_door(
    laptop: People, tmp_path: Path, name: str, write: Callable[[Path], Path]
) -> None:
    """Cases and modules: what was stored cleared is found unchanged when it comes as it is."""
    file = write(tmp_path / name)

    cleared = clearpoint("send", file, "--json")
    raw = clearpoint("send", file, "--raw", "--json")

    assert (cleared.exit_code, raw.exit_code) == (0, 0), cleared.output + raw.output
    assert (stats_of(cleared)["created"], stats_of(raw)["unchanged"]) == (2, 2)
    assert [json.loads(one.stdout)["modules"]["referral"]["received"] for one in (cleared, raw)] == [1, 1]
    assert json.loads(raw.stdout)["modules"]["referral"]["unchanged"] == 1
    assert marks_in(cleared.output + raw.output) == []


@pytest.mark.real_input
@pytest.mark.skipif("CLEARPOINT_REAL_INPUT" not in os.environ, reason="CLEARPOINT_REAL_INPUT names no folder")
def test_the_real_export_is_stored_but_for_the_records_without_a_year(laptop: People) -> None:
    """Historic records, packed as they come, from the laptop and again from the door: the second changes nothing."""
    file = Path(os.environ["CLEARPOINT_REAL_INPUT"]) / "see_cases_htcds.csv.gz"

    here = clearpoint("send", file, "--profile", "htcds-2.0", "--json")
    there = clearpoint("send", file, "--profile", "htcds-2.0", "--raw", "--json")

    fates = {"received": 16_118, "created": 13_553, "updated": 0, "unchanged": 0, "rejected": 2_565}
    assert (here.exit_code, there.exit_code) == (0, 0)
    assert stats_of(here) == fates
    assert stats_of(there) == fates | {"created": 0, "unchanged": 13_553}
    assert json.loads(here.stdout)["receipt"]["digest"] == json.loads(there.stdout)["receipt"]["digest"]
