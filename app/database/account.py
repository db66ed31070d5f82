"""Whom PostgreSQL runs as. It refuses to run as root, so root lends it an account that may do little else.

Never makes an account, and never changes a permission of a folder that is not our own.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.database.errors import DatabaseStartError

ROOT = 0
CANDIDATES = ("postgres", "nobody")
PROGRAM_ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
"""All that the programs see of the environment: somebody else's PGDATA must not reach them."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user and its group, by number; `is_lent` when it is not the user that we are."""

    uid: int
    gid: int
    is_lent: bool

    def own(self, path: Path) -> None:
        """Give it a file or folder that we have just made."""
        if self.is_lent:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def popen(self, command: Sequence[str], *, folder: Path, **options: Any) -> subprocess.Popen[bytes]:
        """Start a program as this account, standing in `folder`.

        The folder is entered before the rights are dropped, so it may lie where the account could not walk
        to. The program gets a session of its own, because Ctrl-C on our terminal must not reach it before we
        do. `options` are those of `subprocess.Popen`, which are of many types.
        """
        if self.is_lent:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        try:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=PROGRAM_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                umask=0o077,
                **options,
            )
        except OSError:
            raise DatabaseStartError(
                "PostgreSQL's programs cannot be run here. Run as an ordinary user, install "
                "regional-clearing-point[server] again, or set DATABASE_URL."
            ) from None


def account_for(data_folder: Path) -> Account:
    """Ourselves; for root whoever owns the data folder already, else the first candidate that exists."""
    if os.geteuid() != ROOT:
        return Account(os.geteuid(), os.getegid(), is_lent=False)
    if data_folder.exists() and data_folder.stat().st_uid != ROOT:
        status = data_folder.stat()
        return Account(status.st_uid, status.st_gid, is_lent=True)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, is_lent=True)
    raise DatabaseStartError(
        "PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody to run it. "
        "Run as an ordinary user, or set DATABASE_URL."
    )
