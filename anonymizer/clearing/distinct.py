"""Applying a function to columns so that each distinct value, or combination of values, is computed once.

Codes, countries and dates repeat, so that plain Python keeps up with a library for data frames. What was seen
is remembered for one batch, in memory alone, and thrown away when there is too much of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from anonymizer.clearing.treatments import Refused

MAX_REMEMBERED = 8_000
"""Distinct values of one column. Above it memory would grow with the batch, so everything is forgotten."""
MAX_NARROWED = 4
"""Combinations of columns that are the same in every row of a chunk, each with a memory of its own."""
WORTH_NARROWING = 200
"""Rows. In a shorter chunk many columns are the same throughout by chance."""


class Distinct:
    """One function over columns of text, with what it gave for the values it has seen."""

    def __init__(self, function: Callable[..., str | Refused]) -> None:
        self._function = function
        self._texts: dict[str | tuple[str, ...], str] = {}
        self._refusals: dict[str | tuple[str, ...], str] = {}
        self._narrowed: dict[tuple[str | None, ...], Distinct] = {}

    def over(self, *columns: Sequence[str]) -> tuple[list[str], dict[int, str]]:
        """The result for each row (empty where it was refused), and the codes of the refusals by position."""
        if len(columns) == 1:
            return self._over_keys(columns[0])
        if len(columns[0]) >= WORTH_NARROWING:
            same = tuple(cells[0] if _is_same_throughout(cells) else None for cells in columns)
            varying = [cells for cells, cell in zip(columns, same, strict=True) if cell is None]
            if len(varying) < len(columns):
                return self._narrow(same).over(*varying or (columns[0],))
        return self._over_keys(list(zip(*columns, strict=True)))

    def _over_keys(self, keys: Sequence[str | tuple[str, ...]]) -> tuple[list[str], dict[int, str]]:
        try:
            texts = list(map(self._texts.__getitem__, keys))
        except KeyError:
            self._learn(set(keys))
            texts = list(map(self._texts.__getitem__, keys))
        if not self._refusals or self._refusals.keys().isdisjoint(keys):
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

    def _narrow(self, same: tuple[str | None, ...]) -> Distinct:
        """The same function of the columns that vary: a text is a quicker key than a combination of texts.

        Where none varies, the first column stands for all of them.
        """
        if same not in self._narrowed:
            if len(self._narrowed) >= MAX_NARROWED:
                self._narrowed.clear()
            self._narrowed[same] = Distinct(_with_the_same(self._function, same))
        return self._narrowed[same]


def _is_same_throughout(cells: Sequence[str]) -> bool:
    return cells[0] == cells[-1] and cells.count(cells[0]) == len(cells)


def _with_the_same(
    function: Callable[..., str | Refused], same: tuple[str | None, ...]
) -> Callable[..., str | Refused]:
    def of_varying(*varying: str) -> str | Refused:
        cells = iter(varying)
        return function(*(next(cells) if cell is None else cell for cell in same))

    return of_varying
