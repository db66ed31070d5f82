"""Case objects of JSON and NDJSON to rows: the case sheet's columns, and the modules that stand in the object.

JSON lets much through that a case must not have: keys that come twice, NaN, numbers with a point, half
characters. Each of them is refused at its place. No raised exception may carry a value of the body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from anonymizer.catalogue.fields import SEPARATOR
from anonymizer.catalogue.findings import CASES
from anonymizer.catalogue.sheets import MODULES, SHEETS
from anonymizer.chunks import RawChunk
from anonymizer.reading.encodings import UNCLEAR
from anonymizer.reading.faults import BadLine, unreadable
from anonymizer.reading.headers import MAX_COLUMNS, column_of, columns_by_name

CASE_NUMBER = "case_number"
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _NotAccepted:
    """Stands where the body has what JSON allows and we do not, so that its place can be told."""

    code: str


@dataclass(slots=True)
class SheetRows:
    """Rows of several sheets, with their numbers: that of their case, or the place of a form in its list."""

    rows: dict[str, list[Row]] = field(default_factory=dict, repr=False)
    numbers: dict[str, list[int]] = field(default_factory=dict)

    def add(self, sheet: str, row: Row, number: int) -> None:
        """One row more."""
        self.rows.setdefault(sheet, []).append(row)
        self.numbers.setdefault(sheet, []).append(number)

    def names(self, sheet: str) -> dict[str, None]:
        """The columns that any row of the sheet has, in their order. Raises Unreadable when they are too many."""
        names = dict.fromkeys(name for row in self.rows.get(sheet, ()) for name in row)
        if len(names) > MAX_COLUMNS:
            raise unreadable("too_many_columns", sheet=sheet)
        return names

    def take_chunks(self, names: Mapping[str, dict[str, None]]) -> Iterator[RawChunk]:
        """The rows as chunks, the cases first, in these columns. They are taken out of here as they are given."""
        for sheet in SHEETS:
            if sheet in self.rows:
                rows = self.rows.pop(sheet)
                columns = {name: [row.get(name, "") for row in rows] for name in names[sheet]}
                full = [RawChunk(columns, self.numbers.pop(sheet), sheet)]
                del rows, columns
                yield full.pop()  # while this waits for the next call, no name of it holds a raw row


def parsed(text: str) -> object:
    """What a text of JSON says, with marks where it says what is not accepted. Raises BadLine."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        code = "trailing_text" if error.msg == "Extra data" else "not_json"
        note = f"Look at line {error.lineno}, character {error.colno}."
    except RecursionError:
        code, note = "too_deep", ""
    raise BadLine(code, note=note)


def add_case(entry: object, number: int, into: SheetRows) -> None:
    """The row of a case, and the rows of the modules in it. Raises BadLine.

    An object with a case number and modules alone is no row of the case sheet: its other parts stay as they are.
    """
    case = checked_object(entry)
    modules = {name: rows for name, value in case.items() if (rows := _module_rows(name, value)) is not None}
    row = row_of({name: value for name, value in case.items() if name not in modules}, CASES)
    if not modules or row.keys() != {CASE_NUMBER}:
        into.add(CASES, row, number)
    for module, rows in modules.items():
        for entry_of_module in rows:
            of_module = row_of(checked_object(entry_of_module, module), module)
            if CASE_NUMBER in of_module:
                raise BadLine("case_number_inside", sheet=module)
            into.add(module, {CASE_NUMBER: row.get(CASE_NUMBER, ""), **of_module}, number)


def checked_object(value: object, sheet: str = CASES) -> dict[str, object]:
    """The value when it is an object whose keys come once. Raises BadLine."""
    if isinstance(value, _NotAccepted):
        raise BadLine(value.code, sheet=sheet)
    if not isinstance(value, dict):
        raise BadLine("wrong_type", sheet=sheet)
    return value


def row_of(entry: Mapping[str, object], sheet: str) -> Row:
    """The cells of an object. Raises BadLine, which names the column when it is one of ours."""
    return {_clear_text(name, sheet, ""): _cell(value, sheet, name) for name, value in entry.items()}


def _module_rows(name: str, value: object) -> list[object] | None:
    """The rows of a module; None for a cell. Some modules are called like a column: theirs are lists of objects."""
    if name not in MODULES or not isinstance(value, list):
        return None
    is_column = name in columns_by_name(CASES)
    if is_column and not any(isinstance(one, dict | _NotAccepted) for one in value):
        return None
    return value


def _cell(value: object, sheet: str, name: str) -> str:
    """One value, or several joined as a cell of the sheet joins them; null is an empty cell."""
    match value:
        case None:
            return ""
        case str():
            return _clear_text(value, sheet, name)
        case list() if all(isinstance(part, str) for part in value):
            return _clear_text(SEPARATOR.join(value), sheet, name)
        case _:
            parts = value if isinstance(value, list) else [value]
            codes = [part.code for part in parts if isinstance(part, _NotAccepted)]
            raise BadLine(codes[0] if codes else "wrong_type", sheet=sheet, column=_known(name, sheet))


def _clear_text(text: str, sheet: str, name: str) -> str:
    if UNCLEAR.search(text):
        raise BadLine("unclear_character", sheet=sheet, column=_known(name, sheet))
    return text


def _known(name: str, sheet: str) -> str:
    """The column that a key means; nothing when it is none of ours, because it may be a value."""
    column = column_of(name, sheet)
    return column if column in columns_by_name(sheet) else ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object] | _NotAccepted:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _NotAccepted("doubled_key")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=str,
    parse_float=lambda _: _NotAccepted("number_with_point"),
    parse_constant=lambda _: _NotAccepted("not_a_number"),
)
