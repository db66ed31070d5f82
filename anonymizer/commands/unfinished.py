"""Remembers the idempotency key of a sending that has no answer yet, so that a second try is the same batch.

What is kept is a random key under a keyed digest of the file and of how it was sent. It must hold nothing from which
the file, its name or a case could be known, and it is the owner's alone.
"""

from __future__ import annotations

import hmac
import os
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import write_private

FOLDER_OF_OWNER_ALONE = 0o700
MARK = b"clearpoint unfinished sending 1"
"""Keeps these digests apart from everything else that is made with the same key."""


@dataclass(frozen=True)
class UnfinishedSendings:
    """A folder with a small file for each sending that has no answer yet."""

    folder: Path

    def key_of(self, digest: str) -> str:
        """The key under which this was sent before without an answer, else a new one that is now remembered.

        Raises Stop when nothing can be remembered here.
        """
        remembered = self._read(digest)
        if remembered:
            return remembered
        key = new_key()
        try:
            self.folder.mkdir(mode=FOLDER_OF_OWNER_ALONE, parents=True, exist_ok=True)
        except OSError:
            raise Stop(
                "The folder for unfinished sendings cannot be made. Set XDG_STATE_HOME to one where you can write.",
                ExitCode.REFUSED,
            ) from None
        write_private(self.folder / digest, [key.encode()], replace=True)
        return key

    def forget(self, digest: str) -> None:
        """There is an answer: the next sending of the same file is another batch."""
        with suppress(OSError):  # what cannot be forgotten is a key that will never be asked for again
            (self.folder / digest).unlink()

    def _read(self, digest: str) -> str:
        try:
            text = (self.folder / digest).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return ""
        try:
            return str(uuid.UUID(text))
        except ValueError:
            return ""


def new_key() -> str:
    """An idempotency key that nobody can guess and that says nothing."""
    return str(uuid.uuid4())


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where programs keep what they remember between two runs (XDG Base Directory Specification 0.8)."""
    named = environment.get("XDG_STATE_HOME", "")
    base = Path(named) if named.startswith("/") else Path.home() / ".local" / "state"
    return base / "clearpoint" / "unfinished"


def digest_of(pieces: Iterable[bytes], secret: bytes, *, said: str) -> str:
    """A keyed digest of a file and of how it is sent: without the key nobody can test a guess of the file."""
    digest = hmac.new(secret, MARK + said.encode(), "sha256")
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
