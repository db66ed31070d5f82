"""Columns in, protected tables out: what is published of a year, and nothing that gives anybody away.

It knows no database and no person's name. Counts leave it protected; `count_table` and `count_cross` give true
counts to tests and to statisticians who hold the records anyway, and must not be called to publish.

What counts is imported when it is first asked for: its libraries take 60 MB, which a server that takes batches in and
shows pages does not need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from reports import charts
from reports.charts import draw_bars
from reports.errors import FrameError, ReportsError, UncountedCode, UnknownShell
from reports.link_tables import ANNUAL, LINKED
from reports.percentages import percentages
from reports.rendering import (
    PrintedTable,
    layout,
    release_from_json,
    release_to_json,
    to_csv,
    to_json,
    to_xlsx,
)
from reports.shells import INDICATORS, TABLES
from reports.small_numbers import SmallNumbers
from reports.tables import CountedTable, Dimension, ProtectedTable, Release, ReleaseFacts, TableText

if TYPE_CHECKING:
    from reports.counting import count_all, count_cross, count_table, tidy
    from reports.engine import Resources
    from reports.frame import Frame, check_frame, empty_table, frame_columns
    from reports.link_counting import count_link_part
    from reports.release import build_release

__all__ = [
    "ANNUAL",
    "INDICATORS",
    "LINKED",
    "TABLES",
    "CountedTable",
    "Dimension",
    "Frame",
    "FrameError",
    "PrintedTable",
    "ProtectedTable",
    "Release",
    "ReleaseFacts",
    "ReportsError",
    "Resources",
    "SmallNumbers",
    "TableText",
    "UncountedCode",
    "UnknownShell",
    "build_release",
    "charts",
    "check_frame",
    "count_all",
    "count_cross",
    "count_link_part",
    "count_table",
    "draw_bars",
    "empty_table",
    "frame_columns",
    "layout",
    "percentages",
    "release_from_json",
    "release_to_json",
    "tidy",
    "to_csv",
    "to_json",
    "to_xlsx",
]

_COUNTING = {
    "count_all": "counting",
    "count_cross": "counting",
    "count_link_part": "link_counting",
    "count_table": "counting",
    "tidy": "counting",
    "Resources": "engine",
    "Frame": "frame",
    "check_frame": "frame",
    "empty_table": "frame",
    "frame_columns": "frame",
    "build_release": "release",
}
"""What needs the libraries that count, and the module of this package that has it."""


def __getattr__(name: str) -> object:
    """Import what counts when it is asked for (PEP 562)."""
    if name not in _COUNTING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"reports.{_COUNTING[name]}"), name)
    globals()[name] = found
    return found
