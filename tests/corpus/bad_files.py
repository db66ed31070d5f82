"""What one file of the corpus is: its bytes, what is said beside it, and the answer that it must get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from anonymizer.catalogue.findings import CASES
from anonymizer.reading.formats import Form

KINDS: Mapping[int, str] = MappingProxyType(
    {
        1: "a workbook with a far cell",
        2: "an archive that unpacks to very much",
        3: "an archive that lies",
        4: "a declaration that reaches outside or grows",
        5: "macros, objects, links, passwords, another format",
        6: "formulas, hidden and merged cells, kinds of cells",
        7: "text that a spreadsheet would run",
        8: "encodings",
        9: "separators, quotes, line ends",
        10: "headers",
        11: "numbers",
        12: "dates and ages",
        13: "letters that cannot be seen or look like others",
        14: "codes",
        15: "names of files",
        16: "no, few and many rows",
        17: "identifiers in the wrong place",
        18: "JSON and NDJSON",
    }
)
"""The kinds of bad files. 19 to 27 are wrong as HTTP (`http_calls`), 28 to 35 wrong in time (`test_at_once`)."""


ANYWHERE = "*"
"""For a sheet or a column that the table leaves to the readers' own tests."""


class Told(NamedTuple):
    """One conflict: its code and its place."""

    code: str
    sheet: str = CASES
    row: int = 0
    column: str = ""

    def is_told_by(self, other: Told) -> bool:
        """Whether a conflict of an answer is this one."""
        return all(mine in (ANYWHERE, theirs) for mine, theirs in zip(self, other, strict=True))


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One file. `told` has conflicts that the answer must name; `is_accepted` says whether it is stored."""

    kind: int
    name: str
    form: Form
    body: bytes = field(repr=False)
    told: tuple[Told, ...] = ()
    is_accepted: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    """What stands in it beside the usual marks and may not come back."""
