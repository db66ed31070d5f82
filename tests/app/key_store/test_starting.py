"""No server starts with a key that everybody knows, or that others on the machine can read."""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64decode
from pathlib import Path
from uuid import UUID

import pytest

from app.key_store import KeyStore, KeyStoreError, Purpose, choose_provider
from app.key_store.starting import is_sample
from tests.factories import NOON

SHELTER = UUID("01890000-0000-7000-8000-000000000001")
ROOT = Path(__file__).parents[3]


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    """With a key of each kind."""
    store = KeyStore(tmp_path / "secrets")
    store.server_key()
    store.sealing_key()
    store.make_case_key(SHELTER)
    store.signing_keys(NOON)
    for purpose in Purpose:
        store.linkage.create(purpose, NOON)
    return store


def test_keys_of_its_own_are_fine(store: KeyStore, tmp_path: Path) -> None:
    """Also when there are none yet."""
    store.check()
    KeyStore(tmp_path / "nothing").check()


KEY_FILES = ["server.key", "sealing.key", f"case_keys/{SHELTER}.key", "linkage/roots/store-s-1.root"]


@pytest.mark.parametrize("name", KEY_FILES)
@pytest.mark.parametrize(
    "sample",
    [
        bytes(32),
        b"\xff" * 32,
        b"\xa3" * 32,
        bytes(range(32)),
        bytes(range(32, 0, -1)),
        bytes.fromhex("deadbeef") * 8,
        b"correct-horse-battery-staple-32b",
        bytes.fromhex("5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e"),
    ],
    ids=["zeros", "ones", "a3", "up", "down", "deadbeef", "typed", "rfc9497"],
)
def test_a_sample_key_stops_the_start(store: KeyStore, tmp_path: Path, name: str, sample: bytes) -> None:
    """Wherever it lies; the text names neither the key nor its file."""
    (tmp_path / "secrets" / name).write_bytes(sample)

    with pytest.raises(KeyStoreError, match="sample that everybody knows") as caught:
        store.check()
    assert name not in str(caught.value)


def test_a_sample_root_of_another_provider_stops_the_start(tmp_path: Path) -> None:
    """It is the key that counts, not its place."""
    given = {"CLEARPOINT_KEYS_FROM_ENVIRONMENT": "tests", "CLEARPOINT_KEY_S_1": "00" * 32}
    store = KeyStore(tmp_path, provider=choose_provider("environment", tmp_path, given))

    with pytest.raises(KeyStoreError, match="sample"):
        store.check()


@pytest.mark.parametrize("name", ["", "linkage", "linkage/keys.json", *KEY_FILES])
def test_what_others_can_read_stops_the_start(store: KeyStore, tmp_path: Path, name: str) -> None:
    """Files and folders."""
    (tmp_path / "secrets" / name).chmod(0o755)

    with pytest.raises(KeyStoreError, match="chmod"):
        store.check()


def test_a_lost_root_stops_the_start(store: KeyStore) -> None:
    """Rather at the start than at the first batch."""
    store.linkage._provider.destroy(Purpose.STORAGE, 1)

    with pytest.raises(KeyStoreError, match="key join"):
        store.check()


def test_no_random_key_is_taken_for_a_sample() -> None:
    """Ten thousand draws."""
    assert not any(is_sample(secrets.token_bytes(32)) for _ in range(10_000))


def test_no_key_is_printed_in_the_documentation() -> None:
    """Or it is one that is refused: somebody would copy it."""
    pages = [ROOT / "README.md", *ROOT.glob("*/*.md"), *ROOT.glob("docs/**/*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    keys = [bytes.fromhex(found) for found in re.findall(r"(?<![0-9a-f:])[0-9a-f]{64}(?![0-9a-f])", text)]
    keys += [
        urlsafe_b64decode(found + "=") for found in re.findall(r"case_key = ([A-Za-z0-9_-]{43})\b", text)
    ]

    assert [number for number, key in enumerate(keys) if not is_sample(key)] == []
