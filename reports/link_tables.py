"""The shells of the tables that rest on links, from `definitions/links.toml`: what is counted, what is printed of it.

A part is counted and protected like any table; a printed table is made of sums of its protected cells (bands.py).
Here they are read, and nothing else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reports.classifications import codes_of, read_definition
from reports.errors import UnknownShell
from reports.shells import INDICATORS, TABLES, DimensionShell, TableShell, dimension_shell
from reports.tables import TOTAL, TableText

SECOND_END = "_WITH_REVIEW"
"""After the code of a column: the same figure with the links under review."""
PLUS = "+"
"""Between the codes of a sum."""
ALL_BUT = "!"
"""Before a code in a sum: every code of the part but this one."""


@dataclass(frozen=True)
class LinkPart:
    """What is counted and protected as one table."""

    shell: TableShell
    needs_links: bool
    also: tuple[str, ...]
    """Sums that no table prints and that printed figures give by subtraction."""
    never_same: tuple[str, ...]
    """Two dimensions that never have the same code: nobody returns from a country to itself."""


@dataclass(frozen=True)
class Sum:
    """Cells of one part or several that are added: part and code of its last dimension, TOTAL among them."""

    cells: tuple[tuple[str, str], ...]

    def of_part(self, part: str, order: Sequence[str]) -> tuple[str, ...]:
        """Its codes of this part in their order; all of them for TOTAL."""
        named = {code for one, code in self.cells if one == part}
        return tuple(order) if TOTAL in named else tuple(code for code in order if code in named)


@dataclass(frozen=True)
class LinkColumn:
    """One printed column: a sum, the percent of a sum in another, or an end of a median's band."""

    code: str
    label: str
    of: Sum
    """What is printed, or of what it is the percent or the median."""
    percent: Sum | None = None
    median: str = ""
    """`from` or `to`: which end of the band of weeks."""
    needs_links: bool = False


@dataclass(frozen=True)
class LinkTable:
    """One printed table."""

    text: TableText
    rows: tuple[str, ...]
    """The dimensions of its parts that go down, two for pairs of countries."""
    columns: tuple[LinkColumn, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that it is printed from, in the order of its columns."""
        return tuple(dict.fromkeys(part for one in self.sums for part, _ in one.cells))

    @property
    def sums(self) -> tuple[Sum, ...]:
        """All sums that it prints or divides."""
        return tuple(one for column in self.columns for one in (column.of, column.percent) if one)

    @property
    def bands(self) -> tuple[tuple[Sum, Sum], ...]:
        """Both ends of each band: by automatic links, and with those under review."""
        by_code = {column.code: column.percent or column.of for column in self.columns}
        return tuple(
            (by_code[code.removesuffix(SECOND_END)], one)
            for code, one in by_code.items()
            if code.endswith(SECOND_END)
        )


def link_table(shell_id: str) -> LinkTable:
    """A table that rests on links. Raises UnknownShell."""
    try:
        return _tables()[shell_id]
    except KeyError:
        raise UnknownShell from None


def printed_sums(name: str) -> Mapping[str, tuple[str, ...]]:
    """The sums of a part's codes that some table prints, and what lies between both ends of a band. Each is a code that
    is protected as any other. Raises KeyError."""
    order = codes_of(link_part(name).shell.dimensions[-1].codes)
    tables = _tables().values()
    wanted = {frozenset(one.of_part(name, order)) for table in tables for one in table.sums}
    for one, other in (band for table in tables for band in table.bands):
        ends = {frozenset(one.of_part(name, order)), frozenset(other.of_part(name, order))}
        wanted |= {large - small for large in ends for small in ends}
    wanted |= {frozenset(one.split(PLUS)) for one in link_part(name).also}
    ordered = sorted(
        (tuple(code for code in order if code in one) for one in wanted if 1 < len(one) < len(order)),
        key=lambda codes: (len(codes), [order.index(code) for code in codes]),
    )
    return {code_of_sum(codes): codes for codes in ordered}


def code_of_sum(codes: Collection[str]) -> str:
    """The code under which a part has the sum of several of its codes."""
    return PLUS.join(codes)


def link_part(name: str) -> LinkPart:
    """A part by its name. Raises KeyError."""
    return _parts()[name]


@cache
def _definitions() -> Mapping[str, Any]:
    return tomllib.loads(read_definition("links.toml"))


@cache
def _parts() -> Mapping[str, LinkPart]:
    return {entry["name"]: _part(entry) for entry in _definitions()["part"]}


def _part(entry: Mapping[str, Any]) -> LinkPart:
    shell = TableShell(
        text=TableText(entry["name"], entry["told"], entry["unit"], entry["told"]),
        population=entry["population"],
        dimensions=tuple(_dimension(name) for name in entry["dimensions"]),
        needs=entry.get("needs", ""),
        printed="",
    )
    return LinkPart(
        shell, entry.get("links", False), tuple(entry.get("also", ())), tuple(entry.get("never_same", ()))
    )


def _dimension(name: str) -> DimensionShell:
    own = _definitions()["dimensions"].get(name)
    return DimensionShell(name=name, **{"column": name, **own}) if own else dimension_shell(name)


@cache
def _tables() -> Mapping[str, LinkTable]:
    return {entry["id"]: _table(entry) for entry in _definitions()["table"]}


def _table(entry: Mapping[str, Any]) -> LinkTable:
    told = _definitions()["notes"]
    notes = (*(told[name] for name in entry["notes"]), *entry.get("own_notes", ()))
    text = TableText(entry["id"], entry["title"], entry["unit"], entry["told"], notes, entry["source"])
    return LinkTable(text, tuple(entry["rows"]), tuple(_column(column) for column in entry["columns"]))


def _column(entry: Mapping[str, Any]) -> LinkColumn:
    column = LinkColumn(
        code=entry["code"],
        label=entry["label"],
        of=_sum(entry["sum"] if "sum" in entry else entry["of"]),
        median=entry.get("median", ""),
        needs_links=entry.get("links", False),
    )
    return replace(column, percent=_sum(entry["percent"])) if "percent" in entry else column


def _sum(named: list[str]) -> Sum:
    return Sum(tuple(cell for name in named for cell in _cells(*name.split(":"))))


def _cells(part: str, code: str) -> list[tuple[str, str]]:
    if not code.startswith(ALL_BUT):
        return [(part, code)]
    every = codes_of(link_part(part).shell.dimensions[-1].codes)
    return [(part, one) for one in every if one != code.removeprefix(ALL_BUT)]


LINKED: tuple[str, ...] = tuple(_tables())
"""The tables and indicators that rest on links."""


def _in_order(shell_id: str) -> tuple[str, int, str]:
    """By chapter, number and letter: A8, A10, A10b, B1."""
    chapter, number = shell_id[0], "".join(c for c in shell_id if c.isdigit())
    return chapter, int(number), shell_id


ANNUAL: tuple[str, ...] = tuple(sorted((*TABLES, *INDICATORS, *LINKED), key=_in_order))
"""Everything that the annual report prints, in its order."""
