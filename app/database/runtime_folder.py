"""The short-lived folder of the socket: closed to others, and short, because a socket's path ends at 107
bytes.

It also holds the lock of the process that started the server and will stop it.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path

from app.database.account import ROOT, Account
from app.database.errors import DatabaseStartError

PREFIX = "clearpoint-"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # sun_path of Linux has 108 bytes and ends with a zero (unix(7))
STARTER_LOCK = "starter.lock"
PLACES = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 mkdtemp gives a new folder with 0700
PLACES_OF_ROOT = (Path("/run"), *PLACES)


def make_runtime_folder(account: Account) -> Path:
    """A new folder that the account alone can enter."""
    for place in _places():
        try:
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        except OSError:
            continue
        if len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET_PATH:
            account.own(folder)
            return folder
        folder.rmdir()
    raise DatabaseStartError(
        "There is no place for the database's socket: /tmp and /var/tmp are read-only or full, and TMPDIR "
        "too, or its path is too long. Make room in one of them, or set TMPDIR to a short path."
    )


def remove_runtime_folder(folder: Path) -> None:
    """Remove a folder that this module made, by us or by a start that was killed; leave every other alone."""
    if folder.name.startswith(PREFIX) and folder.parent in _places() and _is_real_folder(folder):
        shutil.rmtree(folder, ignore_errors=True)


def _places() -> tuple[Path, ...]:
    own = PLACES_OF_ROOT if os.geteuid() == ROOT else PLACES
    return (*own, Path(tempfile.gettempdir()))


def _is_real_folder(folder: Path) -> bool:
    try:
        return stat.S_ISDIR(folder.lstat().st_mode)
    except OSError:
        return False
