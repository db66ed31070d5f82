"""`clearpoint login` and `logout`: the organization's keys into the system's keyring, and out of it.

Keys are typed without being shown, or come from the standard input; never from the arguments, which others can list.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.keys import API_KEY_SHAPE, LONGEST_KEY_FILE, NOT_AN_API_KEY, case_key_of, keys_in
from anonymizer.commands.printing import show
from anonymizer.commands.vaults import API_KEY, CASE_KEY, SERVICE, Vault, system_vault

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

    Without a terminal they come as the standard input: one line with the API key, or lines like `key = ...` and
    `case_key = ...`, as in a key file.
    """
    vault = _needed(system_vault())
    store(vault, _typed() if sys.stdin.isatty() else keys_in(sys.stdin.read(LONGEST_KEY_FILE)))
    show("The keyring of this machine has the keys. `clearpoint logout` takes them out.")


def logout() -> None:
    """Take your organization's keys out of the keyring of this machine."""
    forgotten = forget(_needed(system_vault()))
    show("The keys are out of the keyring." if forgotten else "The keyring has no keys of yours.")


def store(vault: Vault, keys: Mapping[str, str]) -> None:
    """Keep an API key, and a case key if there is one. Raises Stop when they are none, before anything is kept."""
    api_key, case_key = keys.get("key", ""), keys.get("case_key", "")
    if not API_KEY_SHAPE.fullmatch(api_key):
        raise Stop(NOT_AN_API_KEY, ExitCode.NOT_ALLOWED)
    if case_key:
        case_key_of(case_key)
    with _opening():
        vault.set_password(SERVICE, API_KEY, api_key)
        if case_key:
            vault.set_password(SERVICE, CASE_KEY, case_key)


def forget(vault: Vault) -> int:
    """Take both keys out; how many there were."""
    with _opening():
        kept = [name for name in (API_KEY, CASE_KEY) if vault.get_password(SERVICE, name)]
        for name in kept:
            vault.delete_password(SERVICE, name)
    return len(kept)


def _needed(vault: Vault | None) -> Vault:
    if vault is None:
        raise Stop(NO_VAULT, ExitCode.REFUSED)
    return vault


def _typed() -> dict[str, str]:
    """Both keys, typed without being shown."""
    api_key = typer.prompt("API key", hide_input=True)
    case_key = typer.prompt(
        "Case key (empty when you have none)", hide_input=True, default="", show_default=False
    )
    return {"key": api_key.strip(), "case_key": case_key.strip()}


@contextmanager
def _opening() -> Iterator[None]:
    """Tell in one sentence that the keyring stays closed; its own words may hold what was to be kept."""
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError:
        raise Stop(LOCKED, ExitCode.TRY_AGAIN) from None
