"""The system's own keyring, where it keeps keys encrypted: macOS, Windows, and the desktops of Linux.

A keyring that writes plain text, or that somebody configured for tests, is never used. No key may appear in an error.
"""

from __future__ import annotations

from typing import Protocol

SERVICE = "clearpoint"
API_KEY = "api key"
CASE_KEY = "case key"
TRUSTEE_KEY = "trustee key"
TRUSTEE_URL = "trustee url"
"""The names under which the keys are kept, and the one address to which the trustee's goes."""

ENCRYPTED_BACKENDS = (
    "keyring.backends.macOS",
    "keyring.backends.Windows",
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
)
"""The modules of the keyring library that hand keys to the system, which encrypts them."""


class Vault(Protocol):
    """What a keyring does for us. `delete_password` raises an exception of its own when there is nothing."""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept under the name; None when nothing is."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it under the name."""

    def delete_password(self, service: str, username: str) -> None:
        """Forget what is kept under the name."""


def system_vault() -> Vault | None:
    """The best keyring of this machine that encrypts, or None. Looking for it takes a second."""
    from keyring.backend import get_all_keyring

    found = [one for one in get_all_keyring() if type(one).__module__.startswith(ENCRYPTED_BACKENDS)]
    return max(found, key=lambda one: float(one.priority), default=None)


def read_from(vault: Vault | None, name: str) -> str:
    """What the keyring keeps under one of our names; empty when it keeps nothing or stays locked."""
    if vault is None:
        return ""
    from keyring.errors import KeyringError

    try:
        return vault.get_password(SERVICE, name) or ""
    except KeyringError:
        return ""
