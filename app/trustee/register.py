"""Whom the trustee serves, and how much each asked on which day: one SQLite file, so that it needs no server.

Of a key only its digest is kept. There is nothing here of what was asked: counts, no elements.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

KEY_PREFIX = "ct_"
LONGEST_KEY = 200
ELEMENTS_A_DAY = 16_384
"""Of a sender: 512 cases of 32 slots, in calls of 16 cases. A register of 2.5 million people would take five months a
key class, in full view of the trustee."""
ELEMENTS_A_DAY_OF_CLEARING_POINT = 16_384
"""512 cases too. The server strips for those who cannot do it themselves, and completes at night what lacks the
trustee's key: a normal day has a few dozen such cases, the day after the trustee was away a few hundred. It is not
larger, because whoever breaks in there asks with its key."""
DAYS_KEPT = 90
"""Of the counts: long enough to see a quarter's guessing."""
SECONDS_TO_WAIT = 10.0
"""For another writer of the file."""

_TABLES = """
CREATE TABLE IF NOT EXISTS organizations (
    code TEXT PRIMARY KEY,
    key_digest BLOB NOT NULL UNIQUE,
    elements_a_day INTEGER NOT NULL CHECK (elements_a_day > 0),
    sealing_key BLOB,
    registered_at TEXT NOT NULL,
    stopped_at TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS counts (
    code TEXT NOT NULL REFERENCES organizations (code),
    day TEXT NOT NULL,
    elements INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (code, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handed_over (
    from_epoch INTEGER NOT NULL,
    to_epoch INTEGER NOT NULL,
    handed_over_at TEXT NOT NULL,
    PRIMARY KEY (from_epoch, to_epoch)
) STRICT, WITHOUT ROWID;
"""


class CodeTaken(Exception):
    """An organization has this code already."""


class UnknownCode(Exception):
    """No organization has this code."""


@dataclass(frozen=True, slots=True)
class Registered:
    """An organization. One with a sealing key (X25519, 32 bytes) is the clearing point itself."""

    code: str
    elements_a_day: int
    sealing_key: bytes | None = None
    stopped_at: datetime | None = None

    @property
    def is_clearing_point(self) -> bool:
        """Whether factors of a rotation may be handed to it."""
        return self.sealing_key is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an organization asked on one day; `refused` calls were beyond its quota."""

    organization: Registered
    elements: int
    calls: int
    refused: int


class Register:
    """The file. Each call opens it anew, so that threads and the command line may use it side by side."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        """Make the file and its tables, if they are not there; nobody else on the machine may read it."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        with self._open() as connection:
            connection.executescript(_TABLES)

    def add(self, organization: Registered, *, now: datetime, random: Callable[[int], bytes]) -> str:
        """Register an organization and return its key, which is not kept. Raises CodeTaken."""
        key = KEY_PREFIX + random(32).hex()
        row = (
            organization.code,
            _digest(key),
            organization.elements_a_day,
            organization.sealing_key,
            now.isoformat(),
        )
        with self._open() as connection:
            try:
                connection.execute("INSERT INTO organizations VALUES (?, ?, ?, ?, ?, NULL)", row)
            except sqlite3.IntegrityError:
                raise CodeTaken from None
        return key

    def stop(self, code: str, *, now: datetime) -> None:
        """Serve this organization no more, from now on. Raises UnknownCode."""
        with self._open() as connection:
            stopped = connection.execute(
                "UPDATE organizations SET stopped_at = coalesce(stopped_at, ?) WHERE code = ?",
                (now.isoformat(), code),
            )
        if not stopped.rowcount:
            raise UnknownCode

    def find(self, key: str) -> Registered | None:
        """Whose key this is; none for a key that is unknown or was stopped."""
        if not key.startswith(KEY_PREFIX) or len(key) > LONGEST_KEY:
            return None
        with self._open() as connection:
            row = connection.execute(_OF_A_KEY, (_digest(key),)).fetchone()
        return _registered(row) if row else None

    def count(self, organization: Registered, day: date, elements: int) -> bool:
        """Count elements that are about to be evaluated. False, and only the refusal counted, beyond the quota."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            asked = connection.execute(
                "SELECT elements FROM counts WHERE code = ? AND day = ?", (organization.code, day.isoformat())
            ).fetchone()
            fits = (asked[0] if asked else 0) + elements <= organization.elements_a_day
            connection.execute(
                "INSERT INTO counts VALUES (?, ?, ?, ?, ?) ON CONFLICT (code, day) DO UPDATE SET "
                "elements = elements + excluded.elements, calls = calls + excluded.calls, "
                "refused = refused + excluded.refused",
                (organization.code, day.isoformat(), elements if fits else 0, int(fits), int(not fits)),
            )
            oldest = day - timedelta(days=DAYS_KEPT)
            connection.execute("DELETE FROM counts WHERE day < ?", (oldest.isoformat(),))
        return fits

    def note_hand_over(self, old: int, new: int, *, now: datetime) -> None:
        """The clearing point was given the factor between the keys of two epochs."""
        with self._open() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO handed_over VALUES (?, ?, ?)", (old, new, now.isoformat())
            )

    def was_handed_over(self, old: int, new: int) -> bool:
        """Whether the clearing point ever took the factor between the keys of two epochs."""
        with self._open() as connection:
            found = connection.execute(
                "SELECT 1 FROM handed_over WHERE from_epoch = ? AND to_epoch = ?", (old, new)
            ).fetchone()
        return found is not None

    def asked_on(self, day: date) -> list[Asked]:
        """What each organization asked on a day, by code; also of those that asked nothing or were stopped."""
        with self._open() as connection:
            rows = connection.execute(_OF_A_DAY, (day.isoformat(),)).fetchall()
        return [Asked(_registered(row[:4]), *row[4:]) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes stay when the block ends without an error."""
        connection = sqlite3.connect(self._path, timeout=SECONDS_TO_WAIT)
        with closing(connection), connection:
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection


_OF_A_KEY = """
SELECT code, elements_a_day, sealing_key, stopped_at FROM organizations
WHERE key_digest = ? AND stopped_at IS NULL
"""
_OF_A_DAY = """
SELECT organizations.code, elements_a_day, sealing_key, stopped_at,
    coalesce(elements, 0), coalesce(calls, 0), coalesce(refused, 0)
FROM organizations LEFT JOIN counts ON counts.code = organizations.code AND day = ?
ORDER BY organizations.code
"""


def _registered(row: tuple[str, int, bytes | None, str | None]) -> Registered:
    code, elements_a_day, sealing_key, stopped_at = row
    return Registered(
        code, elements_a_day, sealing_key, datetime.fromisoformat(stopped_at) if stopped_at else None
    )


def _digest(key: str) -> bytes:
    """A key has 256 random bits, so that a plain hash of it tells nothing."""
    return hashlib.sha256(key.encode()).digest()
