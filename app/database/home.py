"""What the embedded database keeps in the home of a clearing point."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that CLEARPOINT_HOME names. All in it is closed to others (0700, files 0600)."""

    folder: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own; for root it belongs to the account that PostgreSQL runs as."""
        return self.folder / "data"

    @property
    def secrets(self) -> Path:
        """Passwords and keys."""
        return self.folder / "secrets"

    @property
    def log(self) -> Path:
        """What PostgreSQL says; no statement and no value."""
        return self.folder / "postgres.log"

    @property
    def start_lock(self) -> Path:
        """Held by the process that is starting or joining the server."""
        return self.folder / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server processes themselves, the last of which lets it go."""
        return self.folder / "server.lock"
