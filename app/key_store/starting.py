"""Before a server starts: no key that everybody knows, and no key that others on this machine can read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from app.key_store.files import OPEN_TO_OTHERS, KeyStoreError, explained

SHORTEST_KEY = 16
LONGEST_KEY = 64
_PRINTABLE = range(0x20, 0x7F)
KNOWN_KEYS = frozenset(
    bytes.fromhex(written)
    for written in (
        # RFC 8032, section 7.1, tests 1 to 3
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        # RFC 7748, section 6.1, Alice and Bob
        "77076d0a7318a57d3c16c17251b26645df4c2f92ebc099220b58b9c5ffe4d9bd",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
        # RFC 9497, appendix A.1: the secret keys of ristretto255-SHA512 in the three modes
        "5ebcea5ee37023ccb9fc2d2019f9d7737be85591ae8652ffa9ef0f4d37063b0e",
        "e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909",
        "145c79c108538421ac164ecbe131942136d5570b16d8bf41a24d4337da981e07",
    )
)
"""Printed in standards; who copies a key from a page has no key."""


def check_keys(secrets_folder: Path) -> None:
    """Raise KeyStoreError when a key in this folder is a sample, or a file or folder in it is open to others.

    It never says which: the name of a file may name an organization.
    """
    with explained():
        for path in _everything_in(secrets_folder):
            if not path.is_symlink() and path.lstat().st_mode & OPEN_TO_OTHERS:
                raise KeyStoreError(
                    "A key can be read by others on this machine. Take their rights away (chmod -R go= on the folder "
                    "of secrets), and think about who has read it."
                )
            if path.suffix in (".key", ".root") and path.is_file():
                check_key(path.read_bytes())


def check_key(key: bytes) -> None:
    """Raise KeyStoreError for a key that nobody drew at random."""
    if SHORTEST_KEY <= len(key) <= LONGEST_KEY and is_sample(key):
        raise KeyStoreError(
            "A key of this clearing point is a sample that everybody knows. Nothing may be sent with it: make the "
            "keys anew in an empty folder of secrets."
        )


def is_sample(key: bytes) -> bool:
    """One byte again and again, bytes that count, typed text, or a key that is printed in a standard.

    A key drawn at random looks like one of these once in 10^13 times.
    """
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(steps) == 1 or all(byte in _PRINTABLE for byte in key) or key in KNOWN_KEYS or _repeats(key)


def _repeats(key: bytes) -> bool:
    """`deadbeef` eight times is no key."""
    half = len(key) // 2
    return key[:half] == key[half:]


def _everything_in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield folder
        yield from sorted(folder.rglob("*"))
