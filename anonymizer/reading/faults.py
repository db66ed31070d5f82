"""Faults of a file as a whole: what stops the reading, and a note of our own beside the sentence of the catalogue.

A note may name formats, encodings, single letters and places. It must never hold a value.
"""

from __future__ import annotations

from dataclasses import replace

from anonymizer.catalogue.findings import CASES, conflict_of
from anonymizer.errors import Unreadable


class BadLine(Exception):
    """What stops the reading at some line or entry: the code of the conflict, and a note after its sentence.

    The reader of the rows knows the number of the row and makes Unreadable of it. `sheet` and `column` are names
    of our own.
    """

    def __init__(self, code: str, *, note: str = "", sheet: str = "", column: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.note = note
        self.sheet = sheet
        self.column = column

    def at(self, row: int, sheet: str = CASES) -> Unreadable:
        """The error for the reader's caller; `sheet` is the one that is read."""
        return unreadable(self.code, row=row, column=self.column, sheet=self.sheet or sheet, note=self.note)


def unreadable(
    code: str, *, row: int = 0, column: str = "", sheet: str = CASES, note: str = ""
) -> Unreadable:
    """The error for one conflict of the file, with a note after its sentence."""
    conflict = conflict_of(code, row=row, column=column, sheet=sheet)
    return Unreadable(replace(conflict, message=f"{conflict.message} {note}".rstrip()))
