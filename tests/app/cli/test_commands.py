"""The operator's commands, run as they are typed, on a home of their own."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.commands.exits import ExitCode
from app.database import running_postgres
from tests.database_fixture import FAST, temporary_home

Clearpoint = Callable[..., Result]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose database runs already, so that each command joins it."""
    with temporary_home() as folder, running_postgres(folder, settings=FAST):
        yield folder


@pytest.fixture
def clearpoint(home: Path) -> Clearpoint:
    """Run a command of `clearpoint` on this home."""

    def run(*arguments: str, typed: str = "", **environment: str) -> Result:
        given = {"CLEARPOINT_HOME": str(home), "COLUMNS": "120", **environment}
        return CliRunner().invoke(build_app(), arguments, input=typed, env=given)

    return run


def register(clearpoint: Clearpoint, code: str) -> Result:
    return clearpoint("org", "add", code, "--name", "Desk", "--kind", "OTHER", "--country", "RS")


def key_for(clearpoint: Clearpoint, code: str, role: str) -> str:
    issued = clearpoint("key", "issue", code, "--person", f"{role} of {code}", "--role", role)
    found = re.search(r"key = (cp_\S+)", issued.output)
    assert found, issued.output
    return found[1]


def test_the_schema_is_brought_up(clearpoint: Clearpoint) -> None:
    """Twice is as good as once."""
    assert clearpoint("migrate").exit_code == ExitCode.DONE
    assert clearpoint("migrate").exit_code == ExitCode.DONE


def test_an_organization_is_registered_once_and_listed(clearpoint: Clearpoint) -> None:
    """A code that is taken, a kind and a country that do not exist are refused in a sentence."""
    first, again = register(clearpoint, "listed"), register(clearpoint, "listed")
    wrong_kind = clearpoint("org", "add", "x", "--name", "X", "--kind", "CLUB", "--country", "RS")
    wrong_country = clearpoint("org", "add", "x", "--name", "X", "--kind", "NGO", "--country", "QQ")

    assert [first.exit_code, again.exit_code] == [ExitCode.DONE, ExitCode.REFUSED]
    assert [wrong_kind.exit_code, wrong_country.exit_code] == [ExitCode.INPUT_BAD, ExitCode.INPUT_BAD]
    assert "listed" in clearpoint("org", "list").output


def test_a_key_is_shown_once_with_the_case_key_and_can_be_revoked(clearpoint: Clearpoint) -> None:
    """The two lines are the laptop's key file."""
    register(clearpoint, "keyed")
    issued = clearpoint("key", "issue", "keyed", "--person", "Vesna", "--role", "sender").output
    key = issued.splitlines()[0].removeprefix("key = ")

    assert re.fullmatch(r"key = cp_[\w-]{43}\ncase_key = [\w-]{43}\n", issued)
    assert clearpoint("key", "revoke", typed=key + "\n").exit_code == ExitCode.DONE
    assert clearpoint("key", "revoke", typed=key + "\n").exit_code == ExitCode.REFUSED
    assert (
        clearpoint("key", "issue", "nobody", "--person", "V", "--role", "sender").exit_code
        == ExitCode.REFUSED
    )


def test_a_release_is_made_by_two_persons(clearpoint: Clearpoint) -> None:
    """Each acts with a key of their own, from the environment."""
    register(clearpoint, "desk")
    curator, checker = key_for(clearpoint, "desk", "curator"), key_for(clearpoint, "desk", "checker")
    drafted = clearpoint("release", "draft", "2025", CLEARPOINT_KEY=curator)
    release = drafted.output.split()[-1]

    assert drafted.exit_code == ExitCode.DONE, drafted.output
    assert clearpoint("release", "check", release, CLEARPOINT_KEY=curator).exit_code == ExitCode.REFUSED
    assert clearpoint("release", "publish", release, CLEARPOINT_KEY=curator).exit_code == ExitCode.REFUSED
    assert "CHECKED" in clearpoint("release", "check", release, CLEARPOINT_KEY=checker).output
    assert "PUBLISHED" in clearpoint("release", "publish", release, CLEARPOINT_KEY=curator).output
    assert clearpoint("release", "withdraw", release, CLEARPOINT_KEY=curator).exit_code == ExitCode.REFUSED
    assert release in clearpoint("release", "list").output
    assert clearpoint("release", "draft", "2025", CLEARPOINT_KEY="").exit_code == ExitCode.NOT_ALLOWED


def test_what_is_owed_and_which_laws_there_are_is_written_down(clearpoint: Clearpoint) -> None:
    """A sheet and a country that do not exist are refused in a sentence."""
    register(clearpoint, "owing")
    owes = ["org", "owes", "owing", "--year", "2025", "--due", "2026-03-31", "--sheet"]
    law = ["law", "add", "RS-12", "--title", "A law", "--keeps-years", "10", "--country"]

    assert clearpoint(*owes, "cases").exit_code == ExitCode.DONE
    assert clearpoint(*owes, "no-sheet").exit_code == ExitCode.REFUSED
    assert clearpoint(*law, "RS").exit_code == ExitCode.DONE
    assert clearpoint(*law, "QQ").exit_code == ExitCode.INPUT_BAD
    assert "RS-12" in clearpoint("law", "list").output


def test_retention_says_what_it_would_do(clearpoint: Clearpoint) -> None:
    """A year without a release cannot be finished; a number that nobody sent erases nothing."""
    register(clearpoint, "kept")
    key_for(clearpoint, "kept", "sender")

    assert "Nothing was changed" in clearpoint("retention", "run", "--dry-run").output
    assert clearpoint("retention", "finish", "1999").exit_code == ExitCode.REFUSED
    erased = clearpoint("retention", "erase", "kept", "--dry-run", typed="2025-1\n2025-2\n")
    assert "0 of 2 cases would be erased" in erased.output


def test_a_taken_port_is_told_in_a_sentence(clearpoint: Clearpoint) -> None:
    """Neither a traceback nor a server that nobody reaches."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = clearpoint("up", "--port", str(taken.getsockname()[1]))

    assert told.exit_code == ExitCode.TRY_AGAIN
    assert "is taken on this machine" in told.output
    assert "Traceback" not in told.output


def test_a_setting_that_cannot_be_understood_is_named_and_not_repeated(clearpoint: Clearpoint) -> None:
    """Some settings are passwords."""
    told = clearpoint("migrate", PORT="CANARY")

    assert told.exit_code == ExitCode.INPUT_BAD
    assert "PORT" in told.output
    assert "CANARY" not in told.output


def test_the_key_of_receipts_is_made_with_the_home_and_rotated(clearpoint: Clearpoint, home: Path) -> None:
    """The secret of the old one is gone, its public half stays in the list."""
    clearpoint("migrate")
    [secret] = (home / "secrets" / "signing").glob("*.key")

    rotated = clearpoint("key", "rotate-signing")

    assert rotated.exit_code == ExitCode.DONE
    assert re.search(r"key [0-9a-f]{16} from now on", rotated.output)
    assert secret not in (home / "secrets" / "signing").iterdir()
    assert secret.stem in (home / "secrets" / "signing" / "keys.json").read_text()
