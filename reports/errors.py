"""What can go wrong in reports, one class a reason. An error names tables, columns and rules, never a value.

ReportsError
    FrameError
    UnknownShell
    UncountedCode
"""

from __future__ import annotations


class ReportsError(Exception):
    """The mother of all errors of this package."""


class FrameError(ReportsError):
    """The frame is not what reports counts: its sentence names the table, the column and what to do."""

    def __init__(self, table: str, column: str, sentence: str) -> None:
        self.table = table
        self.column = column
        super().__init__(f"Frame, table {table}, column {column or '-'}: {sentence}")


class UnknownShell(ReportsError):
    """No table or indicator of this package has this id."""

    def __init__(self) -> None:
        super().__init__("No table or indicator has this id: reports.ANNUAL lists those that are counted.")


class UncountedCode(ReportsError):
    """A population has a code that the dimension does not print: counting would drop persons, so it stops."""

    def __init__(self, dimension: str) -> None:
        self.dimension = dimension
        super().__init__(
            f"Dimension {dimension}: persons stand under a code that is not printed. "
            "Add the code to the list of the dimension, or to its grouping."
        )
