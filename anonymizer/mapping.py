"""Mapping profiles: how the columns and codes of another standard become those of the case sheet.

A profile is a TOML file in `anonymizer/profiles`. It renames and recodes before clearing and judges nothing:
a value that it does not know goes on as it came and is refused by clearing. It must never make one record out
of two.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TypedDict

from anonymizer.chunks import Columns, RawChunk
from anonymizer.errors import UnknownProfile
from anonymizer.fields import CODE_LISTS
from anonymizer.treatments import SEPARATOR

UNITS: Mapping[str, int] = MappingProxyType({"days": 1, "weeks": 7, "months": 1, "years": 12})
"""How many of the sheet's units one of the profile's is: nights in a week, months in a year."""
_WHOLE_NUMBER = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """One column of the other standard, the sheet's column that it fills, and how values are rewritten."""

    source: str
    target: str
    values: Mapping[str, str]
    when_empty: str
    factor: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A mapping from another standard, with the legal basis, the law and the atomicity of its batches."""

    name: str
    legal_basis: str
    law: str
    atomic: bool
    columns: tuple[ColumnMapping, ...]
    constants: Mapping[str, str]

    def apply(self, chunk: RawChunk) -> RawChunk:
        """The chunk in the sheet's columns. Where several fill the same one, the first with a value wins."""
        columns = {name: cells for name, cells in chunk.columns.items() if name not in self.sources}
        for mapping in self.columns:
            if mapping.source in chunk.columns:
                _fill(columns, mapping.target, _rewrite(chunk.columns[mapping.source], mapping))
        for target, constant in self.constants.items():
            _fill(columns, target, [constant] * len(chunk.rows))
        return RawChunk(columns, chunk.rows)

    @property
    def sources(self) -> frozenset[str]:
        """The columns of the other standard."""
        return frozenset(mapping.source for mapping in self.columns)


class _ColumnTable(TypedDict, total=False):
    """One `[[columns]]` table of a profile's file."""

    source: str
    target: str
    code_list: str
    values: str
    when_empty: str
    unit: str


def profile_names() -> tuple[str, ...]:
    """The names of the profiles that come with the program."""
    folder = files("anonymizer.profiles")
    return tuple(
        sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))
    )


def load_profile(name: str) -> Profile:
    """The profile of that name. Raises UnknownProfile."""
    if name not in profile_names():
        raise UnknownProfile("There is no mapping profile of this name: `clearpoint profile` lists them.")
    table = tomllib.loads(files("anonymizer.profiles").joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Profile(
        name=table["name"],
        legal_basis=table["legal_basis"],
        law=table["law"],
        atomic=table["atomic"],
        columns=tuple(_mapping_of(column, table["values"]) for column in table["columns"]),
        constants=MappingProxyType(table["constants"]),
    )


def _mapping_of(column: _ColumnTable, tables: Mapping[str, Mapping[str, str]]) -> ColumnMapping:
    """One mapping: the names that the code list gives, then the profile's own."""
    code_list = CODE_LISTS[column["code_list"]].codes.values() if "code_list" in column else ()
    values = {name: code.code for code in code_list for name in code.htcds}
    return ColumnMapping(
        source=column["source"],
        target=column["target"],
        values=MappingProxyType(values | dict(tables[column["values"]] if "values" in column else {})),
        when_empty=column.get("when_empty", ""),
        factor=UNITS[column.get("unit", "days")],
    )


def _rewrite(cells: Sequence[str], mapping: ColumnMapping) -> list[str]:
    rewritten = {cell: _rewrite_cell(cell, mapping) for cell in set(cells)}
    return [rewritten[cell] for cell in cells]


def _rewrite_cell(cell: str, mapping: ColumnMapping) -> str:
    if not cell.strip():
        return mapping.when_empty
    if mapping.factor != 1 and _WHOLE_NUMBER.fullmatch(cell.strip()):
        return str(int(cell) * mapping.factor)
    if not mapping.values:
        return cell
    return SEPARATOR.join(mapping.values.get(part.strip(), part) for part in cell.split(SEPARATOR))


def _fill(columns: Columns, target: str, cells: list[str]) -> None:
    """Put the cells into the column, under what it has already."""
    earlier = columns.get(target)
    columns[target] = (
        cells if earlier is None else [old or new for old, new in zip(earlier, cells, strict=True)]
    )
