"""Table A1 as printed: what its columns give by subtraction is a cell of the tables that it is protected as."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import protect_all
from reports.joining import join_counted, join_protected
from reports.printing import with_region
from reports.shells import table_shell
from reports.tables import NOT_SHOWN, REGION, TOTAL, TRUE_ZERO, CountedTable, Dimension, Key, ProtectedTable
from tests.reports.attacker import narrowed
from tests.reports.grids import LARGE, RULES, counted, grid, grid_of, table_of

COUNTRY = "reporting_country"
SHELL = table_shell("A1")
MANY = """
    reporting_country | IDENTIFIED | NEWLY_ASSISTED | ASSISTED_BEFORE
    AL                |        200 |            108 |               1
    BA                |        300 |             90 |              40
    RS                |        400 |            200 |              70
"""


def test_who_was_assisted_before_cannot_be_had_from_two_columns() -> None:
    """Of 109 assisted in Albania 108 newly: both would say that one person was assisted before. A second country
    hides with it, because the region has both columns."""
    assert grid_of(a1_of(MANY)) == grid(
        """
        reporting_country | IDENTIFIED | ASSISTED | NEWLY_ASSISTED | ASSISTED_BEFORE
        AL                |        200 |      109 |              c |               c
        BA                |        300 |      130 |              c |               c
        RS                |        400 |      270 |            200 |              70
        TOTAL             |        900 |      509 |            398 |             111
        """
    )


def test_a_country_of_under_fifty_persons_prints_how_many_were_assisted_and_not_since_when() -> None:
    """The first year is an attribute like any other: such a country prints totals alone."""
    printed = a1_of(MANY.replace("108 |               1", " 20 |              20"), AL=49)

    assert [printed.cells["AL", column] for column in ("ASSISTED", "NEWLY_ASSISTED", "ASSISTED_BEFORE")] == [
        40,
        NOT_SHOWN,
        NOT_SHOWN,
    ]


def test_what_another_table_hides_of_the_assisted_a1_hides_too() -> None:
    """A1 has the same assisted persons as A2: their total of a country is the same cell."""
    a2 = counted(f"{COUNTRY} | FOREIGN | UNK\nAL | 3 | 0\nBA | 60 | 60", f"{COUNTRY} x nationality_status")
    a2 = replace(a2, text=replace(a2.text, population="Persons assisted in the year"))

    of_a2, *parts = protect_all(
        [a2, *parts_of("c | I | N | B\nAL | 60 | 3 | 0\nBA | 300 | 80 | 40")],
        country_persons={"AL": LARGE, "BA": LARGE},
        rules=RULES,
    )

    a1 = join_protected(SHELL, parts)
    assert a1.cells["AL", "ASSISTED"] == of_a2.cells["AL", TOTAL] == NOT_SHOWN
    assert a1.cells["BA", "ASSISTED"] == of_a2.cells["BA", TOTAL] == NOT_SHOWN


def test_a_zero_of_one_part_is_no_true_zero_beside_what_the_other_hides() -> None:
    """In Albania nobody was identified, and who was assisted is not shown."""
    printed = a1_of("c | I | N | B\nAL | 0 | 30 | 2\nBA | 300 | 80 | 40\nRS | 200 | 50 | 30")

    assert printed.cells["AL", "NEWLY_ASSISTED"] == printed.cells["AL", "IDENTIFIED"] == NOT_SHOWN


def test_the_region_divides_its_assisted_only_where_every_side_is_large() -> None:
    """The countries have 121 persons assisted before, the region 118: three count twice, which newly would tell too."""
    split = {"IDENTIFIED": 800, "ASSISTED": 480, "NEWLY_ASSISTED": 380, "ASSISTED_BEFORE": 100}
    few = split | {"NEWLY_ASSISTED": 362, "ASSISTED_BEFORE": 118}

    assert region_row(split) == [800, 480, 380, 100]
    assert region_row(few) == [800, 480, NOT_SHOWN, NOT_SHOWN]


SPARSE = st.sampled_from([0, 0, 1, 2, 4, 5, 9, 30])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SPARSE, SPARSE, SPARSE), min_size=1, max_size=4))
def test_a_reader_of_a1_learns_nothing_of_who_was_assisted_before(
    countries: list[tuple[int, int, int]],
) -> None:
    """Who takes the assisted as the sum of the two columns beside them, in each country and in the region."""
    rows = "\n".join(
        f"C{n} | {identified} | {newly} | {before}" for n, (identified, newly, before) in enumerate(countries)
    )
    _, assisted = parts_of("c | I | N | B\n" + rows)

    printed = a1_of("c | I | N | B\n" + rows)

    as_system: dict[Key, int | float | str] = {
        (country, code): printed.cells[country, "ASSISTED" if code == TOTAL else code]
        for country, code in assisted.counts
    }
    table = ProtectedTable(assisted.text, assisted.dimensions, as_system, COUNTRY)  # type: ignore[arg-type]
    assert narrowed(table, assisted.counts, dict.fromkeys(assisted.counts, RULES.threshold)) == []


def test_every_number_of_a1_is_that_of_a_part() -> None:
    """Joined before or after protection, with `-` for none."""
    parts = parts_of(MANY)
    truth = join_counted(SHELL, parts, region={})

    assert truth.not_available == frozenset()
    assert all(
        value in {NOT_SHOWN, truth.counts[key] or TRUE_ZERO} for key, value in a1_of(MANY).cells.items()
    )


def parts_of(rows: str) -> tuple[CountedTable, CountedTable]:
    """The two tables of A1; the rows have country, identified, newly assisted, assisted before."""
    lines = [[cell.strip() for cell in line.split("|")] for line in rows.strip().splitlines()[1:]]
    countries = tuple(line[0] for line in lines)
    country = Dimension(COUNTRY, "Country", countries, dict(zip(countries, countries, strict=True)))
    first = SHELL.parts[1].dimensions[1].as_dimension()
    of_both = (
        table_of((country,), {(line[0],): int(line[1]) for line in lines}),
        table_of(
            (country, first),
            {(c, code): int(n) for c, _, *split in lines for code, n in zip(first.codes, split, strict=True)},
        ),
    )
    identified, assisted = (
        replace(table, text=part.text) for table, part in zip(of_both, SHELL.parts, strict=True)
    )
    return identified, assisted


def a1_of(rows: str, **persons: int) -> ProtectedTable:
    parts = parts_of(rows)
    country_persons = {code: persons.get(code, LARGE) for code in parts[0].dimensions[0].codes}
    return join_protected(SHELL, protect_all(parts, country_persons=country_persons, rules=RULES))


def region_row(region: dict[str, int]) -> list[object]:
    rows = MANY.replace("108 |               1", "108 |              11")
    table = join_counted(SHELL, parts_of(rows), region=region)
    printed = with_region(a1_of(rows), table, SHELL.parts)
    return [printed.cells[REGION, measure] for measure in region]
