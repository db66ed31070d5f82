"""A workbook of each kind that is refused, with what is told of it. All of them are invented."""

from __future__ import annotations

from functools import cache

from tests.anonymizer.archive_makers import bomb, encrypted, packed, with_comment
from tests.anonymizer.workbook_makers import (
    GOOD,
    HEADER,
    MAIN,
    STYLES,
    Sheet,
    content_types,
    in_second_row,
    number,
    relation,
    relations,
    row,
    rows_of,
    text,
    text_row,
    workbook,
)

Told = tuple[str, str, int, str]
"""Code, sheet, row and column of a conflict."""
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 9))
    + "]>"
)
"""Eight entities, each ten of the one before: a hundred million times the first."""
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "{place}">]>'


@cache
def refused_containers() -> dict[str, tuple[bytes, Told]]:
    """What is no workbook, or cannot be unpacked safely."""
    good = workbook(GOOD)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    return {
        "nothing": (b"", _told("empty_file")),
        "CSV": (b"case_number,sex\n1,F\n", _told("not_a_workbook")),
        "HTML": (b"<html><table><tr><td>1</td></tr></table></html>", _told("not_a_workbook")),
        "SYLK": (b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE\r\n", _told("not_a_workbook")),
        "an .xls": (ole, _told("old_workbook")),
        "a password": (ole + "EncryptedPackage".encode("utf-16-le"), _told("encrypted_file")),
        "a password of ZIP": (encrypted(good), _told("encrypted_file")),
        "a ZIP of CSV": (packed({"cases.csv": b"case_number\n1\n"}), _told("not_a_workbook")),
        "an empty ZIP": (packed({}), _told("not_a_workbook")),
        "an .ods": (
            packed({"mimetype": b"application/vnd.oasis", "content.xml": b"<x/>"}),
            _told("not_a_workbook"),
        ),
        "an .xlsb": (
            packed({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b""}),
            _told("not_a_workbook"),
        ),
        "cut off": (good[:-100], _told("broken_archive")),
        "a comment": (with_comment(good), _told("broken_archive")),
        "a bomb": (bomb(120_000_000), _told("unpacked_too_big")),
        "a part twice": (
            workbook(GOOD, more={"XL/workbook.xml": "<x/>"}),
            ("doubled_member", "cases", 8 + 1, ""),
        ),
        "a part above": (workbook(GOOD, more={"../x.xml": "<x/>"}), ("unsafe_member_name", "cases", 9, "")),
        "a part that is cut": (workbook(GOOD, more={"xl/styles.xml": STYLES[:-9]}), _told("file_unreadable")),
        "a sheet that is cut": (
            workbook(GOOD, more={"xl/worksheets/sheet1.xml": GOOD.xml[:-9]}),
            _told("file_unreadable"),
        ),
        "a sheet that is not there": (
            workbook(
                GOOD, more={"xl/_rels/workbook.xml.rels": relations(relation("rId1", "worksheet", "x.xml"))}
            ),
            _told("file_unreadable"),
        ),
        "no relations": (
            workbook(GOOD, more={"xl/_rels/workbook.xml.rels": relations()}),
            _told("file_unreadable"),
        ),
        "a name that two readers read differently": (
            workbook(GOOD, Sheet("", name="a\nb")),
            _told("file_unreadable"),
        ),
        "a text that is not there": (
            workbook(Sheet(HEADER + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>')),
            _told("file_unreadable"),
        ),
        "cells in disorder": (
            workbook(Sheet(HEADER + row(9, ["1"]) + row(3, ["2"]))),
            _told("file_unreadable"),
        ),
        "a cell in another row": (
            workbook(Sheet(HEADER + f'<row r="2">{text("A3", "1")}</row>')),
            _told("file_unreadable"),
        ),
        "a cell twice": (
            workbook(Sheet(f"{HEADER}<row r='2'>{text('A2', '1')}{text('A2', '2')}</row>")),
            _told("file_unreadable"),
        ),
        "a cell without a column": (
            workbook(Sheet(f"{HEADER}<row r='2'>{text('2', '1')}</row>")),
            _told("file_unreadable"),
        ),
        "a long text in many cells": (_same_text_many_times(30_000), _told("unpacked_too_big")),
        "a very long text in many cells": (_same_text_many_times(1_000_000), _told("file_unreadable")),
        "only a header": (workbook(Sheet(HEADER)), _told("no_cases")),
        "no sheet that is read": (workbook(Sheet(HEADER, name="Explanation")), _told("no_cases")),
    }


@cache
def refused_parts() -> dict[str, tuple[bytes, Told]]:
    """Macros, links, objects and declarations, each where it may stand."""
    link = f'<externalLink xmlns="{MAIN}">{{}}</externalLink>'
    found: dict[str, tuple[bytes, Told]] = {
        "a macro": (workbook(GOOD, more={"xl/vbaProject.bin": b"\x00"}), _told("macro_workbook")),
        "a macro under another name": (
            workbook(
                GOOD,
                more={
                    "xl/_rels/workbook.xml.rels": relations(
                        relation("rId1", "worksheet", "worksheets/sheet1.xml"),
                        relation("rId2", "vbaProject", "x.bin"),
                    )
                },
            ),
            _told("macro_workbook"),
        ),
        "a content type with macros": (
            workbook(
                GOOD,
                more={
                    "[Content_Types].xml": content_types(
                        '<Override PartName="/x" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
                    )
                },
            ),
            _told("macro_workbook"),
        ),
        "a sheet of macros": (
            workbook(GOOD, more={"xl/macrosheets/sheet1.xml": "<x/>"}),
            _told("macro_workbook"),
        ),
        "a link to a workbook": (
            workbook(GOOD, more={"xl/externalLinks/externalLink1.xml": link.format("<externalBook/>")}),
            _told("external_link"),
        ),
        "a call of a program": (
            workbook(
                GOOD,
                more={
                    "xl/externalLinks/externalLink1.xml": link.format(
                        "<ddeLink ddeService='cmd' ddeTopic='/C calc'/>"
                    )
                },
            ),
            _told("dynamic_exchange"),
        ),
        "a picture from elsewhere": (
            workbook(
                GOOD,
                more={
                    "xl/drawings/_rels/drawing1.xml.rels": relations(
                        relation("rId1", "image", "http://192.0.2.1/x.png", is_outside=True)
                    )
                },
            ),
            _told("external_link"),
        ),
        "a connection": (
            workbook(GOOD, more={"xl/connections.xml": "<connections/>"}),
            _told("external_link"),
        ),
        "an embedded document": (
            workbook(GOOD, more={"xl/embeddings/document1.docx": b"PK"}),
            _told("embedded_object"),
        ),
        "an OLE object": (
            workbook(GOOD, more={"xl/embeddings/oleObject1.bin": b"\x00"}),
            _told("embedded_object"),
        ),
        "an ActiveX control": (
            workbook(GOOD, more={"xl/activeX/activeX1.xml": "<x/>"}),
            _told("embedded_object"),
        ),
    }
    for place in (
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "docProps/core.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
        "customXml/item1.xml",
        "xl/worksheets/x.xml",
    ):
        for what, declaration in {
            "laughs": LAUGHS,
            "a local file": OUTSIDE.format(place="file:///etc/passwd"),
            "an address": OUTSIDE.format(place="http://169.254.169.254/"),
        }.items():
            part = f"{declaration}<x>&a;</x>"
            found[f"{what} in {place}"] = (workbook(GOOD, more={place: part}), _told("document_type"))
    in_utf_16 = f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<x>&a8;</x>'.encode("utf-16")
    found["laughs in UTF-16"] = (
        workbook(GOOD, more={"docProps/core.xml": in_utf_16}),
        _told("document_type"),
    )
    return found


@cache
def refused_sheets() -> dict[str, tuple[bytes, Told]]:
    """What must not stand in a sheet, and sheets that must not stand in a workbook."""
    other = GOOD.rows
    return {
        "an unknown sheet": (workbook(GOOD, Sheet(other, name="Zorka")), ("unknown_sheet", "cases", 2, "")),
        "a chart": (
            workbook(GOOD, Sheet("", name="Chart1", kind="chartsheet")),
            ("unknown_sheet", "cases", 2, ""),
        ),
        "two sheets of one name": (
            workbook(GOOD, Sheet(other, name="Cases ")),
            ("doubled_sheet", "cases", 2, ""),
        ),
        "a hidden sheet": (
            workbook(Sheet(other, name="referral", state="hidden"), GOOD),
            ("hidden_sheet", "cases", 1, ""),
        ),
        "a very hidden sheet": (
            workbook(GOOD, Sheet(other, name="Zorka", state="veryHidden")),
            ("hidden_sheet", "cases", 2, ""),
        ),
        "a hidden row": (
            workbook(Sheet(HEADER + row(2, ["1", "F"]) + row(3, ["2", "M"], hidden=True))),
            ("hidden_row", "cases", 3, ""),
        ),
        "a row without height": (
            workbook(Sheet(HEADER + row(2, ["1", "F"]).replace("<row", '<row ht="0" customHeight="1"'))),
            ("hidden_row", "cases", 2, ""),
        ),
        "a hidden column": (
            workbook(Sheet(other, before='<cols><col min="2" max="16384" hidden="1"/></cols>')),
            ("hidden_column", "cases", 0, "B"),
        ),
        "a column without width": (
            workbook(Sheet(other, before='<cols><col min="1" max="1" width="0"/></cols>')),
            ("hidden_column", "cases", 0, "A"),
        ),
        "merged cells": (
            workbook(Sheet(other, after='<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>')),
            ("merged_cells", "cases", 2, "B"),
        ),
        "a formula": (
            workbook(in_second_row(text("A2", "1"), '<c r="B2"><f>12*2</f><v>24</v></c>')),
            ("formula", "cases", 2, "B"),
        ),
        "a formula that calls": (
            workbook(in_second_row("<c r='A2' t='str'><f>cmd|' /C calc'!A0</f><v>Zorka</v></c>")),
            ("formula", "cases", 2, "A"),
        ),
        "a formula with a prefix": (
            workbook(
                GOOD,
                more={
                    "xl/worksheets/sheet1.xml": f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1">'
                    '<x:c r="C1"><x:f>1</x:f><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'
                },
            ),
            ("formula", "cases", 1, "C"),
        ),
        "a formula in a module": (
            workbook(
                GOOD, Sheet(rows_of(["case_number"]) + "<row r='2'><c r='A2'><f>1</f></c></row>", "referral")
            ),
            ("formula", "referral", 2, "A"),
        ),
        "an error": (
            workbook(in_second_row(number("C2", "#REF!", kind="e"))),
            ("error_cell", "cases", 2, "C"),
        ),
        "a truth value": (
            workbook(in_second_row(number("B2", "1", kind="b"))),
            ("boolean_cell", "cases", 2, "B"),
        ),
        "an object in the sheet": (
            workbook(Sheet(other, after='<oleObjects><oleObject progId="x"/></oleObjects>')),
            ("embedded_object", "cases", 0, ""),
        ),
        "a far row": (
            workbook(Sheet(HEADER + row(1_048_576, ["1"]))),
            ("too_many_rows", "cases", 1_048_576, "A"),
        ),
        "a far column": (
            workbook(in_second_row(text("A2", "1"), text("XFD2", "1"))),
            ("too_many_columns", "cases", 2, "XFD"),
        ),
        "a far corner": (
            workbook(Sheet(text_row(1, text("A1", "1")) + text_row(1_048_576, text("XFD1048576", "1")))),
            ("too_many_rows", "cases", 1_048_576, "XFD"),
        ),
        "too many rows": (
            workbook(Sheet("".join(row(n, ["1"]) for n in range(1, 50_003)))),
            ("too_many_rows", "cases", 50_002, "A"),
        ),
        "a time of day": (
            workbook(in_second_row(text("A2", "1"), number("C2", "45000.5", style=2))),
            ("date_with_time", "cases", 2, "C"),
        ),
        "a time alone": (
            workbook(in_second_row(text("A2", "1"), number("C2", "0.25", style=2))),
            ("date_with_time", "cases", 2, "C"),
        ),
        "lost digits": (
            workbook(in_second_row(number("A2", "1.23457E+17"))),
            ("number_lost_digits", "cases", 2, "A"),
        ),
        "a long text": (
            workbook(in_second_row(text("A2", "Zorka" * 7_000))),
            ("cell_too_long", "cases", 2, "A"),
        ),
        "a control character": (
            workbook(in_second_row(text("A2", "Zorka_x0007_"))),
            ("unclear_character", "cases", 2, "A"),
        ),
        "a column without a name": (
            workbook(in_second_row(text("A2", "1"), text("F2", "Zorka"))),
            ("cell_without_column", "cases", 2, "F"),
        ),
        "a column twice": (
            workbook(Sheet(row(3, ["", "Zorka", "", "sex", "Zorka"]) + row(4, ["", "1"]))),
            ("doubled_column", "cases", 3, "E"),
        ),
    }


def _same_text_many_times(letters: int) -> bytes:
    """One text in three thousand cells: the workbook is small, and every cell is where it may be."""
    shared = f'<sst xmlns="{MAIN}"><si><t>{"x" * letters}</t></si></sst>'
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 3_001))
    return workbook(Sheet(cells), more={"xl/sharedStrings.xml": shared})


def _told(code: str) -> Told:
    return code, "cases", 0, ""
