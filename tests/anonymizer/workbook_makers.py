"""Workbooks made by hand: sheets, rows, cells and parts. All of them are invented.

They are written part by part, because no library writes what a stranger may send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.anonymizer.archive_makers import packed

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
"""Style 1 is a date, style 2 a date with a time."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its rows as XML, and what stands before and after them."""

    rows: str
    name: str = "cases"
    state: str = "visible"
    before: str = ""
    after: str = ""
    kind: str = "worksheet"

    @property
    def xml(self) -> str:
        """The part."""
        return (
            f'<worksheet xmlns="{MAIN}" xmlns:r="{_OFFICE}">{self.before}'
            f"<sheetData>{self.rows}</sheetData>{self.after}</worksheet>"
        )


def workbook(
    *sheets: Sheet, more: Mapping[str, str | bytes] | None = None, settings: str = "<workbookPr/>"
) -> bytes:
    """A workbook of these sheets; `more` are further parts, or others in the place of its own."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(relation("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{settings}<sheets>'
        + "".join(
            f'<sheet name="{sheet.name}" sheetId="{n}" state="{sheet.state}" r:id="rId{n}"/>'
            for n, sheet in enumerate(sheets, start=1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            *(
                relation(f"rId{n}", sheet.kind, f"{sheet.kind}s/sheet{n}.xml")
                for n, sheet in enumerate(sheets, start=1)
            ),
            relation("rId900", "styles", "styles.xml"),
            relation("rId901", "sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>case_number</t></si></sst>',
        "docProps/core.xml": f'<coreProperties xmlns="{_PACKAGE}/metadata/core-properties"/>',
    }
    parts |= {f"xl/{sheet.kind}s/sheet{n}.xml": sheet.xml for n, sheet in enumerate(sheets, start=1)}
    parts |= more or {}
    return packed(
        {name: part if isinstance(part, bytes) else (HEAD + part).encode() for name, part in parts.items()}
    )


def rows_of(*rows: list[str]) -> str:
    """Rows of text from row 1; an empty text is no cell."""
    return "".join(row(number, cells) for number, cells in enumerate(rows, start=1))


def row(number: int, cells: list[str], *, hidden: bool = False) -> str:
    """One row of text."""
    within = "".join(text(f"{chr(65 + at)}{number}", cell) for at, cell in enumerate(cells) if cell)
    return f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{within}</row>'


def text(place: str, value: str) -> str:
    """A cell of text."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def number(place: str, value: str, *, style: int = 0, kind: str = "n") -> str:
    """A cell with a number, or of another kind."""
    return f'<c r="{place}" s="{style}" t="{kind}"><v>{value}</v></c>'


def in_second_row(*cells: str) -> Sheet:
    """The case sheet with a header of three columns and one row of these cells."""
    header = row(1, ["case_number", "age", "registered_on"])
    return Sheet(f'{header}<row r="2">{"".join(cells)}</row>')


def relation(identifier: str, kind: str, target: str, *, is_outside: bool = False) -> str:
    """One relation of a part to another."""
    mode = ' TargetMode="External"' if is_outside else ""
    return f'<Relationship Id="{identifier}" Type="{_TYPE}/{kind}" Target="{target}"{mode}/>'


def relations(*lines: str) -> str:
    """The part with a part's relations."""
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def content_types(more: str = "") -> str:
    """The part that says of what kind each part is."""
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>{more}</Types>'
    )


GOOD = Sheet(rows_of(["case_number", "sex"], ["1", "F"], ["2", "M"]))
HEADER = row(1, ["case_number", "sex"])


def text_row(at: int, cells: str) -> str:
    """A row of these cells."""
    return f'<row r="{at}">{cells}</row>'
