"""Whom PostgreSQL runs as when root starts it. An ordinary user runs it as themselves."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from app.database import DatabaseStartError, account, running_postgres
from app.database.account import account_for
from tests.database_fixture import temporary_home

IS_ROOT = os.geteuid() == 0
only_root = pytest.mark.skipif(not IS_ROOT, reason="only root lends PostgreSQL another account")


def test_an_ordinary_user_runs_it_as_themselves(tmp_path: Path) -> None:
    """Only root lends an account, because only root must."""
    lent = account_for(tmp_path / "data")

    assert lent.is_lent == IS_ROOT
    assert (lent.uid == os.geteuid()) != IS_ROOT


@only_root
def test_a_machine_without_a_user_postgres_has_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole server runs as nobody, and no account is made for it."""
    users = pwd.getpwall()
    monkeypatch.setattr(account, "CANDIDATES", ("no-such-user", "nobody"))

    with temporary_home() as home, running_postgres(home) as server:
        assert (Path("/proc") / str(server.pid)).stat().st_uid == pwd.getpwnam("nobody").pw_uid

    assert pwd.getpwall() == users


@only_root
def test_whoever_owns_the_data_goes_on_running_it(tmp_path: Path) -> None:
    """A home that an ordinary user began is not taken away by a command of root's."""
    data = tmp_path / "data"
    data.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)

    assert account_for(data).uid == nobody.pw_uid


@only_root
def test_a_machine_without_either_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses to run as root."""
    monkeypatch.setattr(account, "CANDIDATES", ("no-such-user",))

    with pytest.raises(DatabaseStartError, match="does not run as root"):
        account_for(tmp_path / "data")
