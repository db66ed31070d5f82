"""A release: what is printed follows from protected figures, and true counts stay inside."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reports import ANNUAL, Frame, ProtectedTable, Release, UnknownShell, build_release, count_table
from reports.classifications import codes_of
from reports.printing import OVERLAP_SHOWN_FROM, as_printed_rows, with_region
from reports.shells import table_shell
from reports.tables import NOT_AVAILABLE, NOT_SHOWN, REGION, TOTAL, TRUE_ZERO, Mark
from tests.reports.ascii_tables import frame_of

YEAR = 2026
Cell = int | float | Mark


def many_cases(*, services: bool) -> Frame:
    """Two countries of 240 persons, of two forms, every other one assisted: nothing in it is small."""
    cases = "\n".join(
        f"{n} | {'AL' if n % 2 else 'BA'} | {'SEX' if n % 4 < 2 else 'LABOUR'}" for n in range(480)
    )
    assisted = "\n".join(f"{n} | SHELTER" for n in range(0, 480, 3))
    return frame_of("case | country | forms\n" + cases, "case | service\n" + assisted if services else "")


def test_a_release_has_all_tables_and_indicators_in_the_order_of_print() -> None:
    """With the small numbers that held, and one text that gives the same release back."""
    release = build_release(many_cases(services=True), year=YEAR)

    assert tuple(table.text.id for table in release.tables) == ANNUAL
    assert release.rules["threshold"] >= 5
    assert Release.from_json(release.as_json()) == release
    assert Release.from_json(release.as_json()).as_json() == release.as_json()


def test_how_cases_were_linked_is_kept_with_the_tables() -> None:
    """As the caller says it; a release from before that says nothing is read as ever, and keeps its bytes."""
    linked = build_release(many_cases(services=False), year=YEAR, shells=["A6"], method={"linkage": "off"})
    before = replace(linked, method={})

    assert Release.from_json(linked.as_json()).method == {"linkage": "off"}
    assert "method" not in json.loads(before.as_json())
    assert Release.from_json(before.as_json()) == before


def test_a_release_of_one_shell_has_that_table_alone() -> None:
    release = build_release(many_cases(services=False), year=YEAR, shells=["A6"])

    (table,) = release.tables
    assert table.text.id == "A6"
    assert table.cells["SEX", "AL"] == 120
    assert table.cells[TOTAL, TOTAL] == 480


def test_an_unknown_shell_is_refused() -> None:
    with pytest.raises(UnknownShell):
        build_release(many_cases(services=False), year=YEAR, shells=["Z9"])


def test_without_services_the_identified_are_printed_and_the_assisted_are_not_available() -> None:
    """`..` for each cell of assisted, in its place in the row, and for every table that needs services."""
    release = build_release(many_cases(services=False), year=YEAR)

    a1 = release.table("A1")
    assert a1 is not None
    assert a1.dimensions[1].codes == codes_of("MEASURE")
    assert a1.cells[TOTAL, "IDENTIFIED"] == 480
    assert {a1.cells[country, "ASSISTED"] for country in ("AL", "BA", TOTAL, REGION)} == {NOT_AVAILABLE}
    for name in ("A2", "E1", "E2", "Q01", "Q04"):
        table = release.table(name)
        assert table is not None
        assert set(table.cells.values()) == {NOT_AVAILABLE}


def test_the_empty_year_makes_a_release() -> None:
    """All tables, without a number in them."""
    release = build_release(many_cases(services=True), year=1999)

    assert len(release.tables) == len(ANNUAL)
    assert all(isinstance(cell, str) for table in release.tables for cell in table.cells.values())


def region_cell(*, twice: int, total: Cell | None = None) -> Cell:
    """What A1 prints for the region when so many persons of Albania are identified in Bosnia too."""
    cases = [f"a{n} | p{n} | AL" for n in range(40)] + [f"b{n} | p{n} | BA" for n in range(twice)]
    cases += [f"c{n} | q{n} | BA" for n in range(40 - twice)]
    table = count_table(frame_of("case | person | country\n" + "\n".join(cases)), "A1", year=YEAR)
    cells: dict[tuple[str, ...], Cell] = dict(table.counts)
    if total is not None:
        cells[TOTAL, "IDENTIFIED"] = total
    protected = ProtectedTable(table.text, table.dimensions, cells, table.rows)
    printed = with_region(protected, table, table_shell("A1").parts)
    assert printed.dimensions[0].codes[-1] == REGION
    return printed.cells[REGION, "IDENTIFIED"]


def test_the_region_with_each_person_once_is_shown_only_where_many_count_twice() -> None:
    """Under five the difference to the sum of countries would be a small cell; none is hidden with the few."""
    assert region_cell(twice=OVERLAP_SHOWN_FROM) == 75
    assert region_cell(twice=OVERLAP_SHOWN_FROM - 1) == NOT_SHOWN
    assert region_cell(twice=0) == NOT_SHOWN


def test_the_region_is_not_available_without_linkage() -> None:
    """Where no case is linked nobody knows who counts twice."""
    cases = "case | country\n1 | AL\n2 | BA"
    release = build_release(frame_of(cases), year=YEAR, shells=["A1"])

    assert release.tables[0].cells[REGION, "IDENTIFIED"] == NOT_AVAILABLE


def test_the_region_is_hidden_with_the_sum_of_countries() -> None:
    """It would say within a few persons what the sum hides."""
    assert region_cell(twice=10, total=NOT_SHOWN) == NOT_SHOWN


def harmonised(**cells: Cell) -> dict[str, Cell]:
    """A7 as printed from these protected rows; rows that are not named are true zeros."""
    shell = table_shell("A7")
    counted = shell.dimensions[0].as_dimension()
    rows: dict[tuple[str, ...], Cell] = {
        (code,): cells.get(code, TRUE_ZERO) for code in (*counted.codes, TOTAL)
    }
    printed = as_printed_rows(ProtectedTable(shell.text, (counted,), rows, counted.name), shell.printed)
    return {code: cell for (code,), cell in printed.cells.items() if cell != TRUE_ZERO}


def test_the_harmonised_groupings_are_sums_of_published_rows() -> None:
    """Eurostat's and GLOTIP's other, and the clearing point's combination, are sums; the rest are rows."""
    assert harmonised(SEXUAL=40, BEGGING=10, SEVERAL_OTHER=6, SEVERAL=7, TOTAL=63) == {
        "EUROSTAT_SEXUAL": 40,
        "EUROSTAT_OTHER": 16,
        "EUROSTAT_SEVERAL": 7,
        "GLOTIP_SEXUAL": 40,
        "GLOTIP_OTHER": 16,
        "GLOTIP_SEVERAL": 7,
        "RCP_SEXUAL": 40,
        "RCP_BEGGING": 10,
        "RCP_COMBINATION": 13,
        TOTAL: 63,
    }


def test_a_sum_of_hidden_rows_is_printed_only_where_a_reader_could_subtract_it() -> None:
    """Begging and adoption are hidden: Eurostat's other is the total less the rest. The combination has a hidden
    part, and another hidden row stands outside it: it is hidden."""
    printed = harmonised(SEXUAL=40, BEGGING="c", ADOPTION="c", TOTAL=50)
    assert printed["EUROSTAT_OTHER"] == 10
    assert printed["RCP_BEGGING"] == NOT_SHOWN

    printed = harmonised(SEXUAL=40, BEGGING="c", SEVERAL="c", TOTAL=50)
    assert printed["RCP_COMBINATION"] == printed["EUROSTAT_OTHER"] == NOT_SHOWN

    printed = harmonised(SEXUAL=40, BEGGING="c", ADOPTION="c", TOTAL="c")
    assert printed["EUROSTAT_OTHER"] == NOT_SHOWN


def test_what_is_not_available_stays_so_in_a_sum() -> None:
    assert harmonised(SEXUAL="..", TOTAL="..")["RCP_SEXUAL"] == NOT_AVAILABLE
