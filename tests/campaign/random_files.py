"""Files that look like what a shelter sends and are made of chance: columns, codes, marks and nonsense."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from anonymizer import CASES, CODE_LISTS, FIELDS, SHEETS
from anonymizer.catalogue.languages import LANGUAGES, column_name
from anonymizer.reading.formats import Form
from tests.anonymizer.archive_makers import packed
from tests.anonymizer.case_sheets import row
from tests.anonymizer.workbook_makers import Sheet, number, rows_of, text, workbook
from tests.campaign.mutations import ODD_TEXTS, turn_bytes

Row = dict[str, str]
CASE_NUMBER_MARK = "Qznumber"
"""Case numbers begin with it, because they may hold no name."""
MODULES = [name for name in SHEETS if name != CASES]
DAYS = (
    "2025-01-31",
    "2025-03",
    "2025",
    "1999-12-31",
    "31.12.2025",
    "12/31/2025",
    "2026-03-01",
    "2029-01-01",
    "0001-01-01",
)
MOST_ROWS = 12
MEMBER_NAMES = (
    "cases.csv",
    "Cases.CSV",
    "CON",
    "a/b.csv",
    "../x.csv",
    "cases.xlsx",
    "\u202ecsv",
    "zorka.csv",
)


def a_random_file(source: random.Random, form: Form, mark: str) -> bytes:
    """A file of this form; every name, number and text in it that is not ours holds the mark."""
    return MAKERS[form](source, mark)


def _cell(source: random.Random, sheet: str, column: str, mark: str) -> str:
    """Mostly what belongs there."""
    known = {one.column: one for one in SHEETS[sheet].columns}.get(column)
    chance = source.random()
    if known is None or chance < 0.04:
        return source.choice((mark, f"{mark}@example.org", *ODD_TEXTS))
    if chance < 0.1:
        return ""
    field = FIELDS[known.entity, known.field]
    if field.code_list and field.code_list in CODE_LISTS and CODE_LISTS[field.code_list].codes:
        codes = sorted(CODE_LISTS[field.code_list].codes)
        return ";".join(source.sample(codes, min(len(codes), source.choice((1, 1, 1, 2)))))
    if field.code_list:
        return source.choice(("RS", "MD", "XK", "ZZ", "SRB"))
    if column == "case_number":
        return _case_number(source)
    if column in ("given_name", "family_name", "father_name", "birth_place"):
        return f"{mark}-{source.randint(1, 40)}"
    return source.choice((*DAYS, str(source.randint(0, 40)), mark))


def _case_number(source: random.Random) -> str:
    """One of a few, so that cases are updated and modules find theirs."""
    return f"{CASE_NUMBER_MARK}-{source.randint(1, 400)}"


def _row(source: random.Random, sheet: str, mark: str, columns: list[str]) -> Row:
    if sheet == CASES and source.random() < 0.9:
        usual = row(source.randint(1, 40), given_name=mark, family_name=mark)
        usual["case_number"] = _case_number(source)
        if source.random() < 0.1:
            column = source.choice(sorted(usual))
            usual[column] = _cell(source, sheet, column, mark)
        return {column: usual.get(column, "") for column in columns}
    return {column: _cell(source, sheet, column, mark) for column in columns}


def _columns(source: random.Random, sheet: str, mark: str) -> list[str]:
    names = [column.column for column in SHEETS[sheet].columns]
    if sheet == CASES and source.random() < 0.8:
        return list(row())
    chosen = source.sample(names, source.randint(1, len(names)))
    if source.random() < 0.1:
        chosen.append(mark)
    return chosen


def _rows(source: random.Random, sheet: str, mark: str) -> tuple[list[str], list[Row]]:
    columns = _columns(source, sheet, mark)
    return columns, [_row(source, sheet, mark, columns) for _ in range(source.randint(0, MOST_ROWS))]


def _csv(source: random.Random, mark: str, sheet: str = CASES) -> bytes:
    columns, rows = _rows(source, sheet, mark)
    language = source.choice(LANGUAGES) if source.random() < 0.2 else "en"
    known = {column.column for column in SHEETS[sheet].columns}
    header = [
        column_name(sheet, name, language) if language != "en" and name in known else name for name in columns
    ]
    written = io.StringIO(newline="")
    writer = csv.writer(
        written,
        delimiter=source.choice(",,,;\t|"),
        quoting=source.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
        lineterminator=source.choice(("\n", "\r\n", "\r")),
    )
    writer.writerow(header)
    writer.writerows(list(one.values()) for one in rows)
    return written.getvalue().encode(
        source.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1250")), "replace"
    )


def _value(source: random.Random, cell: str, mark: str) -> object:
    """A cell as a program might write it."""
    chance = source.random()
    if chance < 0.99:
        return cell
    return source.choice(
        (None, True, 1.5, 10**30, [], [cell, mark], {mark: mark}, [[cell]], cell.split(";"), 24)
    )


def _case(source: random.Random, mark: str) -> dict[str, object]:
    columns = _columns(source, CASES, mark)
    case: dict[str, object] = {
        name: _value(source, cell, mark) for name, cell in _row(source, CASES, mark, columns).items()
    }
    while source.random() < 0.3:
        module = source.choice(MODULES)
        _, rows = _rows(source, module, mark)
        case[module] = [{name: cell for name, cell in one.items() if name != "case_number"} for one in rows]
    return case


def _json(source: random.Random, mark: str) -> bytes:
    body: object = {"cases": [_case(source, mark) for _ in range(source.randint(0, 6))]}
    if source.random() < 0.1:
        with_more = {"cases": [], mark: 1, "nrm_profile": [{mark: 1}]}
        body = source.choice((body, [body], {"cases": {mark: body}}, with_more, mark))
    return json.dumps(body, ensure_ascii=source.random() < 0.5).encode("utf-8", "replace")


def _ndjson(source: random.Random, mark: str) -> bytes:
    lines = [json.dumps(_case(source, mark)) for _ in range(source.randint(0, 8))]
    if source.random() < 0.2:
        lines.append(json.dumps({source.choice(MODULES): {"country": "RS", "year": 2025, mark: mark}}))
    return source.choice(("\n", "\r\n", "\n\n")).join(lines).encode()


def _zip(source: random.Random, mark: str) -> bytes:
    sheets = {CASES, *source.sample(MODULES, source.randint(0, 4))}
    members = {f"{sheet}.csv": _csv(source, mark, sheet) for sheet in sheets}
    if source.random() < 0.2:
        members[source.choice((*MEMBER_NAMES, mark))] = source.choice((b"", b"x", mark.encode()))
    return packed(members, source.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))


def _xlsx(source: random.Random, mark: str) -> bytes:
    sheets = []
    for name in [CASES, *source.sample(MODULES, source.randint(0, 2))]:
        columns, rows = _rows(source, name, mark)
        width = columns[:26]  # as many as the maker has letters for
        table = [width, *([escape(_printable(one[column])) for column in width] for one in rows)]
        xml = rows_of(*table)
        if source.random() < 0.2:
            xml += f'<row r="{len(table) + 1}">{source.choice(_odd_cells(len(table) + 1, mark))}</row>'
        sheets.append(Sheet(xml, name=name))
    more: dict[str, str | bytes] = {}
    if source.random() < 0.3:
        more["xl/worksheets/sheet1.xml"] = turn_bytes(source, sheets[0].xml.encode(), b"")
    return workbook(*sheets, more=more)


def _printable(cell: str) -> str:
    return "".join(letter for letter in cell if letter.isprintable())


def _odd_cells(at: int, mark: str) -> tuple[str, ...]:
    return (
        f"<c r='A{at}'><f>1+1</f><v>2</v></c>",
        number(f"A{at}", "1e300"),
        number(f"A{at}", "45000.5", style=2),
        number(f"A{at}", "#REF!", kind="e"),
        number(f"A{at}", "1", kind="b"),
        number(f"A{at}", mark),
        text(f"XFD{at}", mark),
        text("A1", mark),
        f"<c r='A{at}' t='s'><v>99999</v></c>",
    )


MAKERS: Mapping[Form, Callable[[random.Random, str], bytes]] = {
    "csv": _csv,
    "json": _json,
    "ndjson": _ndjson,
    "zip": _zip,
    "xlsx": _xlsx,
}
