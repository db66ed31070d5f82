"""Applying a function to columns so that each distinct value, or combination of values, is computed once.

Codes, countries and dates repeat, so that plain Python keeps up with a library for data frames. What was seen
is remembered for one batch, in memory alone, and thrown away when there is too much of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from anonymizer.treatments import Refused

MAX_REMEMBERED = 8_000
"""Distinct values of one column. Above it memory would grow with the batch, so everything is forgotten."""


class Distinct:
    """One function over columns of text, with what it gave for the values it has seen."""

    def __init__(self, function: Callable[..., str | Refused]) -> None:
        self._function = function
        self._texts: dict[str | tuple[str, ...], str] = {}
        self._refusals: dict[str | tuple[str, ...], str] = {}

    def over(self, *columns: Sequence[str]) -> tuple[list[str], dict[int, str]]:
        """The result for each row (empty where it was refused), and the codes of the refusals by position."""
        keys: Sequence[str | tuple[str, ...]] = (
            columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
        )
        distinct = set(keys)
        self._learn(distinct)
        texts = list(map(self._texts.__getitem__, keys))
        if self._refusals.keys().isdisjoint(distinct):
            return texts, {}
        return texts, dict(self._refused_positions(keys))

    def _learn(self, distinct: set[str | tuple[str, ...]]) -> None:
        if len(self._texts) > MAX_REMEMBERED:
            self._texts.clear()
            self._refusals.clear()
        for key in distinct - self._texts.keys():
            result = self._function(*key) if isinstance(key, tuple) else self._function(key)
            if isinstance(result, Refused):
                self._refusals[key] = result.code
                result = ""
            self._texts[key] = result

    def _refused_positions(self, keys: Sequence[str | tuple[str, ...]]) -> Iterator[tuple[int, str]]:
        return ((position, self._refusals[key]) for position, key in enumerate(keys) if key in self._refusals)
