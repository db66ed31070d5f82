"""Where the roots of the keys of linkage are kept: one protocol, three places of our own, and a door for others.

A root is 32 random bytes for one purpose and one epoch. Keys are derived from it; it is itself never used as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Protocol

from app.key_store.files import KeyStoreError, explained, locked, read_secret, write_secret
from app.key_store.purposes import Purpose

ROOT_BYTES = 32
"""256 bits, the strength of what is derived from it (RFC 5869, section 3.3)."""
PROVIDERS = "clearpoint.key_providers"
"""The entry points with which others bring a provider, for example one of a hardware module."""
DEFAULT_PROVIDER = "files"
ALLOWED_FROM_ENVIRONMENT = "tests"


class NoRoot(KeyStoreError):
    """There is no root for this purpose and epoch; it is restored from shares and never made again."""

    def __init__(self, purpose: Purpose, epoch: int) -> None:
        super().__init__(
            f"The root of {purpose.short}, epoch {epoch}, is not there. Restore the folder of secrets, or restore the "
            "root from two of its three sheets with `clearpoint key join`."
        )


class ReadOnlyRoots(KeyStoreError):
    """This provider cannot write; the operator does by hand what the text says."""


class KeyProvider(Protocol):
    """Keeps roots. Every refusal is a KeyStoreError that repeats neither a root nor a path."""

    def get(self, purpose: Purpose, epoch: int) -> bytes:
        """The root, 32 bytes. Raises NoRoot."""

    def put(self, purpose: Purpose, epoch: int, root: bytes) -> None:
        """Keep a root where there is none yet. Raises ReadOnlyRoots when this provider cannot write."""

    def destroy(self, purpose: Purpose, epoch: int) -> None:
        """Destroy a root, if it is there. Raises ReadOnlyRoots when this provider cannot write."""

    def epochs(self, purpose: Purpose) -> tuple[int, ...]:
        """The epochs that have a root, in ascending order."""


MakeProvider = Callable[[Path, Mapping[str, str]], KeyProvider]
"""Of the folder of secrets and the environment: what an entry point names."""


class FolderOfRoots:
    """One file a root, closed to others, in a folder of the secrets. The default."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, purpose: Purpose, epoch: int) -> bytes:
        """As the protocol says."""
        try:
            return read_secret(self._file(purpose, epoch), ROOT_BYTES)
        except FileNotFoundError:
            raise NoRoot(purpose, epoch) from None

    def put(self, purpose: Purpose, epoch: int, root: bytes) -> None:
        """As the protocol says."""
        with explained(), locked(self._folder):
            if self._file(purpose, epoch).exists():
                raise KeyStoreError(
                    f"There is a root of {purpose.short}, epoch {epoch}, already; it is never replaced."
                )
            write_secret(self._file(purpose, epoch), root)

    def destroy(self, purpose: Purpose, epoch: int) -> None:
        """Overwritten before it is unlinked. On some disks an old block stays: say so in the agreement."""
        file = self._file(purpose, epoch)
        with explained(), locked(self._folder):
            if file.exists():
                with file.open("r+b") as root:
                    root.write(bytes(ROOT_BYTES))
                file.unlink()

    def epochs(self, purpose: Purpose) -> tuple[int, ...]:
        """As the protocol says."""
        if not self._folder.is_dir():
            return ()
        with explained():
            return _epochs_in((file.name for file in self._folder.iterdir()), rf"{purpose.value}-(\d+)\.root")

    def _file(self, purpose: Purpose, epoch: int) -> Path:
        return self._folder / f"{purpose.value}-{epoch}.root"


class SystemdCredentials:
    """Roots that systemd decrypts for this service alone, at best bound to the machine (`LoadCredentialEncrypted`).

    The credential of an epoch is `clearpoint-<purpose>-<epoch>`, 32 bytes. The service cannot write them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, purpose: Purpose, epoch: int) -> bytes:
        """As the protocol says. systemd guards the folder itself; its files have a mode of systemd's choice."""
        try:
            with explained(), (self._folder / _credential(purpose, epoch)).open("rb") as file:
                root = file.read(ROOT_BYTES + 1)
        except FileNotFoundError:
            raise NoRoot(purpose, epoch) from None
        return _whole(root)

    def put(self, purpose: Purpose, epoch: int, root: bytes) -> None:  # noqa: ARG002
        """Refused."""
        raise ReadOnlyRoots(
            f"The keys come from systemd. Give the service a credential {_credential(purpose, epoch)} with 32 random "
            "bytes (`systemd-creds encrypt`), start it again, and repeat this command."
        )

    def destroy(self, purpose: Purpose, epoch: int) -> None:
        """Refused, unless it is gone."""
        if epoch in self.epochs(purpose):
            raise ReadOnlyRoots(
                f"Take the credential {_credential(purpose, epoch)} from the service and destroy its file; start it "
                "again, and repeat this command."
            )

    def epochs(self, purpose: Purpose) -> tuple[int, ...]:
        """As the protocol says."""
        with explained():
            return _epochs_in((file.name for file in self._folder.iterdir()), _credential(purpose, r"(\d+)"))


class RootsFromEnvironment:
    """Roots in variables as CLEARPOINT_KEY_K1_1, in hexadecimal. For tests: every child process sees them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        if environment.get("CLEARPOINT_KEYS_FROM_ENVIRONMENT") != ALLOWED_FROM_ENVIRONMENT:
            raise KeyStoreError(
                "Keys in the environment are for tests. Leave CLEARPOINT_KEY_PROVIDER away to keep them in files."
            )
        self._environment = environment

    def get(self, purpose: Purpose, epoch: int) -> bytes:
        """As the protocol says."""
        written = self._environment.get(_variable(purpose, epoch))
        if written is None:
            raise NoRoot(purpose, epoch)
        try:
            return _whole(bytes.fromhex(written))
        except ValueError:
            raise KeyStoreError("A key in the environment is not hexadecimal.") from None

    def put(self, purpose: Purpose, epoch: int, root: bytes) -> None:  # noqa: ARG002
        """Refused."""
        raise ReadOnlyRoots(f"Set {_variable(purpose, epoch)} and repeat this command.")

    def destroy(self, purpose: Purpose, epoch: int) -> None:
        """Refused, unless it is gone."""
        if epoch in self.epochs(purpose):
            raise ReadOnlyRoots(f"Unset {_variable(purpose, epoch)} and repeat this command.")

    def epochs(self, purpose: Purpose) -> tuple[int, ...]:
        """As the protocol says."""
        return _epochs_in(self._environment, _variable(purpose, r"(\d+)"))


def choose_provider(name: str, secrets_folder: Path, environment: Mapping[str, str]) -> KeyProvider:
    """The provider of this name: `files`, `systemd`, `environment`, or an entry point of `clearpoint.key_providers`."""
    if name == DEFAULT_PROVIDER:
        return FolderOfRoots(secrets_folder / "linkage" / "roots")
    if name == "systemd":
        return SystemdCredentials(_credentials_folder(environment))
    if name == "environment":
        return RootsFromEnvironment(environment)
    found = entry_points(group=PROVIDERS, name=name)
    if not found:
        raise KeyStoreError(
            "CLEARPOINT_KEY_PROVIDER names no provider: use files, systemd, or one that an installed package brings."
        )
    make: MakeProvider = next(iter(found)).load()
    return make(secrets_folder, environment)


def _credentials_folder(environment: Mapping[str, str]) -> Path:
    if "CREDENTIALS_DIRECTORY" not in environment:
        raise KeyStoreError(
            "systemd gave this process no credentials. Start it as a service with LoadCredentialEncrypted, or leave "
            "CLEARPOINT_KEY_PROVIDER away."
        )
    return Path(environment["CREDENTIALS_DIRECTORY"])


def _credential(purpose: Purpose, epoch: int | str) -> str:
    return f"clearpoint-{purpose.value}-{epoch}"


def _variable(purpose: Purpose, epoch: int | str) -> str:
    return f"CLEARPOINT_KEY_{purpose.short.upper()}_{epoch}"


def _whole(root: bytes) -> bytes:
    if len(root) != ROOT_BYTES:
        raise KeyStoreError("A root has the wrong length: 32 bytes are needed. Restore it from its backup.")
    return root


def _epochs_in(names: Iterable[str], pattern: str) -> tuple[int, ...]:
    found = (re.fullmatch(pattern, name) for name in names)
    return tuple(sorted(int(one[1]) for one in found if one))
