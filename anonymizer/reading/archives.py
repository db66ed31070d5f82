"""Reading a ZIP of CSV files: `cases.csv`, a module or a form in a file of its own name, in memory.

Whatever else lies in the archive is refused by its place. The name of a member is never repeated: it may be
that of a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from anonymizer.catalogue.findings import Conflict, conflict_of
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.chunks import RawChunk
from anonymizer.declared import UNDECLARED, Reading
from anonymizer.errors import Unreadable
from anonymizer.reading.containers import Member, members_of, unpacked
from anonymizer.reading.csv_files import read_csv
from anonymizer.reading.whole_sheets import held_to_their_most_rows

SHEET_OF_MEMBER = {f"{sheet}.csv": sheet for sheet in SHEETS}
"""What a member must be called, in small or capital letters."""
LEFT_BY_SYSTEMS = ("__macosx/", ".ds_store")
"""What macOS puts into archives unasked. It is not read."""
_ARCHIVES = frozenset(
    {".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".xls", ".xlsx", ".xlsm", ".ods"}
)
_WITHOUT_ROWS = frozenset({"empty_file", "no_cases"})
"""A module that nobody filled may lie in the archive all the same."""


def read_zip(body: bytes, reading: Reading = UNDECLARED) -> Iterator[RawChunk]:
    """The sheets of an archive, the cases first. Raises Unreadable, perhaps after some chunks."""
    is_empty = True
    for sheet, member in _sheets_in(body):
        for chunk in held_to_their_most_rows(_rows_of(body, member, sheet, reading), sheet):
            is_empty = False
            handed_on = [chunk]
            del chunk
            yield handed_on.pop()  # while this waits for the next call, no name of it holds a raw row
    if is_empty:
        raise Unreadable(conflict_of("no_cases"))


def _sheets_in(body: bytes) -> list[tuple[str, Member]]:
    """What is to be read, in the order in which clearing wants it."""
    members = [
        member for member in members_of(body) if not member.name.casefold().endswith(LEFT_BY_SYSTEMS[1])
    ]
    members = [member for member in members if not member.name.casefold().startswith(LEFT_BY_SYSTEMS[0])]
    _check_names(members)
    found = {SHEET_OF_MEMBER[member.name.casefold()]: member for member in members}
    return [(sheet, found[sheet]) for sheet in SHEETS if sheet in found]


def _check_names(members: Sequence[Member]) -> None:
    refused = [
        conflict_of(code, row=member.place)
        for member in members
        if (code := _what_is_wrong_with(member.name))
    ]
    if refused:
        raise Unreadable(*refused)


def _what_is_wrong_with(name: str) -> str:
    """The code of the conflict, or nothing."""
    if name.casefold() in SHEET_OF_MEMBER:
        return ""
    if "/" in name:
        return "unsafe_member_name"
    return "nested_archive" if PurePosixPath(name).suffix.casefold() in _ARCHIVES else "unknown_member"


def _rows_of(body: bytes, member: Member, sheet: str, reading: Reading) -> Iterator[RawChunk]:
    """The rows of one member; none when it has only a header. A conflict says of which sheet it is."""
    conflicts: Sequence[Conflict] = ()
    try:
        yield from read_csv(unpacked(body, member), sheet=sheet, reading=reading)
    except Unreadable as unreadable:
        conflicts = unreadable.conflicts
    if not {conflict.code for conflict in conflicts} <= _WITHOUT_ROWS:
        raise Unreadable(*conflicts)
