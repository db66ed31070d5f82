"""How a sheet of a template looks and helps: headers, widths, drop-downs, dates, print.

Cells are text unless they are dates or numbers, so that no spreadsheet makes a date of an age from 9 to 11. It
must never restrict a cell to less than what clearing takes.
"""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from anonymizer.catalogue.languages import CODES_SHEET, Language, column_name, explanation, phrase
from anonymizer.catalogue.sheets import SheetColumn
from anonymizer.templates.cells import CellKind, asked_columns, cell_kind, choices, field_of

Worksheet = Any
"""openpyxl says nothing of its types."""

LAST_ROW = 2000
"""Rows that are prepared; more may be filled, without drop-downs."""
EARLIEST_DAY = "DATE(1900,1,1)"
LONGEST_TITLE, LONGEST_TEXT = 32, 255
"""Characters that Excel takes in the head and in the text of a message (ECMA-376 part 1, 18.3.1.32)."""
HEADER_HEIGHT = 48
"""Points: three lines of a header."""
NARROWEST, WIDEST = 12, 34
"""Characters. A column is as wide as its header and its labels ask, within these."""
PAPER_A4 = 9
"""ECMA-376 part 1, 18.3.1.63."""
COLUMNS_OF_A_PAGE = 10
"""What can still be read on paper."""
FORMATS = {CellKind.DATE: "yyyy-mm-dd", CellKind.NUMBER: "0"}
TEXT = "@"

TYPEFACE = "Calibri"
REQUIRED = (PatternFill("solid", fgColor="0D5A63"), Font(name=TYPEFACE, bold=True, color="FFFFFF"))
OPTIONAL = (PatternFill("solid", fgColor="E4EFEE"), Font(name=TYPEFACE, bold=True, color="1B2A33"))
LINK_KEY = (PatternFill("solid", fgColor="DCDFDA"), Font(name=TYPEFACE, italic=True, color="54626B"))
HEADER_ALIGNMENT = Alignment(wrap_text=True, vertical="center")
INVENTED = Font(name=TYPEFACE, italic=True, color="7B8A8F")


class Lists:
    """The lists behind the drop-downs of one workbook, on a sheet that nobody sees."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._columns: dict[tuple[str, ...], int] = {}

    def range_of(self, column: SheetColumn) -> str:
        """The cells that hold the labels for a column; the same for all columns with the same labels."""
        labels = tuple(label for _, label in choices(column, self.language))
        letter = get_column_letter(self._columns.setdefault(labels, len(self._columns) + 1))
        return f"{CODES_SHEET}!${letter}$1:${letter}${len(labels)}"

    def write(self, sheet: Worksheet) -> None:
        """Write the lists that were asked for."""
        for labels, place in self._columns.items():
            for row, label in enumerate(labels, start=1):
                sheet.cell(row, place, label).number_format = TEXT
        sheet.sheet_state = "veryHidden"


def style_sheet(sheet: Worksheet, name: str, lists: Lists) -> None:
    """Dress a sheet whose header is written: every column, the frozen header, and the page it is printed on."""
    for place, column in enumerate(asked_columns(name), start=1):
        _style_column(sheet, place, column, name, lists)
    sheet.row_dimensions[1].height = HEADER_HEIGHT
    sheet.freeze_panes = "B2"
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"
    dress_page(sheet, pages_wide=-(-sheet.max_column // COLUMNS_OF_A_PAGE))


def dress_page(sheet: Worksheet, *, pages_wide: int) -> None:
    """Paper, direction, and the sheet's name and number under each page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", PAPER_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages_wide, False
    sheet.oddFooter.center.text = "&A · &P / &N"


def shortened(text: str, longest: int) -> str:
    """The text, or as much of it as there is room for."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _style_column(sheet: Worksheet, place: int, column: SheetColumn, name: str, lists: Lists) -> None:
    letter = get_column_letter(place)
    kind = cell_kind(column)
    header = sheet.cell(1, place)
    header.fill, header.font = _header_style(column)
    header.alignment, header.number_format = HEADER_ALIGNMENT, TEXT
    dimension = sheet.column_dimensions[letter]
    dimension.number_format = FORMATS.get(kind, TEXT)
    dimension.width = _width(str(header.value), column, lists.language)
    for row in range(2, sheet.max_row + 1):
        sample = sheet.cell(row, place)
        sample.number_format, sample.font = FORMATS.get(kind, TEXT), INVENTED
    validation = _validation(column, kind, lists)
    validation.promptTitle = shortened(column_name(name, column.column, lists.language), LONGEST_TITLE)
    validation.prompt = shortened(explanation(name, column.column, lists.language), LONGEST_TEXT)
    validation.showInputMessage = True
    validation.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(validation)


def _header_style(column: SheetColumn) -> tuple[PatternFill, Font]:
    if column.link_only:
        return LINK_KEY
    return REQUIRED if column.is_required else OPTIONAL


def _width(header: str, column: SheetColumn, language: Language) -> int:
    """The longest word of the header, or a usual label, within what a screen bears."""
    labels = sorted(len(label) for _, label in choices(column, language))
    usual = labels[len(labels) * 3 // 4] if labels else 0
    longest_word = max(map(len, header.split()))
    return min(max(longest_word + 4, len(header) // 2 + 4, usual + 4, NARROWEST), WIDEST)


def _validation(column: SheetColumn, kind: CellKind, lists: Lists) -> DataValidation:
    """What a cell takes. Cells of several values or of numbers beside bands offer a list but take more."""
    language = lists.language
    match kind:
        case CellKind.LIST:
            return _telling(_list(column, lists), "wrong_list", language)
        case CellKind.SEVERAL | CellKind.BAND:
            return _list(column, lists)
        case CellKind.DATE:
            days = DataValidation("date", EARLIEST_DAY, "TODAY()", operator="between", allow_blank=True)
            return _telling(days, "wrong_date", language)
        case CellKind.NUMBER:
            field = field_of(column)
            limits = {"low": str(field.low), "high": str(field.high)}
            numbers = DataValidation("whole", *limits.values(), operator="between", allow_blank=True)
            return _telling(numbers, "wrong_number", language, **limits)
        case CellKind.TEXT:
            return DataValidation(allow_blank=True)


def _list(column: SheetColumn, lists: Lists) -> DataValidation:
    return DataValidation("list", lists.range_of(column), allow_blank=True)


def _telling(validation: DataValidation, key: str, language: Language, **limits: str) -> DataValidation:
    """With the sentence that a spreadsheet shows when a cell gets something else."""
    validation.showErrorMessage = True
    validation.errorTitle = shortened(phrase(f"{key}_title", language), LONGEST_TITLE)
    validation.error = shortened(phrase(key, language).format(**limits), LONGEST_TEXT)
    return validation
