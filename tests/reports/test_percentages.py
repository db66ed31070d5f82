"""Percentages: of those whose value is known, from published cells alone, and as the rules on small numbers allow."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import percentages, to_csv, to_json, to_xlsx
from reports.disclosure import protect
from reports.percentages import HOW_TO_READ, percent_of_cells
from reports.printing import as_printed_rows
from reports.rendering import layout
from reports.shells import TABLES, printed_rows, table_shell
from reports.tables import (
    NOT_SHOWN,
    TOTAL,
    TRUE_ZERO,
    CountedTable,
    Dimension,
    Key,
    ProtectedTable,
    ReleaseFacts,
)
from tests.reports.grids import LARGE, RULES, grid, grid_of, table_of

IN_PERCENT = ("A2", "A7", "A8", "B1", "B4", "E1", "E2")
"""Those of which the list of tables asks for percentages."""
FACTS = ReleaseFacts("a-release", 2026, 1, datetime(2027, 2, 1, tzinfo=UTC), None)
FORMS = Dimension("form", "Form", ("SEX", "LABOUR"), {"SEX": "Sexual", "LABOUR": "Labour"})
BY_NATIONALITY = """
    reporting_country | FOREIGN | NATIONAL | STATELESS | UNK | TOTAL
    AL                |      30 |       50 |         - |  10 |    90
    BA                |     150 |      300 |       100 |  50 |   600
    MD                |      30 |        c |         c |  10 |    90
    RS                |      ..  |      .. |        .. |  .. |    ..
    TOTAL             |       c |        c |         c |  70 |   780
"""


def test_each_cell_is_divided_by_those_whose_value_is_known() -> None:
    """80 of 90 in Albania: 38 and 63 percent, without a decimal. Of 550 in Bosnia with one. Where 100 would stand is
    their number; a mark stays the mark it is."""
    assert in_percent("A2", BY_NATIONALITY) == grid(
        """
        reporting_country | FOREIGN | NATIONAL | STATELESS | TOTAL
        AL                |      38 |       63 |         - |    80
        BA                |    27.3 |     54.5 |      18.2 |   550
        MD                |      38 |        c |         c |    80
        RS                |      .. |       .. |        .. |    ..
        TOTAL             |       c |        c |         c |   710
        """
    )


def test_a_percent_needs_twenty_known_and_five_on_either_side() -> None:
    """19 known are too few; four others are too few; all of them leave nobody on the other side."""
    assert in_percent(
        "A2",
        """
        reporting_country | FOREIGN | NATIONAL | STATELESS | UNK | TOTAL
        AL                |       9 |       10 |         - |  10 |    29
        BA                |      10 |       10 |         - |  10 |    30
        MD                |      40 |        4 |         - |   - |    44
        RS                |      40 |        - |         - |   9 |    49
        TOTAL             |      99 |       24 |         - |  29 |   152
        """,
    ) == grid(
        """
        reporting_country | FOREIGN | NATIONAL | STATELESS | TOTAL
        AL                |       c |        c |         - |    19
        BA                |      50 |       50 |         - |    20
        MD                |       c |        c |         - |    44
        RS                |       c |        - |         - |    40
        TOTAL             |    80.5 |     19.5 |         - |   123
        """
    )


def test_without_the_number_of_the_unknown_there_is_no_percent() -> None:
    """The denominator would be a guess. A zero is one of whatever number."""
    assert in_percent(
        "A2",
        """
        reporting_country | FOREIGN | NATIONAL | STATELESS | UNK | TOTAL
        AL                |      30 |       50 |         - |   c |     c
        TOTAL             |      30 |       50 |         - |   c |     c
        """,
    ) == grid(
        """
        reporting_country | FOREIGN | NATIONAL | STATELESS | TOTAL
        AL                |       c |        c |         - |     c
        TOTAL             |       c |        c |         - |     c
        """
    )


def test_where_two_attributes_are_asked_both_must_be_known() -> None:
    """Of 100 victims 10 have no sex, 20 no age status, and 5 of these neither: 75 are known. The 50 women are 40 of
    them."""
    women, men = {"CHILD": 15, "ADULT": 25, "UNK": 10}, {"CHILD": 20, "ADULT": 15, "UNK": 5}
    table = a8_of({"F": women, "M": men, "UNK": {"CHILD": 2, "ADULT": 3, "UNK": 5}})

    printed = percentages(table)

    assert printed is not None
    assert [
        [one.cells["SEX", sex, age] for age in ("CHILD", "ADULT", TOTAL)] for one in [printed] for sex in "FM"
    ] == [
        [20, 33, 53],
        [27, 20, 47],
    ]
    assert printed.cells["SEX", TOTAL, TOTAL] == 75
    assert printed.cells["SEX", TOTAL, "CHILD"] == 47
    assert printed.dimensions[1].codes == ("F", "M")


def test_a7_leaves_out_the_unknown_of_each_grouping() -> None:
    """80 of 100 are known; a grouping's own unknown row has no percent."""
    shell = table_shell("A7")
    rows = shell.dimensions[0].as_dimension()
    given = {"SEXUAL": 40, "LABOUR": 32, "BEGGING": 8, "UNK": 20, TOTAL: 100}
    counted = ProtectedTable(
        shell.text, (rows,), {(code,): given.get(code, TRUE_ZERO) for code in rows.printed_codes}, rows.name
    )

    printed = percentages(as_printed_rows(counted, shell.printed))

    assert printed is not None
    values = {code: value for (code,), value in printed.cells.items() if value != TRUE_ZERO}
    assert values == {
        **{f"{grouping}_SEXUAL": 50 for grouping in ("EUROSTAT", "GLOTIP", "RCP")},
        **{f"{grouping}_LABOUR": 40 for grouping in ("EUROSTAT", "GLOTIP", "RCP")},
        **{f"{name}": 10 for name in ("EUROSTAT_OTHER", "GLOTIP_OTHER", "RCP_BEGGING")},
        TOTAL: 80,
    }


def test_services_are_percent_of_the_persons_assisted() -> None:
    """They do not add up to 100, and an unknown service is a service."""
    assert in_percent(
        "E1",
        """
        service_received | AL  | TOTAL
        SHELTER          |  60 |    60
        MEDICAL          |  45 |    45
        UNK              |  15 |    15
        TOTAL            |  75 |    75
        """,
    ) == grid(
        """
        service_received | AL  | TOTAL
        SHELTER          |  80 |    80
        MEDICAL          |  60 |    60
        UNK              |  20 |    20
        TOTAL            |  75 |    75
        """
    )


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_of_the_list_are_printed_in_percent_and_no_others(table: str) -> None:
    """Each tells of what, over dimensions and unknown codes that it has."""
    shell = table_shell(table)

    assert (shell.percent is not None) == (table in IN_PERCENT)
    if shell.percent:
        over = [one for one in shell.dimensions if one.name in shell.percent.over]
        codes = {row.code for row in printed_rows(shell.printed)[1]} if shell.printed else None
        assert len(over) == len(shell.percent.over)
        assert all(shell.percent.unknown <= (codes or set(one.as_dimension().codes)) for one in over)
        assert shell.percent.told.endswith(".")


def test_a_table_that_was_published_with_other_dimensions_has_none() -> None:
    """A release of earlier years stays readable."""
    table = published_of("A2", BY_NATIONALITY)
    other = replace(table, dimensions=(table.dimensions[0], replace(table.dimensions[1], name="nationality")))

    assert percentages(other) is None
    assert percent_of_cells(replace(table, text=replace(table.text, id="A9"))) == {}


def test_csv_has_the_percent_what_it_is_of_and_its_own_mark() -> None:
    """Behind the columns of before; the unknown and the whole have none."""
    rows = list(csv.DictReader(io.StringIO(to_csv(published_of("A2", BY_NATIONALITY), FACTS).decode())))

    assert list(rows[0])[-5:] == ["obs_value", "obs_status", "percent", "percent_of", "percent_status"]
    told = {
        (row["reporting_country"], row["nationality_status"]): (
            row["percent"],
            row["percent_of"],
            row["percent_status"],
        )
        for row in rows
    }
    assert told["AL", "FOREIGN"] == ("38", "80", "")
    assert told["AL", "STATELESS"] == ("0", "80", "-")
    assert told["MD", "NATIONAL"] == ("", "80", "c")
    assert told["RS", "NATIONAL"] == ("", "", "..")
    assert told["AL", "UNK"] == told["AL", TOTAL] == ("", "", "")


def test_csv_of_a_table_without_percentages_has_the_columns_of_before() -> None:
    """Nothing is added for nothing."""
    table = replace(published_of("A2", BY_NATIONALITY), measure="percent")

    assert to_csv(table, FACTS).decode().splitlines()[0].endswith("obs_value,obs_status")


def test_json_has_them_beside_each_value() -> None:
    """And the sentences that say what they are."""
    document = json.loads(to_json(published_of("A2", BY_NATIONALITY), FACTS))

    cells = {
        (cell["codes"]["reporting_country"], cell["codes"]["nationality_status"]): cell
        for cell in document["cells"]
    }
    albania = cells["AL", "FOREIGN"]
    assert (albania["value"], albania["percent"], albania["percent_of"], albania["percent_status"]) == (
        30,
        38,
        80,
        "",
    )
    assert (cells["MD", "NATIONAL"]["percent"], cells["MD", "NATIONAL"]["percent_status"]) == (None, "c")
    assert document["percent"]["notes"][1] == HOW_TO_READ


def test_xlsx_has_a_second_sheet() -> None:
    """Laid out as the first, with its own sentences."""
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(published_of("A2", BY_NATIONALITY), FACTS)))

    assert book.sheetnames == ["Table", "Percent", "Source"]
    rows = [[cell for cell in row if cell is not None] for row in book["Percent"].iter_rows(values_only=True)]
    assert ["AL", 38, 63, "-", 80] in rows
    assert ["BA", 27.3, 54.5, 18.2, 550] in rows
    assert ["Percent of the persons assisted whose nationality is known."] in rows


def test_what_is_known_is_called_so() -> None:
    """On the page and in the sheet, in the place of the total."""
    printed = percentages(published_of("A2", BY_NATIONALITY))

    assert printed is not None
    assert [cell.text for cell in layout(printed).head[0]][-1] == "Known"
    assert [row.label for row in layout(printed).body][-1] == "Sum of countries"


COUNTS = st.sampled_from([0, 0, 1, 3, 5, 8, 20, 60, 300])


@settings(max_examples=60, deadline=None)
@given(st.lists(COUNTS, min_size=18, max_size=18))
def test_every_percent_follows_from_published_cells(counts: list[int]) -> None:
    """It is that of the true counts, and none of the cells that it takes, nor any side of it, is hidden or small."""
    truth = a8_counts(counts)
    published = replace(protect(truth, country_persons={}, rules=RULES), text=table_shell("A8").text)

    for key, percent in percent_of_cells(published).items():
        if not isinstance(percent.value, str):
            needed = {
                (key[0], *codes)
                for part in (key, (key[0], TOTAL, TOTAL))
                for codes in product(*({code, "UNK"} if code == TOTAL else {code} for code in part[1:]))
            }
            assert NOT_SHOWN not in {published.cells[cell] for cell in needed}
            part, known = known_of(truth, key), known_of(truth, (key[0], TOTAL, TOTAL))
            assert percent.of == known >= RULES.share_denominator
            assert min(part, known - part) >= RULES.threshold
            assert percent.value == pytest.approx(
                100 * part / known, abs=(0.5 if known < 100 else 0.05) + 1e-9
            )


@settings(max_examples=60, deadline=None)
@given(st.lists(COUNTS, min_size=8, max_size=8))
def test_no_percent_stands_where_its_cell_or_what_it_is_of_is_hidden(counts: list[int]) -> None:
    """In a country's row, whatever the protection hid."""
    country = Dimension("reporting_country", "Country", ("AL", "BA"), {"AL": "AL", "BA": "BA"})
    status = table_shell("A2").dimensions[1].as_dimension()
    truth = table_of((country, status), dict(zip(product(country.codes, status.codes), counts, strict=True)))
    protected = protect(truth, country_persons={"AL": LARGE, "BA": LARGE}, rules=RULES)

    for key, percent in percent_of_cells(replace(protected, text=table_shell("A2").text)).items():
        sides = [protected.cells[cell] for cell in (key, (key[0], "UNK"), (key[0], TOTAL))]
        assert NOT_SHOWN not in sides or isinstance(percent.value, str)
        assert (percent.value == TRUE_ZERO) == (sides[0] == TRUE_ZERO)


def published_of(table_id: str, text: str) -> ProtectedTable:
    """A table as it is published: rows by the first dimension of its shell, columns by the other, marks as they are."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    shell = table_shell(table_id)
    codes = ([line[0] for line in lines[1:]], lines[0][1:])
    dimensions = tuple(
        replace(
            one.as_dimension(),
            codes=tuple(c for c in given if c != TOTAL),
            labels={c: c for c in given if c != TOTAL},
        )
        for one, given in zip(shell.dimensions, codes, strict=True)
    )
    cells: dict[Key, object] = {
        (line[0], column): int(cell) if cell.isdigit() else cell
        for line in lines[1:]
        for column, cell in zip(lines[0][1:], line[1:], strict=True)
    }
    return ProtectedTable(shell.text, dimensions, cells, dimensions[0].name)  # type: ignore[arg-type]


def in_percent(table_id: str, text: str) -> str:
    """The same in percent, as a grid."""
    printed = percentages(published_of(table_id, text))
    assert printed is not None
    return grid_of(printed)


def a8_of(counts: Mapping[str, Mapping[str, int]]) -> ProtectedTable:
    """Table A8 of one form, as it is published when nothing is hidden."""
    table = a8_counts([counts[sex][age] for sex in counts for age in counts[sex]] + [0] * 9)
    cells: dict[Key, object] = {key: count or TRUE_ZERO for key, count in table.counts.items()}
    return ProtectedTable(table_shell("A8").text, table.dimensions, cells, "form")  # type: ignore[arg-type]


def a8_counts(counts: list[int]) -> CountedTable:
    """Two forms by three sexes and three age statuses."""
    names = {"sex": ("F", "M", "UNK"), "age_status": ("CHILD", "ADULT", "UNK")}
    dimensions = (
        FORMS,
        *(Dimension(name, name, codes, {c: c for c in codes}) for name, codes in names.items()),
    )
    keys = product(*(one.codes for one in dimensions))
    return table_of(dimensions, dict(zip(keys, counts, strict=True)))


def known_of(truth: CountedTable, key: Key) -> int:
    """The true persons of a cell whose sex and age status are known."""
    chosen = (
        [code] if code != TOTAL else one.codes[:2]
        for one, code in zip(truth.dimensions[1:], key[1:], strict=True)
    )
    rows = [key[0]] if key[0] != TOTAL else FORMS.codes
    return sum(truth.counts[(row, *codes)] for row, codes in product(rows, list(product(*chosen))))
