"""A protected table as it is read: as printed rows, and as CSV, JSON and XLSX.

The same table of the same release always gives the same bytes. It renders what is published and must never
see a true count.
"""

from reports.rendering.files import release_from_json, release_to_json, to_csv, to_json
from reports.rendering.layout import BodyRow, HeadCell, PrintedTable, layout, printed_cell
from reports.rendering.workbook import to_xlsx

__all__ = [
    "BodyRow",
    "HeadCell",
    "PrintedTable",
    "layout",
    "printed_cell",
    "release_from_json",
    "release_to_json",
    "to_csv",
    "to_json",
    "to_xlsx",
]
