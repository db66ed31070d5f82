"""The keys of linkage: derived by purpose, domain and epoch, never made twice, rotated with both in use meanwhile."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from anonymizer.oprf.group import multiply_base
from anonymizer.oprf.protocol import derive_key_pair
from anonymizer.policy import load_policy
from app.key_store import LINKAGE_DOMAIN, KeyStore, KeyStoreError, NoRoot, Purpose, choose_provider
from app.key_store.derivation import derive_pair, derive_seed, info_of
from tests.factories import NOON

S, K1, K2 = Purpose.STORAGE, Purpose.CLEARING_POINT, Purpose.TRUSTEE
LATER = NOON + timedelta(days=300)
ROOT = bytes(range(7, 39))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys go; it does not exist yet."""
    return tmp_path / "secrets"


@pytest.fixture
def store(folder: Path) -> KeyStore:
    """With s and k1 of epoch 1."""
    store = KeyStore(folder)
    store.linkage.create(S, NOON)
    store.linkage.create(K1, NOON)
    return store


def test_hkdf_gives_what_its_rfc_says() -> None:
    """RFC 5869, appendix A.3: no salt and no info; the first 32 bytes of the output."""
    seed = derive_seed(b"\x0b" * 22, b"")

    assert seed.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_key_is_the_derived_pair_of_rfc_9497(purpose: Purpose) -> None:
    """Of a seed and an info that HKDF makes by purpose, domain and epoch."""
    info = info_of(purpose, LINKAGE_DOMAIN, 3)

    assert derive_pair(ROOT, purpose, LINKAGE_DOMAIN, 3) == derive_key_pair(derive_seed(ROOT, info), info)


def test_one_root_gives_another_key_in_each_use() -> None:
    """By purpose, domain and epoch."""
    uses = [(purpose, domain, epoch) for purpose in Purpose for domain in ("a", "b") for epoch in (1, 2)]

    assert len({derive_pair(ROOT, *use).secret for use in uses}) == len(uses)


def test_the_domain_is_the_policy_s() -> None:
    """The bottom floor does not read the policy; this holds them together."""
    assert load_policy().domain == LINKAGE_DOMAIN


def test_keys_are_there_after_a_restart(store: KeyStore, folder: Path) -> None:
    """With the same public key, listed since it was made."""
    again = KeyStore(folder).linkage

    assert again.epoch(K1) == 1
    assert again.epochs(K1) == (1,)
    assert again.scalar(K1, 1) == store.linkage.scalar(K1, 1)
    assert again.public_key(K1, 1) == multiply_base(again.scalar(K1, 1))
    [listed] = again.listed(K1)
    assert (listed.epoch, listed.since, listed.until) == (1, NOON, None)


def test_a_key_is_never_made_a_second_time(store: KeyStore) -> None:
    """Neither asked for nor silently when its root is lost."""
    with pytest.raises(KeyStoreError, match="already"):
        store.linkage.create(K1, LATER)

    store.linkage._provider.destroy(K1, 1)
    with pytest.raises(KeyStoreError, match="already"):
        store.linkage.create(K1, LATER)
    with pytest.raises(NoRoot, match="key join"):
        store.linkage.scalar(K1, 1)
    with pytest.raises(NoRoot):
        store.linkage.begin_rotation(K1, LATER)


def test_a_key_that_was_not_made_is_told(folder: Path) -> None:
    """Nobody gets one by asking."""
    linkage = KeyStore(folder).linkage

    with pytest.raises(KeyStoreError, match="key create"):
        linkage.epoch(K2)
    with pytest.raises(KeyStoreError, match="never was"):
        linkage.scalar(K2, 1)
    assert linkage.epochs(K2) == ()
    assert not folder.exists()


def test_both_keys_can_be_used_while_a_rotation_is_under_way(store: KeyStore) -> None:
    """New tokens take the new one; the old one stays until nothing carries it."""
    linkage = store.linkage
    old = linkage.scalar(K1, 1)

    assert linkage.begin_rotation(K1, LATER) == 2

    assert linkage.epoch(K1) == 2
    assert linkage.epochs(K1) == (1, 2)
    assert linkage.scalar(K1, 1) == old
    assert linkage.scalar(K1, 2) != old
    assert [(key.since, key.until) for key in linkage.listed(K1)] == [(NOON, LATER), (LATER, None)]
    assert linkage.epochs(S) == (1,)


def test_a_rotation_that_is_begun_again_goes_on(store: KeyStore) -> None:
    """A command that was killed is repeated, and makes no third key."""
    store.linkage.begin_rotation(K1, LATER)

    assert store.linkage.begin_rotation(K1, LATER + timedelta(days=1)) == 2
    assert store.linkage.epochs(K1) == (1, 2)


def test_a_rotation_that_was_killed_before_the_list_uses_the_root_that_is_there(store: KeyStore) -> None:
    """The root is written first."""
    store.linkage._provider.put(K1, 2, ROOT)

    assert store.linkage.epochs(K1) == (1,)
    assert store.linkage.begin_rotation(K1, LATER) == 2
    assert store.linkage.root(K1, 2) == ROOT


def test_the_old_root_is_destroyed_at_the_end(store: KeyStore, folder: Path) -> None:
    """Its public key stays listed. To end twice is no error."""
    public = store.linkage.public_key(K1, 1)
    store.linkage.begin_rotation(K1, LATER)

    store.linkage.end_rotation(K1)
    store.linkage.end_rotation(K1)

    assert store.linkage.epochs(K1) == (2,)
    assert store.linkage.public_key(K1, 1) == public
    assert sorted(path.name for path in folder.rglob("*.root")) == ["oprf-k1-2.root", "store-s-1.root"]
    with pytest.raises(NoRoot):
        store.linkage.scalar(K1, 1)


def test_another_root_in_the_same_place_is_noticed(store: KeyStore) -> None:
    """Its tokens would match nothing, and nobody would know why."""
    store.linkage._provider.destroy(K1, 1)
    store.linkage._provider.put(K1, 1, ROOT)

    with pytest.raises(KeyStoreError, match="not the one that made the tokens"):
        store.linkage.scalar(K1, 1)


def test_a_provider_that_cannot_write_is_asked_for_the_next_root(tmp_path: Path) -> None:
    """The operator adds it, repeats the command, and takes the old one away at the end."""
    given = {"CLEARPOINT_KEYS_FROM_ENVIRONMENT": "tests", "CLEARPOINT_KEY_K1_1": ROOT.hex()}
    linkage = KeyStore(tmp_path, provider=choose_provider("environment", tmp_path, given)).linkage
    linkage.create(K1, NOON)

    with pytest.raises(KeyStoreError, match="CLEARPOINT_KEY_K1_2"):
        linkage.begin_rotation(K1, LATER)
    given["CLEARPOINT_KEY_K1_2"] = ROOT.hex()
    assert linkage.begin_rotation(K1, LATER) == 2
    assert linkage.scalar(K1, 1) != linkage.scalar(K1, 2)
    with pytest.raises(KeyStoreError, match="Unset CLEARPOINT_KEY_K1_1 "):
        linkage.end_rotation(K1)
    del given["CLEARPOINT_KEY_K1_1"]
    linkage.end_rotation(K1)
    assert linkage.epochs(K1) == (2,)


@pytest.mark.parametrize("damage", ["[]x", '{"a": 1}', '[{"purpose": "k9"}]', "[1]"])
def test_a_damaged_list_is_never_replaced(store: KeyStore, folder: Path, damage: str) -> None:
    """A new list would let keys be made anew."""
    (folder / "linkage" / "keys.json").write_text(damage)

    for ask in (store.linkage.begin_rotation, store.linkage.create):
        with pytest.raises(KeyStoreError, match="list of the keys of linkage"):
            ask(K1, NOON)


def test_nothing_shows_a_secret(store: KeyStore, folder: Path) -> None:
    """The list and every repr hold public keys alone."""
    secrets = [store.linkage.scalar(K1, 1), store.linkage.root(K1, 1)]
    shown = (folder / "linkage" / "keys.json").read_text() + repr(store.linkage.listed(K1)) + repr(store)

    assert not any(secret.hex() in shown or repr(secret) in shown for secret in secrets)
    assert {entry["purpose"] for entry in json.loads((folder / "linkage" / "keys.json").read_text())} == {
        S,
        K1,
    }


def test_a_fingerprint_can_be_read_aloud(store: KeyStore) -> None:
    """Four groups of four digits."""
    fingerprint = store.linkage.listed(K1)[0].fingerprint

    assert [len(group) for group in fingerprint.split()] == [4, 4, 4, 4]
