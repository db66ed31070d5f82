"""Where roots are kept: in files, by systemd, in the environment of tests, or where a plug-in keeps them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from app.key_store import KeyProvider, KeyStoreError, NoRoot, Purpose, ReadOnlyRoots, choose_provider

ROOT = bytes(range(7, 39))
OTHER_ROOT = bytes(range(99, 131))
K1 = Purpose.CLEARING_POINT


@pytest.fixture
def files(tmp_path: Path) -> KeyProvider:
    """The default."""
    return choose_provider("files", tmp_path / "secrets", {})


def systemd(folder: Path) -> KeyProvider:
    """A service to which systemd gave the roots of two epochs of k1."""
    for epoch, root in ((1, ROOT), (12, OTHER_ROOT)):
        (folder / f"clearpoint-oprf-k1-{epoch}").write_bytes(root)
    (folder / "something-else").write_bytes(b"")
    return choose_provider("systemd", folder / "secrets", {"CREDENTIALS_DIRECTORY": str(folder)})


def environment(tmp_path: Path) -> KeyProvider:
    """The same two roots, in hexadecimal."""
    given = {"CLEARPOINT_KEY_K1_1": ROOT.hex(), "CLEARPOINT_KEY_K1_12": OTHER_ROOT.hex(), "PATH": "/bin"}
    return choose_provider("environment", tmp_path, {**given, "CLEARPOINT_KEYS_FROM_ENVIRONMENT": "tests"})


def test_a_root_is_kept_in_a_file_of_its_own(files: KeyProvider, tmp_path: Path) -> None:
    """Closed to others, one for each purpose and epoch."""
    files.put(K1, 1, ROOT)
    files.put(K1, 2, OTHER_ROOT)

    assert files.get(K1, 1) == ROOT
    assert files.epochs(K1) == (1, 2)
    assert files.epochs(Purpose.STORAGE) == ()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*.root")}
    assert modes == {0o600}


def test_a_root_is_never_replaced(files: KeyProvider) -> None:
    """The tokens that were made with it would match nothing any more."""
    files.put(K1, 1, ROOT)

    with pytest.raises(KeyStoreError, match="never replaced"):
        files.put(K1, 1, OTHER_ROOT)
    assert files.get(K1, 1) == ROOT


def test_what_is_destroyed_is_gone(files: KeyProvider, tmp_path: Path) -> None:
    """And destroying it again is no error, so that a command that was killed can be repeated."""
    files.put(K1, 1, ROOT)

    files.destroy(K1, 1)
    files.destroy(K1, 1)

    assert files.epochs(K1) == ()
    assert list(tmp_path.rglob("*.root")) == []
    with pytest.raises(NoRoot, match="key join"):
        files.get(K1, 1)


@pytest.mark.parametrize("make", [systemd, environment])
def test_a_provider_that_cannot_write_says_what_to_do(
    make: Callable[[Path], KeyProvider], tmp_path: Path
) -> None:
    """The operator gives and takes the roots; the text names the place and no root."""
    provider = make(tmp_path)

    assert provider.epochs(K1) == (1, 12)
    assert provider.get(K1, 12) == OTHER_ROOT
    with pytest.raises(NoRoot):
        provider.get(K1, 2)
    with pytest.raises(ReadOnlyRoots, match=r"(?i)k1[-_]13.*repeat this command"):
        provider.put(K1, 13, ROOT)
    with pytest.raises(ReadOnlyRoots, match=r"(?i)k1[-_]1 .*repeat this command"):
        provider.destroy(K1, 1)
    provider.destroy(K1, 2)


def test_the_environment_is_for_tests() -> None:
    """Every child process and every listing of processes shows it."""
    with pytest.raises(KeyStoreError, match="for tests"):
        choose_provider("environment", Path(), {"CLEARPOINT_KEY_K1_1": ROOT.hex()})


@pytest.mark.parametrize("written", ["", "zz", "00" * 31, "00" * 33])
def test_a_doubtful_root_in_the_environment_is_refused(written: str) -> None:
    """The text does not repeat it."""
    given = {"CLEARPOINT_KEYS_FROM_ENVIRONMENT": "tests", "CLEARPOINT_KEY_K1_1": written}

    with pytest.raises(KeyStoreError) as caught:
        choose_provider("environment", Path(), given).get(K1, 1)
    assert not written or written not in str(caught.value)


def test_systemd_without_credentials_is_told() -> None:
    """The process was started by hand."""
    with pytest.raises(KeyStoreError, match="LoadCredentialEncrypted"):
        choose_provider("systemd", Path(), {})


def test_a_name_that_nobody_brings_is_refused() -> None:
    """No fall-back: keys would be made in a second place."""
    with pytest.raises(KeyStoreError, match="names no provider"):
        choose_provider("hsm-of-nobody", Path(), {})
