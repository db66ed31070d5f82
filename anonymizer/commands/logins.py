"""`clearpoint login` and `logout`: the organization's keys into the system's keyring, and out of it.

Keys are typed without being shown, or come from the standard input; never from the arguments, which others can list.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import (
    API_KEY_SHAPE,
    LONGEST_KEY_FILE,
    NOT_A_TRUSTEE_KEY,
    NOT_AN_API_KEY,
    case_key_of,
    keys_in,
)
from anonymizer.commands.printing import show
from anonymizer.commands.vaults import (
    API_KEY,
    CASE_KEY,
    SERVICE,
    TRUSTEE_KEY,
    TRUSTEE_URL,
    Vault,
    system_vault,
)

NO_VAULT = (
    "This machine has no keyring that keeps keys encrypted. Put the keys into ~/.config/clearpoint/key "
    "(readable by you alone), or set CLEARPOINT_KEY and CLEARPOINT_CASE_KEY."
)
LOCKED = "The keyring of this machine does not open. Unlock it and try again."


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(login)
    app.command()(logout)


def login() -> None:
    """Keep your organization's keys in the keyring of this machine.

    Without a terminal they come as the standard input: one line with the API key, or lines like `key = ...`,
    `case_key = ...`, `trustee_key = ...` and `trustee_url = ...`, as in a key file.
    """
    vault = _needed(system_vault())
    store(vault, _typed() if sys.stdin.isatty() else keys_in(sys.stdin.read(LONGEST_KEY_FILE)))
    show("The keyring of this machine has the keys. `clearpoint logout` takes them out.")


def logout() -> None:
    """Take your organization's keys out of the keyring of this machine."""
    forgotten = forget(_needed(system_vault()))
    show("The keys are out of the keyring." if forgotten else "The keyring has no keys of yours.")


def store(vault: Vault, keys: Mapping[str, str]) -> None:
    """Keep an API key and the other keys that are there. Raises Stop before any is kept when one is none."""
    api_key, case_key, trustee_key, trustee_url = (
        keys.get(name, "") for name in ("key", "case_key", "trustee_key", "trustee_url")
    )
    if not API_KEY_SHAPE.fullmatch(api_key):
        raise Stop(NOT_AN_API_KEY, ExitCode.NOT_ALLOWED)
    if case_key:
        case_key_of(case_key)
    if trustee_key and not API_KEY_SHAPE.fullmatch(trustee_key):
        raise Stop(NOT_A_TRUSTEE_KEY, ExitCode.NOT_ALLOWED)
    with _opening():
        kept = {API_KEY: api_key, CASE_KEY: case_key, TRUSTEE_KEY: trustee_key, TRUSTEE_URL: trustee_url}
        for name, text in kept.items():
            if text:
                vault.set_password(SERVICE, name, text)


def forget(vault: Vault) -> int:
    """Take all keys out; how many there were."""
    with _opening():
        names = (API_KEY, CASE_KEY, TRUSTEE_KEY, TRUSTEE_URL)
        kept = [name for name in names if vault.get_password(SERVICE, name)]
        for name in kept:
            vault.delete_password(SERVICE, name)
    return len(kept)


def _needed(vault: Vault | None) -> Vault:
    if vault is None:
        raise Stop(NO_VAULT, ExitCode.REFUSED)
    return vault


def _typed() -> dict[str, str]:
    """The keys, typed without being shown."""
    api_key = typer.prompt("API key", hide_input=True)
    case_key, trustee_key = (
        typer.prompt(f"{name} (empty when you have none)", hide_input=True, default="", show_default=False)
        for name in ("Case key", "Key of the trustee")
    )
    trustee_url = (
        typer.prompt("Address of the trustee", default="", show_default=False) if trustee_key else ""
    )
    typed = {"key": api_key, "case_key": case_key, "trustee_key": trustee_key, "trustee_url": trustee_url}
    return {name: text.strip() for name, text in typed.items()}


@contextmanager
def _opening() -> Iterator[None]:
    """Tell in one sentence that the keyring stays closed; its own words may hold what was to be kept."""
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError:
        raise Stop(LOCKED, ExitCode.TRY_AGAIN) from None
