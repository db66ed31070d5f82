"""The operator's commands for the keys of linkage, as they are typed, on a home of their own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.commands.exits import ExitCode
from app.cli.server import Server
from app.database import running_postgres
from app.key_store import KeyStore, Purpose
from app.trustee import create_trustee, open_trustee
from tests.database_fixture import FAST, temporary_home

Clearpoint = Callable[..., Result]
WORDS = re.compile(r"^(?:[a-z]+ ){32}[a-z]+$", re.MULTILINE)


@pytest.fixture(scope="module")
def homes() -> Iterator[tuple[Path, Path]]:
    """A clearing point's, whose database runs already, and a trustee's."""
    with temporary_home() as home, temporary_home() as trustee, running_postgres(home, settings=FAST):
        yield home, trustee


@pytest.fixture
def clearpoint(homes: tuple[Path, Path]) -> Iterator[Clearpoint]:
    """Run a command on these homes; the keys of linkage go with the test."""
    home, trustee = homes

    def run(*arguments: str, typed: str = "", **environment: str) -> Result:
        given = {"CLEARPOINT_HOME": str(home), "CLEARPOINT_TRUSTEE_HOME": str(trustee), "COLUMNS": "140"}
        return CliRunner().invoke(build_app(), arguments, input=typed, env={**given, **environment})

    yield run
    for folder in homes:
        shutil.rmtree(folder / "secrets" / "linkage", ignore_errors=True)


def secrets_of(folder: Path) -> list[str]:
    """Every secret of linkage in the form in which it would be printed."""
    return [path.read_bytes().hex() for path in folder.rglob("*.root")]


def test_the_first_keys_are_made_once(clearpoint: Clearpoint) -> None:
    """A second time changes nothing."""
    first, again = clearpoint("key", "create"), clearpoint("key", "create")

    assert [first.exit_code, again.exit_code] == [ExitCode.DONE, ExitCode.DONE]
    assert re.findall(r"^Made (\w+)", first.output, re.MULTILINE) == ["s", "k1"]
    assert "Nothing was changed" in again.output


def test_the_trustee_makes_its_own(clearpoint: Clearpoint, homes: tuple[Path, Path]) -> None:
    """In its home, and only there."""
    made, again = clearpoint("key", "create", "--trustee"), clearpoint("key", "create", "--trustee")

    assert "Made k2, epoch 1" in made.output
    assert again.exit_code == ExitCode.TRY_AGAIN
    assert KeyStore(homes[1] / "secrets").linkage.epochs(Purpose.TRUSTEE) == (1,)
    assert KeyStore(homes[0] / "secrets").linkage.epochs(Purpose.TRUSTEE) == ()
    assert "k2" in clearpoint("key", "status", "--trustee").output


@pytest.mark.parametrize("key", ["s", "k1"])
def test_a_key_is_rotated(clearpoint: Clearpoint, key: str) -> None:
    """The status tells the epochs, and the old secret is gone."""
    clearpoint("key", "create")

    rotated = clearpoint("key", "rotate", key)

    assert rotated.exit_code == ExitCode.DONE, rotated.output
    assert "epoch 1 is destroyed" in rotated.output
    rows = [line.split() for line in clearpoint("key", "status").output.splitlines()]
    assert [(row[1], row[-1]) for row in rows if row and row[0] == key] == [("1", "no"), ("2", "there")]


@pytest.mark.parametrize("key", ["s", "k1", "k2"])
def test_without_a_key_there_is_nothing_to_rotate_or_split(clearpoint: Clearpoint, key: str) -> None:
    """A sentence says what to do."""
    for command in ("rotate", "split"):
        told = clearpoint("key", command, key)
        assert told.exit_code in (ExitCode.TRY_AGAIN, ExitCode.INPUT_BAD), told.output
        assert "key create" in told.output or "CLEARPOINT_TRUSTEE_URL" in told.output


@pytest.mark.parametrize(
    ("key", "options"), [("s", []), ("k1", []), ("k2", ["--trustee"])], ids=["s", "k1", "k2"]
)
def test_losing_a_key_is_rehearsed(
    clearpoint: Clearpoint, homes: tuple[Path, Path], key: str, options: list[str]
) -> None:
    """Split, lost, joined from each two sheets: the same key; from one sheet: none."""
    home = homes[1] if options else homes[0]
    clearpoint("key", "create", *options)
    purpose = next(purpose for purpose in Purpose if purpose.short == key)
    before = KeyStore(home / "secrets").linkage.scalar(purpose, 1)
    split = clearpoint("key", "split", key, *options).stdout
    sheets = WORDS.findall(split)
    assert len(sheets) == 3

    for pair in combinations(sheets, 2):
        (home / "secrets" / "linkage" / "roots" / f"{purpose.value}-1.root").unlink()
        alone = clearpoint("key", "join", key, "--epoch", "1", *options, typed=pair[0] + "\n")
        joined = clearpoint("key", "join", key, "--epoch", "1", *options, typed="\n\n".join(pair) + "\n")

        assert alone.exit_code == ExitCode.TRY_AGAIN
        assert "restore nothing" in alone.output
        assert joined.exit_code == ExitCode.DONE, joined.output
        assert KeyStore(home / "secrets").linkage.scalar(purpose, 1) == before


def test_the_trustee_s_key_is_rotated_by_both(clearpoint: Clearpoint, homes: tuple[Path, Path]) -> None:
    """The trustee begins, the clearing point translates its tokens, the trustee ends."""
    clearpoint("key", "create")
    clearpoint("key", "create", "--trustee")
    [sealing] = re.findall(r"[0-9a-f]{64}", clearpoint("key", "status").output)
    added = clearpoint("trustee", "org", "add", "clearing-point", "--sealing-key", sealing)
    assert added.exit_code == ExitCode.DONE, added.output
    credential = added.output.split("=")[1].strip()

    with Server(create_trustee(open_trustee(homes[1])), host="127.0.0.1", port=0).running() as url:
        connected = clearpoint("trustee", "connect", url, typed=credential + "\n")
        early = clearpoint("key", "rotate", "k2", CLEARPOINT_TRUSTEE_URL=url)
        begun = clearpoint("trustee", "rotate")
        rotated = clearpoint("key", "rotate", "k2", CLEARPOINT_TRUSTEE_URL=url)
        ended = clearpoint("trustee", "rotate", "--end")

    assert [one.exit_code for one in (connected, begun, rotated, ended)] == [ExitCode.DONE] * 4, (
        rotated.output
    )
    assert early.exit_code == ExitCode.REFUSED
    assert "trustee rotate" in early.output
    assert "Epoch 2 of k2 is in every token" in rotated.output
    assert KeyStore(homes[1] / "secrets").linkage.epochs(Purpose.TRUSTEE) == (2,)
    assert KeyStore(homes[0] / "secrets").factors.find(Purpose.TRUSTEE) is None


def test_no_secret_is_shown(clearpoint: Clearpoint, homes: tuple[Path, Path]) -> None:
    """Neither in hexadecimal nor as words, but by `split`."""
    said = [clearpoint("key", "create", *options).output for options in ([], ["--trustee"])]
    said += [clearpoint("key", "status", *options).output for options in ([], ["--trustee"])]
    secrets = [secret for home in homes for secret in secrets_of(home)]
    said += [clearpoint("key", "rotate", "s").output, clearpoint("key", "status").output]
    secrets += [secret for home in homes for secret in secrets_of(home)]

    assert len(set(secrets)) == 4
    assert not any(secret[:16] in text or secret[-16:] in text for secret in secrets for text in said)
    assert not any(WORDS.search(text) for text in said)
