"""The rehearsal of losing a root: two of three sheets restore it, one tells nothing."""

from __future__ import annotations

from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymizer.oprf.group import multiply
from anonymizer.oprf.hashing import hash_to_group
from app.key_store import KeyStore, KeyStoreError, NoRoot, Purpose, join_sheets, split_root
from tests.factories import NOON

NAMES = [hash_to_group(bytes([number])) for number in range(5)]


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32))
def test_any_two_sheets_restore_the_root(root: bytes) -> None:
    """In any order, also with capitals and wide spaces; 33 words each."""
    sheets = split_root(root)

    assert [len(sheet.split()) for sheet in sheets] == [33, 33, 33]
    assert {
        join_sheets([one.upper(), other.replace(" ", "  ")]) for one, other in permutations(sheets, 2)
    } == {root}


def test_one_sheet_alone_restores_nothing() -> None:
    """Nor does the same one twice, all three, sheets of two splits, or a wrong word."""
    first, second, third = split_root(bytes(range(32)))
    other = split_root(bytes(range(32)))[0]
    wrong = " ".join([*first.split()[:-1], "academic" if not first.endswith("academic") else "acid"])

    for sheets in (
        [],
        [first],
        [first, first],
        [first, other],
        [wrong, second],
        ["", ""],
        ["word"],
        [third, "x"],
    ):
        with pytest.raises(KeyStoreError, match="restore nothing") as caught:
            join_sheets(sheets)
        assert "academic" not in str(caught.value)


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("pair", list(combinations(range(3), 2)), ids=["1+2", "1+3", "2+3"])
@pytest.mark.parametrize("all_is_lost", [False, True], ids=["root lost", "all lost"])
def test_losing_a_key_is_rehearsed(
    tmp_path: Path, purpose: Purpose, pair: tuple[int, int], all_is_lost: bool
) -> None:
    """The tokens afterwards are the tokens before."""
    store = KeyStore(tmp_path / "secrets")
    store.linkage.create(purpose, NOON)
    before = [multiply(store.linkage.scalar(purpose, 1), name) for name in NAMES]
    sheets = split_root(store.linkage.root(purpose, 1))
    if all_is_lost:
        store = KeyStore(tmp_path / "new")
    else:
        store.linkage._provider.destroy(purpose, 1)
        with pytest.raises(NoRoot):
            store.linkage.scalar(purpose, 1)

    store.linkage.restore(purpose, 1, join_sheets([sheets[number] for number in pair]), NOON)

    assert [multiply(store.linkage.scalar(purpose, 1), name) for name in NAMES] == before


def test_the_sheets_of_another_key_are_noticed(tmp_path: Path) -> None:
    """The public key is still listed, and says what fits."""
    store = KeyStore(tmp_path)
    for purpose in Purpose:
        store.linkage.create(purpose, NOON)
    root = store.linkage.root(Purpose.STORAGE, 1)
    store.linkage._provider.destroy(Purpose.TRUSTEE, 1)

    with pytest.raises(KeyStoreError, match="not the root"):
        store.linkage.restore(Purpose.TRUSTEE, 1, root, NOON)
    assert store.linkage.epochs(Purpose.TRUSTEE) == ()
