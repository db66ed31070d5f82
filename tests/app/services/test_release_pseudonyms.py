"""Names of persons in packages: two packages cannot be joined, but those of one requester for one purpose."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import WrongInput
from app.key_store import KeyStore
from app.services.release_pseudonyms import for_one_release, for_requester

PERSONS = [uuid5(UUID(int=0), str(number)) for number in range(5_000)]
POLICE, UNIVERSITY = UUID(int=1), UUID(int=2)


@pytest.fixture
def seed(tmp_path: Path) -> bytes:
    """Of one clearing point."""
    return KeyStore(tmp_path).requester_seed()


def test_two_releases_have_no_name_in_common() -> None:
    """Of the same persons, by the same clearing point."""
    first, second = (set(for_one_release(secrets.token_bytes).of(PERSONS)) for _ in range(2))

    assert len(first) == len(second) == len(PERSONS)
    assert not first & second


def test_within_a_release_a_person_has_one_name() -> None:
    """Her cases can be counted together, in whichever order they come."""
    names = for_one_release(secrets.token_bytes)

    assert names.of(PERSONS[:3]) == names.of(PERSONS[2::-1])[::-1]
    assert all(re.fullmatch("[a-z2-7]{16}", name) for name in names.of(PERSONS[:9]))


def test_a_requester_joins_her_own_packages(tmp_path: Path) -> None:
    """For the same purpose, also after a restart."""
    names = [
        for_requester(KeyStore(tmp_path).requester_seed(), POLICE, "routes").of(PERSONS) for _ in range(2)
    ]

    assert names[0] == names[1]


@pytest.mark.parametrize(
    ("requester", "purpose"),
    [(UNIVERSITY, "routes"), (POLICE, "routes "), (POLICE, "Routes"), (POLICE, "sectors")],
    ids=["another requester", "a space more", "a capital", "another purpose"],
)
def test_nobody_joins_the_packages_of_two(seed: bytes, requester: UUID, purpose: str) -> None:
    """Another requester, or the same one for something else."""
    hers = set(for_requester(seed, POLICE, "routes").of(PERSONS))

    assert not hers & set(for_requester(seed, requester, purpose).of(PERSONS))
    assert not hers & set(for_one_release(secrets.token_bytes).of(PERSONS))


def test_two_clearing_points_give_other_names(tmp_path: Path, seed: bytes) -> None:
    """To the same requester for the same purpose."""
    other = KeyStore(tmp_path / "other").requester_seed()

    assert not {*for_requester(seed, POLICE, "x").of(PERSONS)} & {
        *for_requester(other, POLICE, "x").of(PERSONS)
    }


@given(st.binary(min_size=32, max_size=32), st.uuids())
def test_a_name_holds_nothing_of_the_person(key: bytes, person: UUID) -> None:
    """Neither her id nor the key, and the repr shows no key."""
    names = for_one_release(lambda _: key)
    [name] = names.of([person])

    assert person.hex not in name
    assert repr(names) == "Pseudonyms()"


@pytest.mark.parametrize("purpose", ["", "  ", "x" * 201])
def test_a_purpose_is_needed(seed: bytes, purpose: str) -> None:
    """Without one, all that a requester ever gets could be joined."""
    with pytest.raises(WrongInput, match="purpose"):
        for_requester(seed, POLICE, purpose)
