"""Keys in the system's keyring: kept where it encrypts, never in plain text, and out again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError
from typer.testing import CliRunner

from anonymizer.__main__ import build_app
from anonymizer.commands import vaults
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import KeyRing
from anonymizer.commands.logins import forget, store

CASE_KEY = "22" * 32


class InMemory(KeyringBackend):
    """A keyring as the library's own backends are one, for the length of a test."""

    priority = 9.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise KeyringLocked("cp_abc")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise KeyringLocked(password)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


def ring(tmp_path: Path, vault: InMemory, **environment: str) -> KeyRing:
    return KeyRing(None, None, environment=environment, folder=tmp_path, vault=lambda: vault)


def test_keys_that_were_stored_are_found_last_of_all(tmp_path: Path) -> None:
    """The environment and a file are nearer."""
    vault = InMemory()
    store(vault, {"key": "cp_abc", "case_key": CASE_KEY})

    assert ring(tmp_path, vault).api_key() == "cp_abc"
    assert ring(tmp_path, vault).case_key() == b"\x22" * 32
    assert ring(tmp_path, vault, CLEARPOINT_KEY="cp_near").api_key() == "cp_near"


def test_the_key_of_the_trustee_is_kept_with_its_address(tmp_path: Path) -> None:
    """And both go out together."""
    vault = InMemory()
    store(vault, {"key": "cp_abc", "trustee_key": "ct_abc", "trustee_url": "https://trustee.example"})

    assert ring(tmp_path, vault).trustee_key() == "ct_abc"
    assert ring(tmp_path, vault).trustee_url() == "https://trustee.example"
    assert (forget(vault), vault.kept) == (3, {})


def test_keys_are_taken_out_again(tmp_path: Path) -> None:
    """Also when there is only one, or none."""
    vault = InMemory()
    store(vault, {"key": "cp_abc"})

    assert (forget(vault), forget(vault)) == (1, 0)
    assert vault.kept == {}


@pytest.mark.parametrize("keys", [{}, {"key": "two words"}, {"key": "cp_abc", "case_key": "short"}])
def test_what_is_no_key_is_not_kept(keys: dict[str, str]) -> None:
    """Nothing of it, and it is not repeated."""
    vault = InMemory()

    with pytest.raises(Stop) as stopped:
        store(vault, keys)

    assert vault.kept == {}
    assert stopped.value.exit_code == ExitCode.NOT_ALLOWED
    assert not any(key in stopped.value.text for key in keys.values())


def test_a_locked_keyring_is_told_without_its_words(tmp_path: Path) -> None:
    """For reading it is as if there were none."""
    vault = InMemory()
    vault.is_locked = True

    with pytest.raises(Stop, match="does not open") as stopped:
        store(vault, {"key": "cp_abc"})
    with pytest.raises(Stop, match="no API key"):
        ring(tmp_path, vault).api_key()

    assert "cp_abc" not in stopped.value.text


def test_a_keyring_that_does_not_encrypt_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever configured it, and however high it puts itself."""
    plain, encrypting = (
        InMemory(),
        type("Keyring", (InMemory,), {"__module__": "keyring.backends.SecretService"})(),
    )
    encrypting_but_worse = type(
        "Keyring", (InMemory,), {"__module__": "keyring.backends.kwallet", "priority": 1.0}
    )()
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [plain, encrypting_but_worse, encrypting])
    chosen = vaults.system_vault()
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [plain])

    assert chosen is encrypting
    assert vaults.system_vault() is None


def test_a_machine_without_such_a_keyring_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the other places for a key; nothing is kept in plain text instead."""
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [InMemory()])

    result = CliRunner().invoke(build_app(), ["login"], input="cp_abc\n")

    assert result.exit_code == 5
    assert "no keyring that keeps keys encrypted" in result.output
    assert "cp_abc" not in result.output


def test_login_takes_the_keys_from_the_standard_input_and_logout_takes_them_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a key file has them; nothing of them is shown."""
    vault = type("Keyring", (InMemory,), {"__module__": "keyring.backends.SecretService"})()
    monkeypatch.setattr("keyring.backend.get_all_keyring", lambda: [vault])

    kept = CliRunner().invoke(build_app(), ["login"], input=f"key = cp_abc\ncase_key = {CASE_KEY}\n")
    values = set(vault.kept.values())
    gone = CliRunner().invoke(build_app(), ["logout"])
    again = CliRunner().invoke(build_app(), ["logout"])

    assert (kept.exit_code, gone.exit_code, again.exit_code) == (0, 0, 0)
    assert values == {"cp_abc", CASE_KEY}
    assert vault.kept == {}
    assert "cp_abc" not in kept.output
    assert "no keys of yours" in again.output


def test_no_command_waits_for_the_keyring_that_does_not_need_it() -> None:
    """Looking for one takes a second."""
    program = (
        "import sys, anonymizer.commands; sys.exit('keyring' in sys.modules or 'openpyxl' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
