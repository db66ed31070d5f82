"""Laws that hold however cases are linked: persons only become fewer, and the order of rows says nothing."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import Frame, count_link_part, count_table
from reports.keys import WITH_REVIEW
from reports.tables import TOTAL
from tests.reports.ascii_tables import frame_of

YEAR = 2026
COUNTRIES = ("AL", "BA", "RS")
Linking = tuple[list[int], list[int]]
few_examples = settings(max_examples=4, deadline=None)


@st.composite
def linkings(draw: st.DrawFn) -> Linking:
    """For each of a few cases its person by automatic links; for each of those persons one with review."""
    automatic = draw(st.lists(st.integers(0, 4), min_size=1, max_size=8))
    review = draw(st.lists(st.integers(0, 4), min_size=5, max_size=5))
    return automatic, review


def linked(linking: Linking, *, places: list[int] | None = None) -> Frame:
    """Cases of three countries in turn; `places` is another order of the rows."""
    automatic, review = linking
    rows = [
        f"{n} | p{person} | r{review[person]} | {COUNTRIES[n % 3]} | 2026-0{1 + n % 4}-05"
        for n, person in enumerate(automatic)
    ]
    shuffled = [rows[place] for place in places] if places else rows
    return frame_of("\n".join(["case | person | review | country | identified", *shuffled]))


def with_persons(frame: Frame, column: str) -> Frame:
    """The frame as if the persons of this band were those of automatic links."""
    case = frame.tables["case"]
    replaced = case.set_column(case.schema.get_field_index("person_id"), "person_id", case[column])
    return Frame({**frame.tables, "case": replaced})


@few_examples
@given(linkings())
def test_more_links_never_give_more_persons(linking: Linking) -> None:
    """From cases to automatic links to those with review: persons of countries and of the region, step by step."""
    frame = linked(linking)
    steps = [with_persons(frame, column) for column in ("case_id", "person_id", WITH_REVIEW)]

    persons = [count_table(step, "A6", year=YEAR).counts for step in steps]

    for code in (*(c for c in COUNTRIES if ("TOTAL", c) in persons[0]), TOTAL):
        assert persons[0][TOTAL, code] >= persons[1][TOTAL, code] >= persons[2][TOTAL, code]


@few_examples
@given(linkings())
def test_both_ends_of_a10_are_what_counting_with_these_persons_gives(linking: Linking) -> None:
    """Persons of each country with review: the first and those that another country had before."""
    frame = linked(linking)
    account = count_link_part(frame, "account", year=YEAR).counts
    automatic = count_table(frame, "A6", year=YEAR).counts
    review = count_table(with_persons(frame, WITH_REVIEW), "A6", year=YEAR).counts

    for country in {key[0] for key in account}:
        known = sum(account[country, code] for code in ("FIRST", "OTHER_COUNTRY", "OTHER_COUNTRY_REVIEW"))
        assert account[country, TOTAL] == automatic[TOTAL, country]
        assert known == review[TOTAL, country]
    persons = {f"r{linking[1][person]}" for person in linking[0]}
    assert account[TOTAL, "FIRST"] == len(persons)
    assert sum(account[TOTAL, c] for c in ("FIRST", "OTHER_COUNTRY_REVIEW", "SAME_COUNTRY_REVIEW")) == len(
        set(linking[0])
    )


@few_examples
@given(linkings(), st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(linking: Linking, random: object) -> None:
    """The same cases in another order give the same counts."""
    places = list(range(len(linking[0])))
    random.shuffle(places)  # type: ignore[attr-defined]  # Hypothesis hands over a random.Random

    ours = count_link_part(linked(linking), "account", year=YEAR)
    theirs = count_link_part(linked(linking, places=places), "account", year=YEAR)

    assert ours.counts == theirs.counts


def test_persons_of_both_bands_are_numbered_alike() -> None:
    """Equal keys become equal numbers, whatever the type of the column."""
    frame = linked(([0, 0, 1], [2, 2, 0, 0, 0]))
    case = frame.tables["case"]
    encoded = case.set_column(2, WITH_REVIEW, pa.chunked_array(case[WITH_REVIEW]).dictionary_encode())
    other = Frame({**frame.tables, "case": encoded})

    assert (
        count_link_part(other, "account", year=YEAR).counts
        == count_link_part(frame, "account", year=YEAR).counts
    )
