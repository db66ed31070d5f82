"""What can be wrong, in full: for each finding why it is told, what to do, and an example with nobody in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from anonymizer.catalogue.fields import read_rows


@dataclass(frozen=True, slots=True)
class Example:
    """One finding in an invented file: `wrong` stands at `place`, `right` is what it becomes.

    `advice` says why it is told and how it is put right. Who edits the table keeps every person out of it: the
    digits of a number are zeros, and a name is the word for a name.
    """

    code: str
    advice: str
    place: str
    wrong: str
    right: str


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {row["code"]: Example(**row) for row in read_rows("examples.csv")}
)
"""By the code of the finding; every finding has one."""
