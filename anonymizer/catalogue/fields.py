"""The catalogue of fields: each field once, with its type, its privacy class and its one treatment.

Templates, validation, documentation, the server's schema and its tables come from here. Adding a module is
adding rows to the files in `anonymizer/catalogue`. A field that is not here is refused at the door, never
guessed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from math import inf
from types import MappingProxyType
from typing import Literal

UNKNOWN = "UNK"
"""The code of "unknown" in every code list but those of countries and consent."""
UNKNOWN_COUNTRY = "ZZ"
STATELESS = "XXA"
"""Stateless, ICAO Doc 9303 part 3: a citizenship, never a place."""
NOTHING = "NONE"
"""Nothing of the kind; stands alone in its cell."""
MAX_CELL = 2_000
"""Characters. Every code of the longest list together is shorter."""
SEPARATOR = ";"
"""Stands between several values in one cell."""
COUNTRIES = "CL_COUNTRY"
"""The code list of countries, which is read from countries.csv."""


class Treatment(StrEnum):
    """What clearing does with a field. A field has exactly one."""

    KEEP = "keep"  # set by the server, never sent
    RECODE = "recode"  # a code of a list, brought to one way of writing
    BAND = "band"  # a number becomes the band of a code list
    WEEK = "week"  # a day becomes the Monday of its week
    MONTH = "month"  # a day becomes its month
    DAYS_BAND = "days_band"  # an interval in days becomes a band, before its dates are coarsened
    DERIVE = "derive"  # computed from other fields of the row
    TOKEN = "token"  # becomes a keyed token  # noqa: S105 - the name of a treatment
    DROP = "drop"  # dropped, and counted so that the sender is told
    NUMBER = "number"  # a whole number within limits, kept: of days, beds, months, never of a person
    LABEL = "label"  # the short name of a document's version
    OFF = "off"  # switched off: a value in it is refused


NEVER_STORED = frozenset({Treatment.KEEP, Treatment.TOKEN, Treatment.DROP, Treatment.OFF})
"""Fields that leave no column behind in the record: identifiers, tokens, and what the server says itself."""


Required = Literal["yes", "no", "when it applies", "derived", "link key", "never"]
"""`link key`: used in memory to recognize a person, then dropped. `never`: dropped unread."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one entity, with the names that other standards give it (empty: they have none).

    `low` and `high` are the limits of a number, both allowed.
    """

    entity: str
    name: str
    type: str
    required: Required
    code_list: str
    several: bool
    privacy: str
    treatment: Treatment
    low: int | None
    high: int | None
    htcds: str
    ctdc: str
    eurostat: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `low` and `high` are the limits of a band, both in it; `htcds` names are read as it."""

    code: str
    label: str
    htcds: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None

    @property
    def is_band(self) -> bool:
        """True when the code stands for a range of numbers."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list: the codes in the order of print, and other ways of writing that mean the same code.

    `bands` are the codes that stand for a range of numbers, with both limits inside it.
    """

    name: str
    codes: Mapping[str, Code]
    aliases: Mapping[str, str]
    bands: tuple[tuple[float, float, str], ...] = ()

    def band_of(self, number: int) -> str:
        """The first band that holds the number; UNK when none does."""
        for low, high, code in self.bands:
            if low <= number <= high:
                return code
        return UNKNOWN


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one file of the catalogue."""
    text = files("anonymizer.catalogue").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _load_fields() -> Mapping[tuple[str, str], Field]:
    fields = {}
    for row in read_rows("fields.csv"):
        typed = {
            "several": row["several"] == "yes",
            "treatment": Treatment(row["treatment"]),
            "low": _limit(row["low"]),
            "high": _limit(row["high"]),
        }
        fields[row["entity"], row["name"]] = Field(**{**row, **typed})  # type: ignore[arg-type]
    return MappingProxyType(fields)


def _limit(text: str) -> int | None:
    return int(text) if text else None


def _load_code_lists() -> Mapping[str, CodeList]:
    codes: dict[str, dict[str, Code]] = {}
    for row in read_rows("code_lists.csv"):
        htcds = tuple(name for name in row["htcds"].split(";") if name)
        low, high = _limit(row["low"]), _limit(row["high"])
        codes.setdefault(row["code_list"], {})[row["code"]] = Code(
            row["code"], row["label"], htcds, low, high
        )
    lists = {name: _code_list(name, of_list) for name, of_list in codes.items()}
    return MappingProxyType(lists | {COUNTRIES: _load_countries()})


def _code_list(name: str, codes: dict[str, Code]) -> CodeList:
    bands = tuple(
        (-inf if code.low is None else code.low, inf if code.high is None else code.high, code.code)
        for code in codes.values()
        if code.is_band
    )
    return CodeList(name, MappingProxyType(codes), MappingProxyType({}), bands)


def _load_countries() -> CodeList:
    rows = list(read_rows("countries.csv"))
    aliases = {row["alpha_3"]: row["code"] for row in rows if row["alpha_3"]} | {UNKNOWN: UNKNOWN_COUNTRY}
    codes = {row["code"]: Code(row["code"], row["label"]) for row in rows}
    return CodeList(COUNTRIES, MappingProxyType(codes), MappingProxyType(aliases))


FIELDS = _load_fields()
ENTITIES = tuple(dict.fromkeys(entity for entity, _ in FIELDS))
CODE_LISTS = _load_code_lists()
