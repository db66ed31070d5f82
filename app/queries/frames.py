"""The star frame: every record that is alive at a cut, read out by COPY into columns.

The reader's role reads it. There is one row a case and, beside it, one table an entity, all with `case_id`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Date, Table
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import SmallInteger

from app.queries.records import RECORDS

OF_THE_PART = frozenset({"part_id", "organization_id"})
"""Columns that say where a record belongs; the frame says it with `case_id` instead."""
BETWEEN_CODES = ";"


def read_frame(session: Session, cut: datetime) -> dict[str, pa.Table]:
    """All entities at the cut, by the entity's name. Unknown is a code; dates may be null; lists are never null."""
    return {entity: read_entity(session, entity, cut) for entity in RECORDS}


def read_entity(session: Session, entity: str, cut: datetime) -> pa.Table:
    """One entity at the cut. A person is a case until linkage is switched on."""
    table = cast(Table, RECORDS[entity].__table__)
    query = f"COPY ({_select(table, entity)}) TO STDOUT (FORMAT csv, HEADER)"
    connection = session.connection().connection.dbapi_connection
    with connection.cursor().copy(query, (cut, cut)) as copy:  # type: ignore[union-attr]
        flat = csv.read_csv(_Blocks(iter(copy)), convert_options=_types(table))
    return _with_lists(flat, table)


def _select(table: Table, entity: str) -> str:
    fields = ", ".join(_expression(table, name) for name in _fields(table))
    identity = "p.case_id"
    if entity == "case":
        identity = "p.case_id, p.case_id AS person_id, p.organization_id AS organization, o.kind AS organization_kind"
    return (
        f"SELECT {identity}, {fields} FROM {table.name} r JOIN case_parts p ON p.id = r.part_id "
        "JOIN organizations o ON o.id = p.organization_id "
        "WHERE p.recorded_at <= %s AND (p.ended_at IS NULL OR p.ended_at > %s)"
    )


def _fields(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in OF_THE_PART]


def _expression(table: Table, name: str) -> str:
    if isinstance(table.columns[name].type, ARRAY):
        return f"array_to_string(r.{name}, '{BETWEEN_CODES}') AS {name}"
    return f"r.{name}"


def _types(table: Table) -> csv.ConvertOptions:
    types = {name: pa.string() for name in ("case_id", "person_id", "organization", "organization_kind")}
    types |= {name: _arrow_type(table, name) for name in _fields(table)}
    return csv.ConvertOptions(column_types=types, strings_can_be_null=False, null_values=[""])


def _arrow_type(table: Table, name: str) -> pa.DataType:
    column_type = table.columns[name].type
    if isinstance(column_type, Date):
        return pa.date32()
    return pa.int16() if isinstance(column_type, SmallInteger) else pa.string()


def _with_lists(flat: pa.Table, table: Table) -> pa.Table:
    for name in _fields(table):
        if isinstance(table.columns[name].type, ARRAY):
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
