"""The process that reads one workbook and ends: a workbook comes from outside, and its reader may be made to fail.

It gets an order and the workbook over its standard input, gives the rows over its standard output, and can
open no file and no connection, start no program and take no more memory and time than it was given. The
process that started it (`workbooks`) must never do this work itself: a workbook of one kilobyte can make the
reader abort.

What goes out is one record a line (`workbook_records`), and END when everything was said.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401  zipfile reads names with it, and no file can be opened later
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from anonymizer.catalogue.languages import alias_key
from anonymizer.errors import Unreadable
from anonymizer.reading.containers import Member, members_of, unpacked
from anonymizer.reading.workbook_cells import CellScan
from anonymizer.reading.workbook_parts import (
    BrokenWorkbookError,
    RefusedError,
    SheetPart,
    check_parts,
    read_elements,
    sheets_of,
)
from anonymizer.reading.workbook_records import END, Order, Record
from anonymizer.reading.workbook_values import Header, header_of, texts_of


def main() -> None:
    """Read the order and the workbook, give the rows."""
    order = Order(**json.loads(sys.stdin.buffer.readline()))
    give_up_rights(order)
    body = sys.stdin.buffer.read()
    for record in records_of(body, order):
        sys.stdout.buffer.write(json.dumps(record).encode() + b"\n")
    sys.stdout.buffer.flush()


def give_up_rights(order: Order) -> None:
    """Take every limit that the system has. Windows has none of them; there a sender reads only their own file."""
    if sys.platform != "win32":
        import resource

        already_open = 3
        for kind, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NPROC, 0),
            (resource.RLIMIT_NOFILE, already_open),
            (resource.RLIMIT_CPU, order.processor_seconds),
            (resource.RLIMIT_AS, order.memory),
        ):
            resource.setrlimit(kind, (most, most))


def records_of(body: bytes, order: Order) -> Iterator[Record]:
    """Everything that is to be told of a workbook, ending with END."""
    try:
        parts, refused = _checked(body, order)
        yield from refused
        if not refused:
            yield from _sheets_read(body, parts, order)
    except Unreadable as unreadable:
        yield from (["refused", conflict.code, "", conflict.row, 0] for conflict in unreadable.conflicts)
    except RefusedError as refused_at_once:
        yield ["refused", refused_at_once.code, "", 0, 0]
    except (BrokenWorkbookError, CalamineError):
        yield ["refused", "file_unreadable", "", 0, 0]
    yield END


def _checked(body: bytes, order: Order) -> tuple[list[SheetPart], list[Record]]:
    """The sheets of the workbook, and what must not be in it, before a value is read."""
    members = {member.name.casefold(): member for member in members_of(body)}
    refused: list[Record] = [
        ["refused", code, "", 0, 0] for code in dict.fromkeys(check_parts(body, members))
    ]
    parts: list[SheetPart] = [] if refused else sheets_of(body, members)
    found: set[str] = set()
    for part in parts:
        sheet = order.sheets.get(_known_name(part), "")
        refused += _refused_in(body, part, sheet, order)
        if sheet and sheet in found:
            refused.append(["refused", "doubled_sheet", sheet, part.place, 0])
        found.add(sheet)
    _check_other_parts(body, members, parts)
    return parts, refused[: order.most_places]


def _refused_in(body: bytes, part: SheetPart, sheet: str, order: Order) -> Iterator[Record]:
    """A sheet that is not read must be empty, unless it is one that explains."""
    if part.member is None:
        yield ["refused", "unknown_sheet", "", part.place, 0]
        return
    scan = CellScan(last_row=order.last_row, most_places=order.most_places)
    read_elements(unpacked(body, part.member), scan.opening)
    if scan.is_empty or _known_name(part) in order.left_unread:
        return
    if part.is_hidden:
        yield ["refused", "hidden_sheet", "", part.place, 0]
    elif not sheet:
        yield ["refused", "unknown_sheet", "", part.place, 0]
    else:
        yield from (["refused", place.code, sheet, place.row, place.column] for place in scan.found())


def _check_other_parts(body: bytes, members: dict[str, Member], parts: list[SheetPart]) -> None:
    """Worksheets that the workbook does not list are read as XML all the same, and then left."""
    listed = {part.member for part in parts}
    for name, member in members.items():
        if name.startswith("xl/worksheets/") and name.endswith(".xml") and member not in listed:
            read_elements(unpacked(body, member))


def _known_name(part: SheetPart) -> str:
    return alias_key(part.name)


def _sheets_read(body: bytes, parts: list[SheetPart], order: Order) -> Iterator[Record]:
    """The rows of the known sheets, in the order that was asked for. Both readers must see the same sheets."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
    seen = [(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in workbook.sheets_metadata]
    if seen != [(part.name, part.is_hidden) for part in parts]:
        raise BrokenWorkbookError
    places = {order.sheets[name]: part.place for part in parts if (name := _known_name(part)) in order.sheets}
    budget = _Budget(order.most_text, order.most_places)
    for sheet in order.in_order:
        if sheet in places:
            yield from _rows_read(workbook.get_sheet_by_index(places[sheet] - 1), sheet, budget)


@dataclass(slots=True)
class _Budget:
    """What may still be told: so many letters of cells, so many places where something is wrong."""

    text: int
    places: int
    is_refused: bool = False

    def spend(self, letters: int) -> None:
        """Raises RefusedError when one text stands in so many cells that they would fill the memory."""
        self.text -= letters
        if self.text < 0:
            raise RefusedError("unpacked_too_big")


def _rows_read(cells: CalamineSheet, sheet: str, budget: _Budget) -> Iterator[Record]:
    """The header and the rows; once a value is refused, only what else is refused."""
    header: Header | None = None
    first_place = 1 + (cells.start[1] if cells.start else 0)
    for number, values in enumerate(cells.iter_rows(), start=1):
        texts, wrong = texts_of(values)
        budget.spend(sum(map(len, texts)))
        if header is not None:
            wrong += header.without_name(texts)
            texts = header.of_named(texts)
        if wrong:
            yield from (
                ["refused", code, sheet, number, first_place + at] for code, at in wrong[: budget.places]
            )
            budget.places -= min(len(wrong), budget.places)
            budget.is_refused = True
        elif not budget.is_refused and any(map(str.strip, texts)):
            if header is None:
                header = header_of(texts)
                yield ["sheet", sheet, number, header.names, [first_place + at for at in header.positions]]
            else:
                yield ["row", number, texts]
