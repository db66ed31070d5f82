"""Columns in, protected tables out: what is published of a year, and nothing that gives anybody away.

It knows no database and no person's name. Counts leave it protected; `count_table` and `count_cross` give true
counts to tests and to statisticians who hold the records anyway, and must not be called to publish.
"""

from reports import charts
from reports.charts import draw_bars
from reports.counting import count_all, count_cross, count_table, tidy
from reports.engine import Resources
from reports.errors import FrameError, ReportsError, UncountedCode, UnknownShell
from reports.frame import Frame, check_frame, empty_table, frame_columns
from reports.percentages import percentages
from reports.release import build_release
from reports.rendering import (
    PrintedTable,
    layout,
    release_from_json,
    release_to_json,
    to_csv,
    to_json,
    to_xlsx,
)
from reports.shells import ANNUAL, INDICATORS, TABLES
from reports.small_numbers import SmallNumbers
from reports.tables import CountedTable, Dimension, ProtectedTable, Release, ReleaseFacts, TableText

__all__ = [
    "ANNUAL",
    "INDICATORS",
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
