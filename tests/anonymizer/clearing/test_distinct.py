"""A function over columns computes each distinct value once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anonymizer.clearing import distinct
from anonymizer.clearing.distinct import Distinct
from anonymizer.clearing.treatments import Refused


def test_each_distinct_value_is_computed_once_for_all_chunks() -> None:
    """Codes and dates repeat: this is where the speed comes from."""
    seen: list[str] = []

    def to_upper(text: str) -> str:
        seen.append(text)
        return text.upper()

    upper = Distinct(to_upper)

    assert upper.over(["a", "b", "a"]) == (["A", "B", "A"], {})
    assert upper.over(["b", "c"]) == (["B", "C"], {})
    assert sorted(seen) == ["a", "b", "c"]


def test_refusals_come_by_position() -> None:
    """The caller knows which row and which column a position is."""
    both = Distinct(lambda left, right: left + right if left != right else Refused("code_not_alone"))

    assert both.over(["a", "b"], ["b", "b"]) == (["ab", ""], {1: "code_not_alone"})
    assert both.over(["b", "a"], ["b", "b"]) == (["", "ab"], {0: "code_not_alone"})


def test_it_forgets_when_there_is_too_much_to_remember() -> None:
    """The memory does not grow with the batch, whether the values are accepted or refused."""
    odd = Distinct(lambda text: text if int(text) % 2 else Refused("wrong_number"))
    many = [str(number) for number in range(distinct.MAX_REMEMBERED + 1)]

    odd.over(many)
    results = odd.over(["1", "2", "-1"])

    assert results == (["1", "", "-1"], {1: "wrong_number"})
    assert (len(odd._texts), len(odd._refusals)) == (3, 1)


@given(
    rows=st.lists(st.tuples(*[st.sampled_from("abc")] * 3), min_size=1, max_size=8),
    same=st.sets(st.integers(0, 2)),
    times=st.sampled_from([1, distinct.WORTH_NARROWING]),
)
def test_columns_that_are_the_same_throughout_change_no_result(
    rows: list[tuple[str, str, str]], same: set[int], times: int
) -> None:
    """The shorter way through a long chunk gives what the longer way gives."""

    def join(*cells: str) -> str | Refused:
        return Refused("code_not_alone") if len(set(cells)) == 1 else "".join(cells)

    long = [tuple("a" if at in same else cell for at, cell in enumerate(row)) for row in rows] * times
    expected = [join(*row) for row in long]

    texts, refusals = Distinct(join).over(*map(list, zip(*long, strict=True)))

    assert texts == ["" if isinstance(one, Refused) else one for one in expected]
    assert refusals.keys() == {at for at, one in enumerate(expected) if isinstance(one, Refused)}


def test_what_is_the_same_throughout_is_forgotten_as_well() -> None:
    """Every chunk may have another country throughout."""
    pairs = Distinct(lambda left, right: left + right)
    varying = [str(number) for number in range(distinct.WORTH_NARROWING)]

    for number in range(2 * distinct.MAX_NARROWED):
        pairs.over(varying, [str(number)] * len(varying))

    assert len(pairs._narrowed) <= distinct.MAX_NARROWED
