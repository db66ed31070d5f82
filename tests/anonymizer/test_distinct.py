"""A function over columns computes each distinct value once."""

from __future__ import annotations

from anonymizer import distinct
from anonymizer.distinct import Distinct
from anonymizer.treatments import Refused


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
    results = odd.over(["1", "2"])

    assert results == (["1", ""], {1: "wrong_number"})
    assert (len(odd._texts), len(odd._refusals)) == (2, 1)
