"""`clearpoint receipt`: fetched from the real clearing point, verified without it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from tests.anonymizer.case_sheets import row, write_sheet
from tests.anonymizer.commands.test_against_the_server import clearpoint, laptop
from tests.anonymizer.test_base_install import laptop as base_install
from tests.clearing_point_fixture import People
from tests.factories import NOON

__all__ = ["laptop"]

KEPT = Path("home/.config/clearpoint/signing_keys.json")


@pytest.fixture
def receipt(laptop: People, tmp_path: Path) -> Path:
    """The receipt of a batch that was sent, in a file."""
    sent = clearpoint("send", write_sheet(tmp_path / "cases.csv", [row(1), row(2)]), "--json")
    out = tmp_path / "receipt.json"
    fetched = clearpoint("receipt", json.loads(sent.stdout)["batch_id"], "--out", out)
    assert fetched.exit_code == 0, fetched.output
    return out


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, receipt: Path) -> None:
    """From here on nothing answers, and no key is at hand."""
    monkeypatch.setenv("CLEARPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("CLEARPOINT_KEY")


def changed(receipt: Path, **members: object) -> Path:
    other = receipt.with_name("changed.json")
    other.write_text(json.dumps({**json.loads(receipt.read_text()), **members}))
    return other


@pytest.mark.usefixtures("no_network")
def test_a_receipt_is_verified_with_the_keys_that_were_kept(receipt: Path) -> None:
    """Without a connection; its organization, moment and counts are told."""
    result = clearpoint("receipt", "verify", receipt)

    assert result.exit_code == 0
    assert "Genuine: http://localhost:8000 signed it" in result.output
    assert "2 received, 2 created" in result.output


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("member", [{"created": 3}, {"organization": "other"}, {"signature": "AAAA"}])
def test_a_receipt_that_was_changed_is_refused(receipt: Path, member: dict[str, object]) -> None:
    """Exit code 5, and loud."""
    result = clearpoint("receipt", "verify", changed(receipt, **member))

    assert result.exit_code == 5
    assert "NOT GENUINE" in result.output


@pytest.mark.usefixtures("no_network")
def test_a_file_without_a_receipt_is_bad_input(tmp_path: Path) -> None:
    """Exit code 2: nothing is said of whether it is genuine."""
    (tmp_path / "other.json").write_text('{"receipt": null}')

    for file in (tmp_path / "other.json", tmp_path / "missing.json", tmp_path / "cases.csv"):
        assert clearpoint("receipt", "verify", file).exit_code == 2


def test_the_whole_answer_is_as_good(receipt: Path, tmp_path: Path) -> None:
    """What `status --json` prints has the receipt in it."""
    batch = json.loads(receipt.read_text())["batch_id"]
    (tmp_path / "answer.json").write_text(clearpoint("status", batch, "--json").stdout)

    assert clearpoint("receipt", "verify", tmp_path / "answer.json").exit_code == 0


def test_keys_that_were_saved_are_named(receipt: Path, laptop: People, tmp_path: Path) -> None:
    """A machine that never talked to the clearing point verifies with a file."""
    (tmp_path / KEPT).unlink()
    keys = tmp_path / "keys.json"
    keys.write_bytes(laptop.nobody.get("/.well-known/clearing-point-keys.json").content)

    without = clearpoint("receipt", "verify", receipt)

    assert without.exit_code == 2
    assert "clearing-point-keys.json" in without.output
    assert clearpoint("receipt", "verify", receipt, "--keys", keys).exit_code == 0
    assert clearpoint("receipt", "verify", receipt, "--keys", receipt).exit_code == 2


def test_the_base_install_verifies(receipt: Path, laptop: People, tmp_path: Path) -> None:
    """A laptop without anything of the server, in a process of its own."""
    keys = tmp_path / "keys.json"
    keys.write_bytes(laptop.nobody.get("/.well-known/clearing-point-keys.json").content)

    verified = base_install("receipt", "verify", receipt, "--keys", keys)

    assert (verified.returncode, "Genuine" in verified.stdout) == (0, True), verified.stderr


def test_keys_are_trusted_the_first_time_and_said(receipt: Path, tmp_path: Path) -> None:
    """They are kept for their owner alone, and told once."""
    again = clearpoint("receipt", json.loads(receipt.read_text())["batch_id"])

    assert stat.S_IMODE((tmp_path / KEPT).stat().st_mode) == 0o600
    assert "ATTENTION" not in again.output
    assert "kept here from now on" not in again.output


def test_other_keys_are_told_loudly_and_not_taken(receipt: Path, laptop: People, tmp_path: Path) -> None:
    """Until the reader says that they may be; old receipts verify before and after."""
    batch, kept = json.loads(receipt.read_text())["batch_id"], (tmp_path / KEPT).read_text()
    laptop.premises.key_store.rotate_signing_key(NOON)

    told = clearpoint("receipt", batch)
    assert (told.exit_code, "ATTENTION" in told.output) == (0, True)
    assert (tmp_path / KEPT).read_text() == kept
    taken = clearpoint("receipt", batch, "--trust-new-keys")

    assert "ATTENTION" not in taken.output
    assert (tmp_path / KEPT).read_text() != kept
    assert clearpoint("receipt", "verify", receipt).exit_code == 0


def test_a_page_to_print_is_written(receipt: Path, tmp_path: Path) -> None:
    """For a binder: the name of the file says which."""
    batch, page = json.loads(receipt.read_text())["batch_id"], tmp_path / "receipt.html"

    assert clearpoint("receipt", batch, "--out", page).exit_code == 0

    text = page.read_text()
    assert text.startswith("<!doctype html>")
    assert batch in text
    assert clearpoint("receipt", batch, "--out", page).exit_code == 5
    assert clearpoint("receipt", str(uuid4()), "--out", tmp_path / "none.html").exit_code == 5
    assert not (tmp_path / "none.html").exists()


def test_damaged_kept_keys_are_told(receipt: Path, tmp_path: Path) -> None:
    """Never replaced in silence: somebody may have changed them."""
    (tmp_path / KEPT).write_text('{"known": [{}]}')

    assert clearpoint("receipt", "verify", receipt).exit_code == 2
    assert clearpoint("receipt", json.loads(receipt.read_text())["batch_id"]).exit_code == 2
    assert (tmp_path / KEPT).read_text() == '{"known": [{}]}'


def test_a_withdrawn_batch_says_so_on_its_receipt(receipt: Path, tmp_path: Path) -> None:
    """The receipt from before stays genuine: it says what was received then."""
    batch, later = json.loads(receipt.read_text())["batch_id"], tmp_path / "later.json"
    clearpoint("withdraw", "--batch", batch, "--yes")
    clearpoint("receipt", batch, "--out", later)

    told = clearpoint("receipt", "verify", later)

    assert told.exit_code == 0
    assert "was withdrawn on" in told.output
    assert clearpoint("receipt", "verify", receipt).exit_code == 0
