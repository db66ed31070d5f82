"""What is too common to say anything: counted over organizations, so that nobody takes others' cases apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.linkage_commonness import (
    MOST_COMMON,
    MOST_OF_ONE_ORGANIZATION,
    SUSPENDED_TOKENS,
    Holders,
    Speaking,
    leave_out_common,
)


def cases(count: int, *, of: int = 1) -> tuple[UUID, ...]:
    """Cases whose ids say of which organization they are."""
    return tuple(UUID(int=of << 32 | number) for number in range(count))


def owner_of(case: UUID) -> UUID:
    return UUID(int=case.int >> 32)


def left(holders: Sequence[Holders]) -> Speaking:
    """Two cases are one person when they agree on a name and on something else."""
    owners = {case: owner_of(case) for held in holders for case in held.cases}
    return leave_out_common(holders, owners, lambda classes: {"name", "date"} <= classes)


def by_class(speaking: Speaking) -> Mapping[str, tuple[UUID, ...]]:
    return {held.class_id: held.cases for held in speaking.holders}


def test_what_few_hold_is_left_alone() -> None:
    """As many as may be, of whichever organizations."""
    few = [Holders("number", cases(MOST_COMMON))]

    assert left(few) == Speaking(tuple(few), frozenset(), 0)


def test_of_one_organization_persons_count_and_not_cases() -> None:
    """Twelve cases of one woman are one; twelve women with one number are twelve."""
    twelve = cases(12)
    of_one = [Holders("name", twelve), Holders("date", twelve), Holders("number", twelve)]

    assert left(of_one).ignored == 0
    assert by_class(left([Holders("number", twelve)])) == {"number": ()}


def test_nobody_is_registered_a_hundred_times() -> None:
    """The organization's cases say nothing then, though they are equal."""
    many = cases(MOST_OF_ONE_ORGANIZATION + 1)

    assert left([Holders("name", many), Holders("date", many)]).ignored == 2


def test_one_organization_takes_only_its_own_cases_out() -> None:
    """Whatever it sends, two cases of others agree as before."""
    others = (*cases(1, of=2), *cases(1, of=3))

    speaking = left([Holders("number", (*cases(500), *others))])

    assert by_class(speaking) == {"number": others}
    assert speaking.ignored == 1


def test_what_many_organizations_hold_says_nothing_of_anybody() -> None:
    """And nothing else of its class is touched."""
    everywhere = tuple(case for of in range(MOST_COMMON + 1) for case in cases(1, of=of + 1))
    two = cases(2)

    speaking = left([Holders("number", everywhere), Holders("number", two)])

    assert [held.cases for held in speaking.holders] == [(), two]
    assert speaking.suspended == frozenset()


def test_a_class_is_suspended_when_many_different_tokens_of_it_are_common() -> None:
    """It is made of what programs fill in; one organization alone brings that about for nobody."""
    everywhere = [
        Holders("number", tuple(case for of in range(MOST_COMMON + 1) for case in cases(1, of=of + 1)))
        for _ in range(SUSPENDED_TOKENS)
    ]
    rare = [Holders("number", cases(2))]

    assert left(everywhere + rare).suspended == {"number"}
    assert left(everywhere + rare).holders == ()
    assert left(everywhere[1:] + rare).suspended == frozenset()
    assert left(everywhere + rare * 90).suspended == frozenset()
    assert left([Holders("number", cases(500))] * 90).suspended == frozenset()


@given(st.lists(st.sets(st.integers(0, 40), min_size=2), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_tokens_and_cases_does_not_matter(held: list[set[int]], shuffling: object) -> None:
    """Tokens and their cases come from the database in any order."""
    names = ("name", "date", "number")
    holders = [
        Holders(names[at % 3], tuple(UUID(int=(number % 3) << 32 | number) for number in sorted(numbers)))
        for at, numbers in enumerate(held)
    ]

    def shuffled(values: Sequence[object]) -> list[object]:
        order = list(values)
        shuffling.shuffle(order)  # type: ignore[attr-defined]
        return order

    other = [Holders(one.class_id, tuple(shuffled(one.cases))) for one in shuffled(holders)]  # type: ignore[attr-defined, arg-type]

    assert plain(left(other)) == plain(left(holders))


def plain(speaking: Speaking) -> tuple[object, ...]:
    held = sorted((one.class_id, sorted(one.cases)) for one in speaking.holders)
    return held, speaking.suspended, speaking.ignored
