"""Whom the trustee serves, and how much: kept in a file that says nothing of what was asked."""

from __future__ import annotations

import random
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from app.trustee.register import DAYS_KEPT, CodeTaken, Register, Registered, UnknownCode
from tests.factories import NOON

DICE = random.Random(2)
SHELTER = Registered("shelter", 100)


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """An empty one."""
    made = Register(tmp_path / "trustee" / "register.sqlite")
    made.create()
    return made


def test_a_key_is_shown_once_and_only_its_digest_is_kept(register: Register, tmp_path: Path) -> None:
    """Who reads the file can ask nothing with it, and nobody else on the machine can read it."""
    key = register.add(SHELTER, now=NOON, random=DICE.randbytes)

    file = tmp_path / "trustee" / "register.sqlite"
    assert register.find(key) == SHELTER
    assert register.find(key + "0") is None
    assert key.encode() not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_code_is_given_once(register: Register) -> None:
    """A second organization would share the first one's count."""
    register.add(SHELTER, now=NOON, random=DICE.randbytes)

    with pytest.raises(CodeTaken):
        register.add(SHELTER, now=NOON, random=DICE.randbytes)


def test_who_is_stopped_is_known_no_more(register: Register) -> None:
    """At once; and stays in the list."""
    key = register.add(SHELTER, now=NOON, random=DICE.randbytes)
    register.stop("shelter", now=NOON)

    assert register.find(key) is None
    assert [asked.organization.stopped_at for asked in register.asked_on(NOON.date())] == [NOON]
    with pytest.raises(UnknownCode):
        register.stop("nobody", now=NOON)


def test_what_does_not_fit_a_day_is_refused_and_seen(register: Register) -> None:
    """The trustee sees who asks for more than its cases can need."""
    register.add(SHELTER, now=NOON, random=DICE.randbytes)
    day = NOON.date()

    answers = [register.count(SHELTER, day, elements) for elements in (60, 41, 40, 1)]

    (asked,) = register.asked_on(day)
    assert answers == [True, False, True, False]
    assert (asked.elements, asked.calls, asked.refused) == (100, 2, 2)
    assert register.count(SHELTER, day + timedelta(days=1), 100)
    assert [one.elements for one in register.asked_on(day + timedelta(days=2))] == [0]


def test_calls_at_once_share_one_quota(register: Register) -> None:
    """Ten threads get what fits, and not more."""
    register.add(SHELTER, now=NOON, random=DICE.randbytes)

    with ThreadPoolExecutor(10) as threads:
        fitted = sum(threads.map(lambda _: register.count(SHELTER, NOON.date(), 15), range(20)))

    assert fitted == 6


def test_old_counts_are_deleted(register: Register) -> None:
    """When an organization worked is nobody's business for ever."""
    register.add(SHELTER, now=NOON, random=DICE.randbytes)
    register.count(SHELTER, NOON.date(), 5)
    register.count(SHELTER, NOON.date() + timedelta(days=DAYS_KEPT + 1), 5)

    assert [one.elements for one in register.asked_on(NOON.date())] == [0]
