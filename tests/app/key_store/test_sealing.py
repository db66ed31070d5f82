"""What is sealed opens for one key and one occasion, and a change is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.key_store import KeyStore, KeyStoreError, open_sealed, seal, sealing_public_key

SECRET = b"a factor of thirty-two bytes....."
CONTEXT = b"rotation 1 to 2"


@pytest.fixture
def private(tmp_path: Path) -> bytes:
    """The clearing point's."""
    return KeyStore(tmp_path / "secrets").sealing_key()


def test_the_recipient_opens_it(private: bytes) -> None:
    """And it never looks the same."""
    public = sealing_public_key(private)
    sealed = [seal(SECRET, public, context=CONTEXT) for _ in range(2)]

    assert [open_sealed(one, private, context=CONTEXT) for one in sealed] == [SECRET, SECRET]
    assert sealed[0] != sealed[1]
    assert SECRET not in sealed[0]


def test_nobody_else_opens_it(private: bytes, tmp_path: Path) -> None:
    """Another key, another occasion, or one changed bit."""
    sealed = seal(SECRET, sealing_public_key(private), context=CONTEXT)
    other = KeyStore(tmp_path / "other").sealing_key()
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])

    for attempt, key, context in (
        (sealed, other, CONTEXT),
        (sealed, private, b"rotation 2 to 3"),
        (changed, private, CONTEXT),
        (b"", private, CONTEXT),
    ):
        with pytest.raises(KeyStoreError, match="cannot be opened"):
            open_sealed(attempt, key, context=context)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32)], ids=["none", "short", "zero"])
def test_a_key_that_is_none_is_refused(key: bytes) -> None:
    """Before anything is sealed for it."""
    with pytest.raises(KeyStoreError, match="no key"):
        seal(SECRET, key, context=CONTEXT)
