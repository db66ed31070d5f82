"""Finds the API key and the case key of an organization: in the environment, in files that only their owner can
read, or in the system's keyring. Never from the arguments, because other people of the machine can list those.

A key must never appear in an error, a log or a `repr`.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from anonymizer import CASE_KEY_BYTES
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.vaults import API_KEY, CASE_KEY, TRUSTEE_KEY, TRUSTEE_URL, Vault, read_from

API_KEY_VARIABLE = "CLEARPOINT_KEY"
CASE_KEY_VARIABLE = "CLEARPOINT_CASE_KEY"
TRUSTEE_KEY_VARIABLE = "CLEARPOINT_TRUSTEE_KEY"
TRUSTEE_URL_VARIABLE = "CLEARPOINT_TRUSTEE_URL"

LONGEST_KEY_FILE = 4096
"""Characters. What is longer is another file, given by mistake."""

API_KEY_SHAPE = re.compile(r"[A-Za-z0-9._~+/-]+=*", re.ASCII)
"""What may follow `Bearer`: RFC 6750 section 2.1."""

NO_API_KEY = (
    "There is no API key on this machine. Give it to the keyring with `clearpoint login`, put it in "
    "~/.config/clearpoint/key (readable by you alone), or name a file with --key-file, or set CLEARPOINT_KEY. "
    "The clearing point gives it to your organization."
)
NO_CASE_KEY = (
    "There is no case key on this machine, so that case numbers cannot be replaced here. Your organization "
    "got it with its first API key: give both to the keyring with `clearpoint login`, put it in "
    "~/.config/clearpoint/case.key (readable by you alone), or name a file with --case-key-file."
)
NOT_A_TRUSTEE_KEY = "What is stored as the key of the trustee is not one. Copy it again."
NOT_AN_API_KEY = "What is stored as the API key is not one. Copy it again."


@dataclass(frozen=True)
class KeyRing:
    """Where keys are looked for: files that the reader named, then the environment, the home folder, the keyring.

    `vault` gives the keyring, or None; it is asked only when nothing else has the key, because that takes a second.
    """

    key_file: Path | None
    case_key_file: Path | None
    environment: Mapping[str, str] = field(repr=False)
    folder: Path
    vault: Callable[[], Vault | None] = lambda: None

    def api_key(self) -> str:
        """The API key. Raises Stop when there is none or its file is open to others."""
        if self.key_file is not None:
            key = _read_key_file(self.key_file).get("key", "")
        else:
            key = (
                self.environment.get(API_KEY_VARIABLE, "").strip()
                or self._at_home("key").get("key", "")
                or read_from(self.vault(), API_KEY)
            )
        if not key:
            raise Stop(NO_API_KEY, ExitCode.NOT_ALLOWED)
        if not API_KEY_SHAPE.fullmatch(key):
            raise Stop(NOT_AN_API_KEY, ExitCode.NOT_ALLOWED)
        return key

    def case_key(self) -> bytes | None:
        """The case key (32 bytes), or None when this machine has none. Raises Stop like `api_key`."""
        text = self._case_key_text()
        return case_key_of(text) if text else None

    def trustee_key(self) -> str:
        """The organization's own key at the trustee; empty when this machine has none. Raises Stop like `api_key`."""
        key, _ = self._of_the_trustee()
        if key and not API_KEY_SHAPE.fullmatch(key):
            raise Stop(NOT_A_TRUSTEE_KEY, ExitCode.NOT_ALLOWED)
        return key

    def trustee_url(self) -> str:
        """The address that stands beside the key of the trustee; empty when none does. The key goes there alone."""
        key, url = self._of_the_trustee()
        return url or (self.environment.get(TRUSTEE_URL_VARIABLE, "").strip() if key else "")

    def _of_the_trustee(self) -> tuple[str, str]:
        """The key and the address from the nearest place that has a key, never from two places."""
        named = _read_key_file(self.key_file) if self.key_file is not None else {}
        if key := named.get("trustee_key", ""):
            return key, named.get("trustee_url", "")
        if key := self.environment.get(TRUSTEE_KEY_VARIABLE, "").strip():
            return key, ""
        at_home = self._at_home("key")
        if key := at_home.get("trustee_key", ""):
            return key, at_home.get("trustee_url", "")
        vault = self.vault()
        return read_from(vault, TRUSTEE_KEY), read_from(vault, TRUSTEE_URL)

    def _case_key_text(self) -> str:
        """The nearest place wins, so that a file with both keys is not mixed with another organization's."""
        if self.case_key_file is not None:
            named = _read_key_file(self.case_key_file)
            return named.get("case_key") or named.get("key", "")
        if self.key_file is not None and (beside := _read_key_file(self.key_file).get("case_key")):
            return beside
        return (
            self.environment.get(CASE_KEY_VARIABLE, "").strip()
            or self._at_home("case.key").get("key", "")
            or self._at_home("key").get("case_key", "")
            or read_from(self.vault(), CASE_KEY)
        )

    def _at_home(self, name: str) -> dict[str, str]:
        path = self.folder / name
        return _read_key_file(path) if path.exists() else {}


def home_folder() -> Path:
    """Where the keys of the person who runs the command are."""
    return Path.home() / ".config" / "clearpoint"


def keys_in(text: str) -> dict[str, str]:
    """What a key file says: one line with a key, or lines like `key = ...` and `case_key = ...`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = dict(_name_and_key(line) for line in lines if " = " in line)
    if named:
        return named
    return {"key": lines[0]} if lines else {}


def case_key_of(text: str) -> bytes:
    """The case key: 32 bytes from 64 hexadecimal digits or from base64url with or without padding. Raises Stop."""
    key = b""
    try:
        if len(text) == 2 * CASE_KEY_BYTES:
            key = bytes.fromhex(text)
        else:
            key = base64.b64decode(text.rstrip("=") + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != CASE_KEY_BYTES:
        raise Stop("What is stored as the case key is not one. Copy it again.", ExitCode.NOT_ALLOWED)
    return key


def _read_key_file(path: Path) -> dict[str, str]:
    return keys_in(_read_private(path))


def _read_private(path: Path) -> str:
    """The text of a file that only its owner can read. What was opened is what is examined."""
    try:
        with path.open(encoding="ascii") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Stop(
                    "Others on this machine can read the key file. Close it with: chmod 600 and its name.",
                    ExitCode.NOT_ALLOWED,
                )
            return file.read(LONGEST_KEY_FILE)
    except (OSError, UnicodeDecodeError):
        raise Stop("The key file cannot be read. Check its name.", ExitCode.NOT_ALLOWED) from None


def _name_and_key(line: str) -> tuple[str, str]:
    name, _, key = line.partition(" = ")
    return name.strip(), key.strip()
