"""No server starts with keys that are unfit; the sentence says what to do, and names no key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.commands.exits import ExitCode
from app.database import running_postgres
from app.key_store import split_root
from tests.database_fixture import FAST, temporary_home

Clearpoint = Callable[..., Result]
SERVING = ["up", "demo", "worker"]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose database runs already, so that each command joins it."""
    with temporary_home() as folder, running_postgres(folder, settings=FAST):
        yield folder


@pytest.fixture
def clearpoint(home: Path) -> Clearpoint:
    """Run a command of `clearpoint` on this home."""

    def run(*arguments: str, typed: str = "", **environment: str) -> Result:
        given = {"CLEARPOINT_HOME": str(home), "PORT": "1", **environment}
        return CliRunner().invoke(build_app(), arguments, input=typed, env=given)

    assert run("key", "create").exit_code == ExitCode.DONE
    return run


@pytest.mark.parametrize("command", SERVING)
def test_a_sample_key_stops_the_start(clearpoint: Clearpoint, home: Path, command: str) -> None:
    """Of 32 zeros, as a page of instructions would have it."""
    file = home / "secrets" / "server.key"
    kept = file.read_bytes() if file.exists() else None
    file.write_bytes(bytes(32))
    file.chmod(0o600)

    told = clearpoint(command, "--once" if command != "up" else "--port=1")

    file.write_bytes(kept) if kept else file.unlink()
    assert told.exit_code == ExitCode.TRY_AGAIN
    assert "sample that everybody knows" in told.output


@pytest.mark.parametrize("command", SERVING)
def test_a_key_that_others_can_read_stops_the_start(clearpoint: Clearpoint, home: Path, command: str) -> None:
    """Somebody has to think about who has read it."""
    file = home / "secrets" / "linkage" / "roots" / "store-s-1.root"
    file.chmod(0o644)

    told = clearpoint(command, "--once" if command != "up" else "--port=1")

    file.chmod(0o600)
    assert told.exit_code == ExitCode.TRY_AGAIN
    assert "chmod" in told.output


def test_a_lost_key_stops_the_start_but_not_its_restoring(clearpoint: Clearpoint, home: Path) -> None:
    """`key join` opens no database, and `key status` says what is missing."""
    file = home / "secrets" / "linkage" / "roots" / "oprf-k1-1.root"
    root = file.read_bytes()
    sheets = split_root(root)
    file.unlink()

    started, asked = clearpoint("worker", "--once"), clearpoint("key", "status")
    joined = clearpoint("key", "join", "k1", "--epoch", "1", typed="\n".join(sheets[:2]))

    assert started.exit_code == ExitCode.TRY_AGAIN
    assert "key join" in started.output
    assert asked.exit_code == ExitCode.DONE
    assert joined.exit_code == ExitCode.DONE, joined.output
    assert file.read_bytes() == root


def test_a_provider_that_nobody_brings_is_told(clearpoint: Clearpoint) -> None:
    """No second key is made in another place."""
    told = clearpoint("key", "status", CLEARPOINT_KEY_PROVIDER="nobody")

    assert told.exit_code == ExitCode.TRY_AGAIN
    assert "names no provider" in told.output


def test_keys_that_are_fit_start(clearpoint: Clearpoint) -> None:
    """The worker that stores what waits, and ends."""
    assert clearpoint("worker", "--once").exit_code == ExitCode.DONE
