"""Keys: made once, the same to everybody, closed to others, refused when their file is wrong."""

from __future__ import annotations

import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from app.key_store import KEY_BYTES, KeyStore, KeyStoreError

SHELTER = UUID("01890000-0000-7000-8000-000000000001")
OTHER_SHELTER = UUID("01890000-0000-7000-8000-000000000002")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys go; it does not exist yet."""
    return tmp_path / "home" / "secrets"


def test_the_server_key_is_made_once(folder: Path) -> None:
    """Another store on the same folder has the same key."""
    key = KeyStore(folder).server_key()

    assert len(key) == KEY_BYTES
    assert KeyStore(folder).server_key() == key


def test_randomness_comes_in(folder: Path) -> None:
    """The key is what the source of randomness gave, and a source that ran dry is noticed."""
    assert KeyStore(folder, random_bytes=lambda n: b"k" * n).server_key() == b"k" * KEY_BYTES

    with pytest.raises(KeyStoreError, match="wrong length"):
        KeyStore(folder / "more", random_bytes=lambda _: b"short").server_key()


def test_the_key_of_bodies_is_derived_and_another(folder: Path) -> None:
    """HMAC-SHA256 of a label under the server key, so that no second file has to be kept."""
    store = KeyStore(folder)

    assert store.body_digest_key() == hmac.digest(
        store.server_key(), b"clearpoint/body-digest/1", hashlib.sha256
    )
    assert store.body_digest_key() != store.server_key()


def test_each_organization_has_a_case_key_of_its_own(folder: Path) -> None:
    """Made once, and the same when asked for."""
    store = KeyStore(folder)

    key = store.make_case_key(SHELTER)

    assert store.make_case_key(SHELTER) == key
    assert store.case_key(SHELTER) == key
    assert store.make_case_key(OTHER_SHELTER) != key
    assert (folder / "case_keys" / f"{SHELTER}.key").read_bytes() == key


def test_a_case_key_that_was_never_made_is_not_invented(folder: Path) -> None:
    """A new one would make every case of the organization a new case."""
    KeyStore(folder).make_case_key(OTHER_SHELTER)

    with pytest.raises(KeyStoreError, match="no case key"):
        KeyStore(folder).case_key(SHELTER)


def test_all_who_ask_at_once_get_the_same_key(folder: Path) -> None:
    """Twenty commands that start together on a new home agree."""
    with ThreadPoolExecutor(max_workers=20) as pool:
        keys = {*pool.map(lambda _: KeyStore(folder).make_case_key(SHELTER), range(100))}

    assert len(keys) == 1
    assert [path.name for path in (folder / "case_keys").iterdir()] == [f"{SHELTER}.key"]


def test_keys_are_closed_to_others(folder: Path) -> None:
    """Folders 0700, files 0600."""
    KeyStore(folder).server_key()
    KeyStore(folder).make_case_key(SHELTER)

    modes = {path.relative_to(folder).name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert modes == {"server.key": 0o600, "case_keys": 0o700, f"{SHELTER}.key": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_is_open_to_others_is_refused(folder: Path, mode: int) -> None:
    """It may have been read or replaced; somebody has to think about that."""
    KeyStore(folder).server_key()
    (folder / "server.key").chmod(mode)

    with pytest.raises(KeyStoreError, match="can be read by others"):
        KeyStore(folder).server_key()


@pytest.mark.parametrize("length", [0, KEY_BYTES - 1, KEY_BYTES + 1])
def test_a_key_of_the_wrong_length_is_refused(folder: Path, length: int) -> None:
    """A damaged file is not a key, and is never replaced."""
    KeyStore(folder).server_key()
    (folder / "server.key").write_bytes(b"x" * length)

    with pytest.raises(KeyStoreError, match="wrong length"):
        KeyStore(folder).server_key()


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """The key is a file of this folder or it is none."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"x" * KEY_BYTES)
    elsewhere.chmod(0o600)
    folder.mkdir(parents=True)
    (folder / "server.key").symlink_to(elsewhere)

    with pytest.raises(KeyStoreError, match="folder of secrets cannot be used"):
        KeyStore(folder).server_key()


def test_what_a_killed_process_left_is_thrown_away(folder: Path) -> None:
    """A half-written key bears another name until it is whole."""
    folder.mkdir(parents=True)
    (folder / "server.key.new").write_bytes(b"half")

    assert len(KeyStore(folder).server_key()) == KEY_BYTES
    assert [path.name for path in folder.iterdir()] == ["server.key"]


def test_an_error_holds_neither_key_nor_path(folder: Path) -> None:
    """The path names an organization."""
    KeyStore(folder).make_case_key(SHELTER)
    (folder / "case_keys" / f"{SHELTER}.key").write_bytes(b"hunter2")

    with pytest.raises(KeyStoreError) as caught:
        KeyStore(folder).case_key(SHELTER)

    assert "hunter2" not in str(caught.value)
    assert str(SHELTER) not in str(caught.value)
