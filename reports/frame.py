"""The frame: the star of columns that reports counts, and the check that it is what it claims to be.

One row a case, and beside it one table an entity, all with `case_id`. Which columns there are stands in
`definitions/frame.csv`. The check must never repeat a value: it names the table and the column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from reports.classifications import codes_of, read_rows
from reports.errors import FrameError
from reports.keys import number_keys


@dataclass(frozen=True)
class Column:
    """One column of the frame: what kind of values it has and, for codes, of which list."""

    table: str
    name: str
    kind: str
    """`text`, `number`, `date`, `code`, or `codes` (a list of codes, never null)."""
    code_list: str


@dataclass(frozen=True)
class Frame:
    """The columns that tables are counted from, by entity. `population` is for rates and may be absent."""

    tables: Mapping[str, pa.Table]
    population: pa.Table | None = None


def check_frame(frame: Frame) -> None:
    """Raise FrameError when a table or column is missing, too many, of a wrong type, or has an unknown code,
    and when a case stands twice or a record has no case."""
    check_columns(frame)
    number_keys(frame.tables)


def check_columns(frame: Frame) -> None:
    """The same without the keys: for who numbers them next, which checks them too."""
    _check_names("-", frame.tables, frame_columns())
    for name, columns in frame_columns().items():
        table = frame.tables[name]
        _check_names(name, table.column_names, columns)
        for column in columns.values():
            _check_column(column, table[column.name])


@cache
def frame_columns() -> Mapping[str, Mapping[str, Column]]:
    """Every column of the frame, by table and by name."""
    columns: dict[str, dict[str, Column]] = {}
    for row in read_rows("frame.csv"):
        column = Column(row["table"], row["column"], row["type"], row["code_list"])
        columns.setdefault(column.table, {})[column.name] = column
    return columns


def empty_table(name: str) -> pa.Table:
    """A table of the frame without rows: an entity that nobody sent."""
    return pa.schema([(c.name, _ARROW_TYPES[c.kind]) for c in frame_columns()[name].values()]).empty_table()


_ARROW_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "number": pa.int32(),
    "date": pa.date32(),
    "code": pa.string(),
    "codes": pa.list_(pa.string()),
}


def _check_names(table: str, given: object, expected: Mapping[str, object]) -> None:
    names = set(given)  # type: ignore[call-overload]  # a mapping or a list: its names
    what = "table" if table == "-" else "column"
    for name in expected:
        if name not in names:
            place = (name, "") if table == "-" else (table, name)
            raise FrameError(
                *place, f"this {what} is missing. Build the frame with all that frame.csv lists."
            )
    if names - set(expected):
        raise FrameError(
            table, "", f"there is a {what} too many. Build the frame with what frame.csv lists alone."
        )


def _check_column(column: Column, values: pa.ChunkedArray) -> None:
    if not _has_kind(column.kind, values.type):
        raise FrameError(
            column.table, column.name, f"the type is wrong. It must hold values of kind {column.kind}."
        )
    if column.kind == "date":
        return
    if values.null_count:
        raise FrameError(
            column.table, column.name, "a value is null. Unknown is a code (UNK, ZZ), a list has one code."
        )
    if column.code_list:
        _check_codes(column, values)


def _has_kind(kind: str, given: pa.DataType) -> bool:
    if pa.types.is_dictionary(given):
        given = given.value_type
    match kind:
        case "date":
            return bool(pa.types.is_date32(given))
        case "number":
            return bool(pa.types.is_integer(given))
        case "codes":
            return bool(_is_list(given) and _is_text(given.value_type))
        case _:
            return _is_text(given)


def _is_list(given: pa.DataType) -> bool:
    return bool(pa.types.is_list(given) or pa.types.is_large_list(given))


def _is_text(given: pa.DataType) -> bool:
    return bool(pa.types.is_string(given) or pa.types.is_large_string(given))


def _check_codes(column: Column, values: pa.ChunkedArray) -> None:
    if column.kind == "codes":
        if len(values) and pc.min(pc.list_value_length(values)).as_py() == 0:
            raise FrameError(
                column.table, column.name, "a list is empty. Where nobody knows it has one code, UNK or ZZ."
            )
        values = pc.list_flatten(values)
    if set(pc.unique(values).to_pylist()) - set(codes_of(column.code_list)):
        sentence = f"there is a code that {column.code_list} does not have. Clear the records again."
        raise FrameError(column.table, column.name, sentence)
