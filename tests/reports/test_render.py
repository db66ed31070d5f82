"""A protected table in its four forms: the same bytes each time, nothing lost on the way, nothing that runs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.rendering import (
    layout,
    printed_cell,
    release_from_json,
    release_to_json,
    to_csv,
    to_json,
    to_xlsx,
)
from reports.rendering.words import safe_text
from reports.tables import TOTAL, Dimension, Key, Mark, ProtectedTable, Release, ReleaseFacts, TableText

FACTS = ReleaseFacts(
    id="0191-a-release",
    year=2026,
    revision=2,
    cut=datetime(2027, 2, 1, 12, tzinfo=UTC),
    published_at=datetime(2027, 3, 1, 9, 30, tzinfo=UTC),
    url="https://figures.example/releases/0191-a-release",
)
FORMS = Dimension(
    "form",
    "Form of exploitation",
    ("SEX", "LABOUR"),
    {"SEX": "Sexual exploitation", "LABOUR": "Forced labour"},
)
SEXES = Dimension("sex", "Sex", ("F", "M"), {"F": "Female", "M": "Male"})
MEASURES = Dimension("measure", "Measure", ("A", "B"), {"A": "Identified", "B": "Assisted"}, has_total=False)
COUNTRIES = Dimension("reporting_country", "Reporting country", ("AL",), {"AL": "Albania"})
TEXT = TableText(
    "A8", "Form by sex", "persons", "Identified victims of the year", ("Unknown is a row.",), "A source"
)
CELLS: dict[Key, int | float | Mark] = {
    ("SEX", "F"): 1234567,
    ("SEX", "M"): "c",
    ("SEX", TOTAL): 1234600,
    ("LABOUR", "F"): 12,
    ("LABOUR", "M"): "-",
    ("LABOUR", TOTAL): 12.5,
    (TOTAL, "F"): "..",
    (TOTAL, "M"): "c",
    (TOTAL, TOTAL): 999,
}
TABLE = ProtectedTable(TEXT, (FORMS, SEXES), CELLS, "form", notes=("Two countries stand together.",))

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=HYPERLINK("https://elsewhere.example","x")',
]


def test_the_printed_table_has_headings_rows_and_marks_as_text() -> None:
    """Thousands stand apart, TOTALs come last, marks are themselves."""
    printed = layout(TABLE)

    assert [[(cell.text, cell.columns, cell.rows) for cell in row] for row in printed.head] == [
        [("Form of exploitation", 1, 1), ("Female", 1, 1), ("Male", 1, 1), ("Total", 1, 1)]
    ]
    assert [(row.label, row.cells, row.is_total) for row in printed.body] == [
        ("Sexual exploitation", ("1\u202f234\u202f567", "c", "1\u202f234\u202f600"), False),
        ("Forced labour", ("12", "-", "12.5"), False),
        ("Total", ("..", "c", "999"), True),
    ]


def test_headings_span_those_below_them() -> None:
    """Three dimensions across: the outermost once, the innermost for each."""
    table = _filled((FORMS, COUNTRIES, SEXES, MEASURES), rows="form")

    head = layout(table).head

    assert [[(cell.text, cell.columns, cell.rows) for cell in row][:4] for row in head] == [
        [("Form of exploitation", 1, 3), ("Albania", 6, 1), ("Sum of countries", 6, 1)],
        [("Female", 2, 1), ("Male", 2, 1), ("Total", 2, 1), ("Female", 2, 1)],
        [("Identified", 1, 1), ("Assisted", 1, 1), ("Identified", 1, 1), ("Assisted", 1, 1)],
    ]
    assert [sum(cell.columns for cell in row) for row in head] == [13, 12, 12]


def test_a_table_of_one_dimension_has_its_unit_as_heading() -> None:
    """One column of figures."""
    printed = layout(_filled((FORMS,), rows="form"))

    assert [cell.text for cell in printed.head[0]] == ["Form of exploitation", "persons"]
    assert [row.cells for row in printed.body] == [("7",), ("7",), ("7",)]


def test_rows_may_be_any_of_the_dimensions() -> None:
    """The cells follow."""
    printed = layout(replace(TABLE, rows="sex"))

    assert [(row.label, row.cells) for row in printed.body][1] == ("Male", ("c", "-", "c"))


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.0"), (5, "5"), (1000, "1\u202f000"), (66.7, "66.7"), ("-", "-"), ("c", "c")]
)
def test_a_cell_is_printed(value: int | float | Mark, text: str) -> None:
    """Shares have one decimal."""
    assert printed_cell(value) == text


def test_csv_has_one_row_a_cell_with_codes_and_labels() -> None:
    """Read back it is the table: numbers are numbers, marks stand beside them."""
    rows = list(csv.DictReader(io.StringIO(to_csv(TABLE, FACTS).decode())))

    assert list(rows[0]) == [
        *("release", "revision", "year", "table"),
        *("form", "form_label", "sex", "sex_label"),
        *("unit", "obs_value", "obs_status"),
    ]
    assert {(row["form"], row["sex"]): _read(row["obs_value"], row["obs_status"]) for row in rows} == CELLS
    assert {(row["release"], row["revision"], row["year"], row["table"]) for row in rows} == {
        ("0191-a-release", "2", "2026", "A8")
    }
    assert rows[0]["form_label"] == "Sexual exploitation"
    assert rows[-1]["sex_label"] == "Total"


def test_csv_gives_a_zero_its_value_and_a_hidden_cell_none() -> None:
    """Programs must not take a mark for a number, nor a hidden cell for a zero."""
    rows = list(csv.DictReader(io.StringIO(to_csv(TABLE, FACTS).decode())))

    assert {(row["obs_status"], row["obs_value"]) for row in rows if row["obs_status"]} == {
        ("c", ""),
        ("..", ""),
        ("-", "0"),
    }


def test_json_has_the_table_its_lists_and_its_release() -> None:
    """Read back it is the table."""
    document = json.loads(to_json(TABLE, FACTS))

    cells = {tuple(cell["codes"].values()): cell for cell in document["cells"]}
    assert {key: _read(cell["value"], cell["status"]) for key, cell in cells.items()} == CELLS
    assert all((cell["value"] is None) == (cell["status"] in {"c", ".."}) for cell in document["cells"])
    assert document["release"]["cut"] == "2027-02-01T12:00:00+00:00"
    assert document["dimensions"][0]["codes"][0] == {"code": "SEX", "label": "Sexual exploitation"}
    assert document["table"]["notes"] == ["Two countries stand together.", "Unknown is a row."]
    assert "0191-a-release" in document["citation"]


def test_xlsx_is_laid_out_as_printed() -> None:
    """Title, heading, cells as numbers or marks, notes below, and a sheet that says where it comes from."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(TABLE, FACTS)))

    rows = [[cell for cell in row if cell is not None] for row in book["Table"].iter_rows(values_only=True)]
    assert rows[0] == ["A8 Form by sex, 2026"]
    assert rows[3] == ["Form of exploitation", "Female", "Male", "Total"]
    assert rows[4] == ["Sexual exploitation", 1234567, "c", 1234600]
    assert rows[5] == ["Forced labour", 12, "-", 12.5]
    assert rows[6] == ["Total", "..", "c", 999]
    assert ["Two countries stand together."] in rows
    assert ["Unknown is a row."] in rows
    source = {row[0]: row[1] for row in book["Source"].iter_rows(values_only=True)}
    assert source["Release"] == "0191-a-release"
    assert source["Records as of"] == "2027-02-01T12:00:00+00:00"
    assert source["Mark c"] == "not shown; may be zero"


def test_xlsx_spans_headings() -> None:
    """As merged cells, whose text is that of the heading."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(_filled((FORMS, COUNTRIES, SEXES), rows="form"), FACTS)))

    assert [str(area) for area in sorted(book["Table"].merged_cells.ranges, key=str)] == [
        "A4:A5",
        "B4:D4",
        "E4:G4",
    ]
    assert book["Table"]["B4"].value == "Albania"


@pytest.mark.parametrize("render", [to_csv, to_json, to_xlsx])
def test_the_same_table_gives_the_same_bytes(render: Callable[[ProtectedTable, ReleaseFacts], bytes]) -> None:
    """So that its hash can be published beside it."""
    again = replace(TABLE, cells=dict(sorted(CELLS.items(), key=str)))

    assert render(TABLE, FACTS) == render(again, FACTS)


def test_xlsx_says_it_was_made_when_it_was_published() -> None:
    """Not now: the time in the file would change its bytes."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(TABLE, FACTS)))
    parts = zipfile.ZipFile(io.BytesIO(to_xlsx(TABLE, FACTS))).infolist()
    draft = openpyxl.load_workbook(io.BytesIO(to_xlsx(TABLE, replace(FACTS, published_at=None))))

    assert {part.date_time for part in parts} == {(1980, 1, 1, 0, 0, 0)}
    assert book.properties.created == datetime(2027, 3, 1, 9, 30)
    assert draft.properties.created == datetime(2027, 2, 1, 12)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_is_a_formula_anywhere(formula: str) -> None:
    """A label, a title, a note or an address that looks like one is text in CSV and in XLSX."""
    table = replace(
        TABLE,
        text=TableText(formula, formula, formula, formula, (formula,), formula),
        dimensions=(replace(FORMS, title=formula, labels={"SEX": formula, "LABOUR": formula}), SEXES),
        notes=(formula,),
    )
    facts = replace(FACTS, id=formula, url=formula)

    texts = [
        text for row in csv.reader(io.StringIO(to_csv(table, facts).decode(), newline="")) for text in row
    ]
    archive = zipfile.ZipFile(io.BytesIO(to_xlsx(table, facts)))
    sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name]

    assert [text for text in texts if text == formula] == []
    assert f"'{formula}" in texts
    assert not [sheet for sheet in sheets if "<f>" in sheet or "hyperlink" in sheet]


def test_the_mark_of_a_zero_stays_as_it_is() -> None:
    """It begins like a formula and is none."""
    assert safe_text("-") == "-"


@given(st.text())
def test_safe_text_never_begins_like_a_formula(text: str) -> None:
    """Whatever it is given, and it takes nothing away."""
    safe = safe_text(text)

    assert safe.endswith(text)
    assert safe == "-" or not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


def test_a_release_is_kept_as_text_and_comes_back_the_same() -> None:
    """And the same release gives the same text."""
    release = Release(
        2026, (TABLE, _filled((COUNTRIES, MEASURES), rows="reporting_country")), {"threshold": 5}
    )

    text = release_to_json(release)

    assert release_from_json(text) == release
    assert release_to_json(release_from_json(text)) == text


def _read(value: object, status: str) -> int | float | str:
    if status:
        return status
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _filled(dimensions: tuple[Dimension, ...], *, rows: str) -> ProtectedTable:
    keys: list[Key] = [()]
    for one in dimensions:
        keys = [
            (*key, code) for key in keys for code in ((*one.codes, TOTAL) if one.has_total else one.codes)
        ]
    return ProtectedTable(TEXT, dimensions, dict.fromkeys(keys, 7), rows)
