"""Noticing a case number that comes twice, in little memory: the same answers as a set of the tokens."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from anonymizer import inner_case_token
from anonymizer.clearing.tokens_seen import FIRST_SLOTS, TokensSeen

KEY = b"k" * 32


def token(number: int) -> str:
    return inner_case_token(KEY, str(number))


@given(st.lists(st.integers(0, 300)))
def test_it_answers_as_a_set_of_the_tokens_would(numbers: list[int]) -> None:
    """A token is new once."""
    seen, told = TokensSeen(), set[int]()
    for number in numbers:
        is_new = number not in told
        told.add(number)

        assert seen.add(token(number)) is is_new
    assert len(seen) == len(told)


def test_it_forgets_nothing_when_it_grows() -> None:
    """After it has doubled several times every token is still known, and no other one is."""
    tokens = [token(number) for number in range(4 * FIRST_SLOTS)]
    first, second = tokens[: 2 * FIRST_SLOTS], tokens[2 * FIRST_SLOTS :]
    seen = TokensSeen()

    assert all(map(seen.add, first))
    assert not any(map(seen.add, first))
    assert all(map(seen.add, second))
    assert len(seen) == len(tokens)


def test_a_token_takes_a_few_bytes() -> None:
    """At most 32 each, where a set of the texts takes more than 100."""
    tokens = [token(number) for number in range(100_000)]
    tracemalloc.start()
    seen = TokensSeen()
    for one in tokens:
        seen.add(one)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept <= 32 * len(tokens)
