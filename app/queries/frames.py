"""The star frame: every record that is alive at a cut, read out by COPY into columns.

The reader's role reads it. There is one row a case and, beside it, one table an entity, all with `case_id`. What a
module says joins what the case sheet says of the same entity; where both tell episodes, the module's stand alone.
Which cases are of one person comes from the linkage's schema, of which this role reads the memberships alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import ColumnElement, Date, Integer, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import SmallInteger

from app.queries.records import CASE_SHEET, MODULES, RECORDS

BETWEEN_CODES = ";"
WANTED_OF_A_CASE = {
    "case_id": "p.case_id",
    "person_id": "coalesce(a.person_id, p.case_id)",
    "person_id_with_review": "coalesce(v.person_id, a.person_id, p.case_id)",
    "organization": "p.organization_id",
    "organization_kind": "o.kind",
}
"""What the frame says of a case beside the catalogue's fields. A case without a membership is a person of its own."""
OF_PERSONS = {"person_id", "person_id_with_review"}
BANDS = {"a": "automatic", "v": "review"}
"""Whose memberships each stands for: those of automatic links, and those with the links under review, too."""
HOLDS = "{0}.since <= %(cut)s AND ({0}.until IS NULL OR {0}.until > %(cut)s)"
ALIVE = "{0}.recorded_at <= %(cut)s AND ({0}.ended_at IS NULL OR {0}.ended_at > %(cut)s)"
Wanted = Mapping[str, Mapping[str, str]]
"""The columns that are wanted by entity, each with what stands for unknown where no module says it."""


def read_frame(session: Session, cut: datetime, wanted: Wanted) -> dict[str, pa.Table]:
    """The wanted columns of all entities at the cut. Unknown is a code; dates may be null; lists are never null."""
    # All rows are read, so that looking single ones up is never the way, whatever the planner expects of modules.
    session.execute(text("SET LOCAL enable_nestloop = off"))
    is_linked = session.scalar(text("SELECT EXISTS (SELECT FROM link.memberships)"))
    frame = {entity: _read(session, entity, cut, columns, is_linked) for entity, columns in wanted.items()}
    session.execute(text("SET LOCAL enable_nestloop TO DEFAULT"))
    return frame


def _read(
    session: Session, entity: str, cut: datetime, columns: Mapping[str, str], is_linked: bool
) -> pa.Table:
    """One entity. Where no case is linked, persons are not asked for at all: each has the key of its case."""
    alone = [] if is_linked else [name for name in columns if name in OF_PERSONS]
    read = {name: unknown for name, unknown in columns.items() if name not in alone}
    query = f"COPY ({_select(entity, read)}) TO STDOUT (FORMAT csv, HEADER)"
    connection = session.connection().connection.dbapi_connection
    with connection.cursor().copy(query, {"cut": cut}) as copy:  # type: ignore[union-attr]
        flat = csv.read_csv(_Blocks(iter(copy)), convert_options=_types(entity, read))
    table = _with_lists(flat, entity, read)
    for name in alone:
        table = table.append_column(name, table["case_id"])
    return table.select(list(columns))


def _select(entity: str, wanted: Mapping[str, str]) -> str:
    """The rows of an entity, of every case whose case sheet is alive."""
    columns = ", ".join(f"{_expression(entity, *column)} AS {column[0]}" for column in wanted.items())
    persons = "" if OF_PERSONS.isdisjoint(wanted) else _persons()
    return (
        f"SELECT {columns} FROM case_parts p {_records(entity, wanted)} {persons} "
        "JOIN organizations o ON o.id = p.organization_id "
        f"WHERE p.part = '{CASE_SHEET}' AND {ALIVE.format('p')}"
    )


def _records(entity: str, wanted: Iterable[str]) -> str:
    """The sheet's records, joined with its module's or replaced by them; or a module's alone."""
    sheet, module = RECORDS.get(entity), MODULES[entity]
    of_the_case = f"m.case_id = p.case_id AND m.part = '{entity}' AND {ALIVE.format('m')}"
    if sheet is None:
        return f"JOIN case_parts m ON {of_the_case} JOIN {module.__tablename__} r ON r.part_id = m.id"
    if sheet is module:
        return (
            f"LEFT JOIN case_parts m ON {of_the_case} "
            f"JOIN {module.__tablename__} r ON r.part_id = coalesce(m.id, p.id)"
        )
    of_the_sheet = f"JOIN {sheet.__tablename__} r ON r.part_id = p.id"
    if not any(_is_of_module(entity, name) for name in wanted):
        return of_the_sheet
    return (
        f"{of_the_sheet} LEFT JOIN (case_parts m JOIN {module.__tablename__} d ON d.part_id = m.id) "
        f"ON {of_the_case}"
    )


def _persons() -> str:
    """The persons of the cases at the cut, of each band."""
    return " ".join(
        f"LEFT JOIN link.memberships {name} "
        f"ON {name}.case_id = p.case_id AND {name}.band = '{band}' AND {HOLDS.format(name)}"
        for name, band in BANDS.items()
    )


def _expression(entity: str, name: str, unknown: str) -> str:
    if name in WANTED_OF_A_CASE:
        return WANTED_OF_A_CASE[name]
    column = _column(entity, name)
    value = f"d.{name}" if _is_of_module(entity, name) else f"r.{name}"
    if isinstance(column.type, ARRAY):
        value = f"array_to_string({value}, '{BETWEEN_CODES}')"
    if _is_of_module(entity, name) and not isinstance(column.type, Date | Integer):
        value = f"coalesce({value}, '{unknown}')"
    return value


def _is_of_module(entity: str, name: str) -> bool:
    """Whether a field of an entity that the case sheet fills stands in the table of its module."""
    return (
        entity in RECORDS and name not in RECORDS[entity].__table__.columns and name not in WANTED_OF_A_CASE
    )


def _column(entity: str, name: str) -> ColumnElement[Any]:
    model = RECORDS[entity] if entity in RECORDS and not _is_of_module(entity, name) else MODULES[entity]
    return model.__table__.columns[name]


def _types(entity: str, names: Iterable[str]) -> csv.ConvertOptions:
    types = {name: _arrow_type(entity, name) for name in names}
    return csv.ConvertOptions(column_types=types, strings_can_be_null=False, null_values=[""])


def _arrow_type(entity: str, name: str) -> pa.DataType:
    if name in WANTED_OF_A_CASE:
        return pa.string()
    match _column(entity, name).type:
        case Date():
            return pa.date32()
        case SmallInteger():
            return pa.int16()
        case Integer():
            return pa.int32()
        case _:
            return pa.string()


def _with_lists(flat: pa.Table, entity: str, names: Iterable[str]) -> pa.Table:
    for name in names:
        if name not in WANTED_OF_A_CASE and isinstance(_column(entity, name).type, ARRAY):
            codes = pc.split_pattern(flat[name], BETWEEN_CODES)
            flat = flat.set_column(flat.schema.get_field_index(name), name, codes)
    return flat


class _Blocks(io.RawIOBase):
    """The blocks of a COPY as a file that can be read, so that the parser works while the server sends."""

    def __init__(self, blocks: Iterator[memoryview]) -> None:
        self._blocks = blocks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(cast(bytearray, buffer))
        filled = 0
        while filled < len(target):
            if not self._rest:
                self._rest = memoryview(next(self._blocks, b""))
                if not self._rest:
                    break
            taken = min(len(self._rest), len(target) - filled)
            target[filled : filled + taken] = self._rest[:taken]
            self._rest = self._rest[taken:]
            filled += taken
        return filled
