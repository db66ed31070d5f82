"""The two shapes that rows have on their way through clearing: raw and cleared, both as columns of text.

A raw chunk identifies persons. It lives in the memory of the clearing step alone: never write it, log it or
print it, which is why its `repr` shows only how many rows it has.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from anonymizer.catalogue.findings import CASES, Conflict

Columns = dict[str, list[str]]
"""Column name → one text per row; the empty text is an empty cell."""


@dataclass(frozen=True, slots=True)
class RawChunk:
    """Some rows of one sheet as they came. `rows` are their numbers as a spreadsheet shows them (JSON: places).

    A case's rows of one module always come in one chunk.
    """

    columns: Columns = field(repr=False)
    rows: list[int]
    sheet: str = CASES


@dataclass(frozen=True, slots=True)
class ClearedChunk:
    """What is left of a raw chunk: accepted rows alone, in canonical text, and what to tell about the rest.

    `dropped` counts the cells with a direct identifier by field. Rows are counted so that received = accepted +
    `rejected` + `withheld`. Withheld ones, of cases without consent, are left out and are no mistake: an answer to
    the sender adds them to its rejected rows, and an atomic batch is not refused for them. `found` counts every
    conflict, also those for which the list of `conflicts` had no room. `link_tokens` has the cell of each row of a
    case sheet (`linking/tokens.py`), or is None where nobody asked for tokens; no digest covers it.
    """

    columns: Columns
    rows: list[int]
    conflicts: list[Conflict]
    dropped: Counter[str]
    received: int
    rejected: int
    sheet: str = CASES
    withheld: int = 0
    found: int = 0
    link_tokens: list[str] | None = field(default=None, repr=False)
