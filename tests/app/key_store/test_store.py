"""Keys: made once, the same to everybody, closed to others, refused when their file is wrong."""

from __future__ import annotations

import hashlib
import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.key_store import KEY_BYTES, WHILE_ROTATING, KeyStore, KeyStoreError
from tests.factories import NOON

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


def test_the_key_of_receipts_is_made_once(folder: Path) -> None:
    """By the first that asks for it; a later moment changes nothing."""
    key, private = KeyStore(folder).private_signing_key(NOON)

    again, _ = KeyStore(folder).private_signing_key(NOON + timedelta(days=9))

    assert again == key
    assert (key.since, key.until) == (NOON, None)
    assert private.public_key().public_bytes_raw() == key.public_key
    assert KeyStore(folder).signing_keys(NOON) == (key,)


def test_all_who_sign_first_at_once_have_the_same_key(folder: Path) -> None:
    """Twenty batches that arrive together at a new clearing point."""
    with ThreadPoolExecutor(max_workers=20) as pool:
        keys = {*pool.map(lambda _: KeyStore(folder).private_signing_key(NOON)[0].public_key, range(60))}

    assert len(keys) == 1
    assert len(list((folder / "signing").iterdir())) == 2


def test_a_rotation_keeps_the_old_public_key_and_destroys_its_secret(folder: Path) -> None:
    """Old receipts verify for ever, and nobody signs with the old key again."""
    store, later = KeyStore(folder), NOON + timedelta(days=300)
    first, _ = store.private_signing_key(NOON)

    second = store.rotate_signing_key(later)

    retired, current = store.signing_keys(later)
    assert (retired.public_key, retired.since, retired.until) == (
        first.public_key, NOON, later + WHILE_ROTATING
    )  # fmt: skip
    assert current == second == store.private_signing_key(later)[0]
    assert [path.name for path in (folder / "signing").glob("*.key")] == [f"{second.public_key.hex()}.key"]


def test_signing_goes_on_while_keys_are_rotated(folder: Path) -> None:
    """A batch that is signed in the moment of a rotation is signed with one key or the other."""
    store = KeyStore(folder)
    store.signing_keys(NOON)

    with ThreadPoolExecutor(max_workers=4) as pool:
        signers = [pool.submit(store.private_signing_key, NOON) for _ in range(40)]
        for number in range(3):
            store.rotate_signing_key(NOON + timedelta(days=number))

    listed = {key.public_key for key in store.signing_keys(NOON)}
    assert {signer.result()[0].public_key for signer in signers} <= listed


def test_files_of_signing_keys_are_closed_to_others(folder: Path) -> None:
    """The secret half, and the list too, because whoever writes it says which receipts are genuine."""
    KeyStore(folder).signing_keys(NOON)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder / "signing").iterdir()}
    assert set(modes.values()) == {0o600}
    assert "keys.json" in modes


@pytest.mark.parametrize("damage", ["[]x", '{"a": 1}', '[{"public_key": "zz"}]', "[1]"])
def test_a_damaged_list_of_signing_keys_is_never_replaced(folder: Path, damage: str) -> None:
    """A new list would make every receipt of the past worthless."""
    store = KeyStore(folder)
    store.signing_keys(NOON)
    (folder / "signing" / "keys.json").write_text(damage)

    for ask in (store.signing_keys, store.private_signing_key, store.rotate_signing_key):
        with pytest.raises(KeyStoreError, match="list of the keys"):
            ask(NOON)


@pytest.mark.parametrize("content", [None, bytes(32)])
def test_a_lost_or_foreign_signing_secret_is_told(folder: Path, content: bytes | None) -> None:
    """Nothing is signed with a key that nobody published; a rotation puts a new one in use."""
    store = KeyStore(folder)
    [key] = store.signing_keys(NOON)
    file = folder / "signing" / f"{key.public_key.hex()}.key"
    file.unlink() if content is None else file.write_bytes(content)

    with pytest.raises(KeyStoreError, match="rotate-signing"):
        store.private_signing_key(NOON)
    new = store.rotate_signing_key(NOON)
    assert store.private_signing_key(NOON)[0] == new
