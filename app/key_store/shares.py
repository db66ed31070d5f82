"""A root as three sheets of words, two of which restore it (SLIP-39). One sheet alone tells nothing of the root."""

from __future__ import annotations

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from app.key_store.files import KeyStoreError
from app.key_store.providers import ROOT_BYTES

SHARES = 3
NEEDED = 2


def split_root(root: bytes) -> tuple[str, ...]:
    """Three sheets: 33 words each, the last three of which are a checksum. Other words at each call."""
    [sheets] = generate_mnemonics(1, [(NEEDED, SHARES)], root)
    return tuple(sheets)


def join_sheets(sheets: Sequence[str]) -> bytes:
    """The root from two sheets. KeyStoreError, without a word of them, when they do not belong together."""
    try:
        root: bytes = combine_mnemonics([" ".join(sheet.lower().split()) for sheet in sheets])
    except MnemonicError:
        raise KeyStoreError(
            "These sheets restore nothing: type two different sheets of one root, a sheet a line, 33 words each. "
            "A wrong word is noticed."
        ) from None
    if len(root) != ROOT_BYTES:
        raise KeyStoreError("These sheets are of something else than a key of linkage.")
    return root
