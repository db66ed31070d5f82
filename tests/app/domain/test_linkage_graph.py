"""From pairs to persons: groups, bridges, and ids that stay. Tried on small graphs against plain definitions."""

from __future__ import annotations

from itertools import count, pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.linkage_graph import (
    LONGEST_CHAIN,
    MERGED,
    SPLIT,
    Pair,
    bridges,
    broken_for_review,
    changes_between,
    components,
    name_persons,
    pair_of,
)

A, B, C, D, E, F = (UUID(int=number) for number in range(1, 7))
P, Q, R = (UUID(int=number) for number in range(100, 103))
PAIRS = st.sets(
    st.tuples(st.integers(1, 8), st.integers(1, 8))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: pair_of(UUID(int=pair[0]), UUID(int=pair[1]))),
    max_size=14,
)


def groups_of(pairs: set[Pair]) -> list[frozenset[UUID]]:
    """The definition: join what overlaps until nothing does."""
    groups = [frozenset(pair) for pair in pairs]
    while True:
        for one in groups:
            touching = [other for other in groups if one & other]
            if len(touching) > 1:
                rest = [other for other in groups if not one & other]
                groups = [*rest, frozenset().union(*touching)]
                break
        else:
            return sorted(set(groups), key=min)


@given(PAIRS)
def test_groups_are_what_pairs_hold_together(pairs: set[Pair]) -> None:
    """As the definition says, whatever the order."""
    assert components(pairs) == groups_of(pairs)
    assert components(sorted(pairs, reverse=True)) == components(sorted(pairs))


@given(PAIRS)
def test_a_bridge_is_a_pair_without_which_a_group_falls_apart(pairs: set[Pair]) -> None:
    """Found by leaving out each."""
    cases = {case for pair in pairs for case in pair}

    def parts(left: set[Pair]) -> int:
        alone = cases - {case for pair in left for case in pair}
        return len(groups_of(left)) + len(alone)

    assert bridges(pairs) == {pair for pair in pairs if parts(pairs - {pair}) > parts(pairs)}


def test_a_chain_of_ten_thousand_cases_is_walked() -> None:
    """Without recursion, which would end at a thousand."""
    cases = [UUID(int=number) for number in range(1, 10_001)]
    chain = set(pairwise(cases))

    assert bridges(chain) == chain


def test_three_cases_may_be_a_chain_and_four_may_not() -> None:
    """A small one is likely when its ends agree on something; a long one joins strangers."""
    three = {(A, B), (B, C)}

    assert broken_for_review(three, set(), set(), {(A, C)}) == set()
    assert broken_for_review(three | {(C, D)}, set(), set(), {(A, C)}) == three | {(C, D)}


def test_one_case_does_not_join_two_that_agree_on_nothing() -> None:
    """It may be made of the keys of both."""
    three = {(A, B), (B, C)}

    assert broken_for_review(three, set(), set(), set()) == three
    assert broken_for_review(three, {(A, B)}, set(), set()) == {(B, C)}


def test_a_ring_is_no_chain() -> None:
    """Each case has two links that say so."""
    assert broken_for_review({(A, B), (B, C), (C, D), (A, D)}, set(), set(), set()) == set()


def test_two_rings_on_one_link_are_parted_there() -> None:
    """The link alone is for review."""
    rings = {(A, B), (B, C), (A, C), (D, E), (E, F), (D, F)}

    assert broken_for_review(rings | {(C, D)}, set(), set(), set()) == {(C, D)}


def test_what_a_curator_confirmed_holds() -> None:
    """She has seen it."""
    chain = {(A, B), (B, C), (C, D)}

    assert broken_for_review(chain, {(B, C)}, set(), set()) == {(A, B), (C, D)}


def test_a_group_with_two_that_are_known_to_be_different_is_for_review() -> None:
    """Something in it is wrong, and nobody knows which link."""
    triangle = {(A, B), (B, C)}

    assert broken_for_review(triangle, set(), {(A, C)}, {(A, C)}) == triangle
    assert broken_for_review(triangle, {(A, B)}, {(A, C)}, {(A, C)}) == {(B, C)}


@given(PAIRS)
def test_after_breaking_no_long_chain_is_left(pairs: set[Pair]) -> None:
    """Breaking once is enough."""
    left = pairs - broken_for_review(pairs, set(), set(), set())

    groups = {case: group for group in components(left) for case in group}
    assert all(len(groups[one]) <= LONGEST_CHAIN for one, _ in bridges(left))


def named(groups: list[set[UUID]], before: dict[UUID, UUID]) -> dict[UUID, UUID]:
    numbers = count(1000)
    return dict(name_persons([frozenset(g) for g in groups], before, lambda: UUID(int=next(numbers))).of)


def test_the_larger_part_keeps_the_id() -> None:
    """So that few memberships change."""
    before = {A: P, B: P, C: P, D: Q, E: Q}

    assert named([{A, B, C, D, E}], before) == dict.fromkeys((A, B, C, D, E), P)
    after = named([{A, B}, {C, D, E}], before)
    assert (after[A], after[C]) == (P, Q)


def test_no_two_groups_get_one_id() -> None:
    """A split gives a new person to the smaller part."""
    after = named([{A, B, C}, {D, E}], dict.fromkeys((A, B, C, D, E), P))

    assert after[A] == P
    assert after[D] == UUID(int=1000)


def test_merging_and_splitting_are_told() -> None:
    """With the person whose cases they are, and how many."""
    apart, together = {A: P, B: P, C: Q, D: Q}, dict.fromkeys((A, B, C, D), P)

    (merged,) = changes_between(apart, together)
    (split,) = changes_between(together, apart)

    assert (merged.kind, merged.persons, merged.cases) == (MERGED, (P, Q), 4)
    assert (split.kind, split.persons, split.cases) == (SPLIT, (P, Q), 4)


def test_single_cases_that_join_are_a_merge_too() -> None:
    """They had no id of a person, and no event before."""
    (merged,) = changes_between({}, {A: R, B: R})

    assert (merged.kind, merged.persons, merged.cases) == (MERGED, (R,), 2)
    assert changes_between({A: P, B: P}, {A: P, B: P}) == []
