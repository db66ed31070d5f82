"""The public pages: what a reader finds on each, and that nobody finds what is not published."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest
from starlette.testclient import TestClient

from app.database import Database
from app.edge.premises import Premises
from app.main import create_app
from tests.app.web.conftest import LIKE_A_BROWSER, PUBLIC_URL
from tests.app.web.published import DRAFT_MARK, Published
from tests.app.web.reading_html import Page


def page_at(reader: TestClient, address: str) -> Page:
    answer = reader.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_home_shows_the_newest_figures_and_says_what_they_are_not(
    reader: TestClient, published: Published
) -> None:
    """The region's totals as published, the sentence beside them, and the way to the release."""
    home = page_at(reader, "/")

    assert home.texts("dd")[:3] == ["1 234", "17", ".. not available"]
    assert "not the number of victims" in home.text
    assert f"/releases/{published.current}" in home.links


def test_home_has_three_doors_and_links_only_those_that_are_open(
    reader: TestClient, published: Published
) -> None:
    """A sender reads the three commands; who would ask for data reads that this is not open yet."""
    home = page_at(reader, "/")

    assert home.texts("h3") == ["I send cases", "I use the figures", "I request data"]
    assert (
        "clearpoint template --out cases.xlsx clearpoint check cases.xlsx clearpoint send cases.xlsx"
        in home.text
    )
    assert "This door is not open yet" in home.text
    assert "/send" in home.links
    assert not [link for link in home.links if "request" in link]


def test_home_without_a_release_says_so(reader: TestClient) -> None:
    """The first reader of a new clearing point gets a page and no figures."""
    home = page_at(reader, "/")

    assert "No release has been published yet" in home.text
    assert "No release has been published yet" in page_at(reader, "/releases").text


def test_every_page_of_a_demonstration_says_that_it_is_invented(
    premises: Premises, published: Published
) -> None:
    """Nobody may take invented figures of real countries for true; a true clearing point says nothing of the kind."""
    demo, true = (
        TestClient(create_app(replace(premises, is_demo=is_demo)), headers=LIKE_A_BROWSER)
        for is_demo in (True, False)
    )

    for address in ("/", "/about", "/releases", "/releases/latest", "/releases/latest/tables/A1", "/nothing"):
        assert "Every organization, person and figure here is invented." in Page(demo.get(address).text).text
        assert "invented" not in true.get(address).text.replace("An invented source", "")


def test_the_list_has_every_public_release_newest_first(reader: TestClient, published: Published) -> None:
    """A superseded revision stays listed, because somebody may have cited it."""
    listed = page_at(reader, "/releases")

    addresses = [link for link in listed.links if link.startswith("/releases/")]
    assert addresses == [
        f"/releases/{one}" for one in (published.current, published.superseded, published.earlier_year)
    ]
    assert "Superseded Published 3 March 2026. Revision 1." in listed.text


def test_a_release_tells_when_it_was_made_and_lists_its_tables_by_chapter(
    reader: TestClient, published: Published
) -> None:
    """Year, revision, status, publication and cut; and each table under its chapter."""
    release = page_at(reader, f"/releases/{published.current}")

    assert release.texts("h1") == ["Victims of human trafficking and their assistance, 2025"]
    assert release.texts("dd")[:5] == ["2025", "2", "Current", "4 March 2026", "2 March 2026, 12:00 UTC"]
    assert release.texts("h3") == ["Victims identified and assisted", "Assistance"]
    assert f"/releases/{published.current}/tables/A8" in release.links


def test_a_release_says_which_rules_protected_it_with_their_numbers(
    reader: TestClient, published: Published
) -> None:
    """A reader can check the small numbers, and reads a reason for each."""
    release = page_at(reader, f"/releases/{published.current}")

    assert "Figures of 1 to 4 persons are not shown." in release.text
    assert "figures of 1 to 9 are not shown." in release.text
    assert "Countries with fewer than 5 persons in the year stand together." in release.text
    assert f"/api/v1/releases/{published.current}/manifest.json" in release.links


def test_a_release_says_how_to_cite_it(reader: TestClient, published: Published) -> None:
    """With its permanent address, which is the public one of this clearing point."""
    release = page_at(reader, "/releases/latest")

    assert release.texts("blockquote") == [
        "Regional Clearing Point (2026). Victims of human trafficking and their assistance, 2025. Revision 2. "
        f"Published 4 March 2026. {PUBLIC_URL}/releases/{published.current}"
    ]


def test_a_superseded_release_leads_to_the_newer_one(reader: TestClient, published: Published) -> None:
    """On the page of the release, and on each of its tables to the same table."""
    release = page_at(reader, f"/releases/{published.superseded}")
    table = page_at(reader, f"/releases/{published.superseded}/tables/A8")

    assert "A newer revision has taken the place of this one." in release.text
    assert f"/releases/{published.current}" in release.links
    assert f"/releases/{published.current}/tables/A8" in table.links


def test_latest_is_the_newest_year_that_is_published(reader: TestClient, published: Published) -> None:
    """Neither a draft nor a superseded revision."""
    release = page_at(reader, "/releases/latest")

    (canonical,) = [
        one.attributes["href"] for one in release.all("link") if one.attributes["rel"] == "canonical"
    ]
    assert canonical == f"{PUBLIC_URL}/releases/{published.current}"


def test_a_table_page_shows_the_table_with_its_unit_and_notes(
    reader: TestClient, published: Published
) -> None:
    """Caption, unit and population; headers with their scope; notes of the table and of its protection."""
    page = page_at(reader, f"/releases/{published.current}/tables/A1")

    assert page.texts("caption") == [
        "Victims by country, 2025. Unit: persons. Identified victims of the year."
    ]
    assert [one.text for one in page.all("th") if one.attributes["scope"] == "row"][:2] == [
        "Moldova",
        "Serbia",
    ]
    assert {one.attributes.get("scope") for one in page.all("th")} <= {"row", "col", "colgroup"}
    assert "1 234" in page.texts("td")
    assert "Countries with few persons in the year stand together: Albania." in page.text
    assert "Unknown stands under “unknown”." in page.text


def test_a_table_stands_below_in_percent_where_the_table_list_asks_for_it(
    reader: TestClient, published: Published
) -> None:
    """With what it is percent of in a sentence; the number of those stands where 100 would."""
    page = page_at(reader, f"/releases/{published.current}/tables/A7")

    assert "In percent" in page.texts("h2")
    assert page.texts("caption")[1].startswith(
        "Form of exploitation, 2025, in percent. Percent of the victims whose form of exploitation is known. Where 100"
    )
    assert page.texts("td") == ["17", "17", "17", "51", "33", "33", "33", "51"]
    assert "In percent" not in page_at(reader, f"/releases/{published.current}/tables/A1").texts("h2")


def test_a_table_explains_its_marks_where_they_stand(reader: TestClient, published: Published) -> None:
    """In the cell, and in a list under the table that has the marks of this table alone."""
    all_three = page_at(reader, f"/releases/{published.current}/tables/A1")
    none = page_at(reader, f"/releases/{published.current}/tables/A8")

    in_cells = {(one.text, one.attributes["title"]) for one in all_three.all("abbr")}
    assert in_cells == {("c", "not shown"), ("-", "zero"), ("..", "not available")}
    assert "Not shown. The figure is small" in all_three.text
    assert none.all("abbr") == []


def test_headers_over_several_columns_span_them(reader: TestClient, published: Published) -> None:
    """Each country has a column for each sex and one for both."""
    page = page_at(reader, f"/releases/{published.current}/tables/A8")

    spans = [
        (one.text, one.attributes.get("colspan"))
        for one in page.all("th")
        if one.attributes["scope"] == "colgroup"
    ]
    assert spans[0] == ("Moldova", "3")
    assert len(page.all("td")) == 4 * 4 * 3


def test_a_table_can_be_scrolled_with_the_keyboard(reader: TestClient, published: Published) -> None:
    """The region can be focused and has the caption as its name."""
    page = page_at(reader, f"/releases/{published.current}/tables/A8")

    (region,) = [one for one in page.all("div") if one.attributes.get("role") == "region"]
    assert region.attributes["tabindex"] == "0"
    assert page.one("caption").attributes["id"] == region.attributes["aria-labelledby"]


def test_a_table_page_offers_the_files_with_their_sizes(reader: TestClient, published: Published) -> None:
    """CSV, JSON and XLSX of this very table; what is said of their size is true."""
    page = page_at(reader, f"/releases/{published.current}/tables/A1")

    files = [link for link in page.links if "/tables/A1." in link]
    assert [file.rsplit(".", 1)[1] for file in files] == ["csv", "json", "xlsx"]
    for file in files:
        length = len(reader.get(file).content)
        said = f"{length} B" if length < 1000 else f"{length / 1000:.1f} kB"
        assert said in page.text


def test_a_table_page_gives_the_exact_call_for_programs(reader: TestClient, published: Published) -> None:
    """With the public address, whatever Host header the reader's request had."""
    page = Page(reader.get("/releases/latest/tables/A1", headers={"Host": "elsewhere.example"}).text)

    call = f"{PUBLIC_URL}/api/v1/releases/{published.current}/tables/A1.csv"
    assert [call in code for code in page.texts("pre")] == [True, True, True]
    assert "elsewhere.example" not in page.source


def test_tables_lead_to_their_neighbours(reader: TestClient, published: Published) -> None:
    """The first has no earlier one and the last no later one."""
    address = f"/releases/{published.current}/tables/"
    neighbours = {
        table: [
            one.attributes["href"]
            for one in page_at(reader, address + table).all("a")
            if "rel" in one.attributes
        ]
        for table in ("A1", "A8", "E1")
    }

    assert neighbours == {
        "A1": [f"{address}A8"],
        "A8": [f"{address}A1", f"{address}A7"],
        "E1": [f"{address}A7"],
    }


def test_a_label_cannot_become_markup(reader: TestClient, published: Published) -> None:
    """What a table says is text, whatever it holds."""
    page = page_at(reader, f"/releases/{published.current}/tables/A7")

    assert "<b>Other & odd</b>" in page.texts("th")
    assert page.all("b") == []


def test_the_chart_shows_the_countries_with_the_most_first(reader: TestClient, published: Published) -> None:
    """Bars as long as their figures, each with its figure in words; a mark has no bar and comes last."""
    release = page_at(reader, "/releases/latest")

    figure = release.one("figure").text
    assert figure.index("Serbia") < figure.index("Moldova") < figure.index("Countries shown together")
    assert [one.attributes["width"] for one in release.all("rect")] == ["100.0%", "20.6%", "0.0%"]
    assert f"/releases/{published.current}/tables/A1" in release.links


def test_the_chart_can_be_had_as_a_file_with_words(reader: TestClient, published: Published) -> None:
    """A title and a description inside, for those who do not see it."""
    chart = reader.get(f"/releases/{published.current}/chart.svg")

    assert chart.headers["content-type"] == "image/svg+xml"
    drawn = Page(chart.text)
    assert drawn.texts("title") == ["Victims identified, by reporting country, 2025"]
    assert "table A1" in drawn.texts("desc")[0]
    assert {"Serbia", "194", "40", "c"} <= set(drawn.texts("text"))


@pytest.mark.parametrize(
    "address",
    [
        "/canary",
        "/releases/canary",
        "/releases/0198c0de-0000-7000-8000-000000000001",
        "/releases/0198c0de-0000-7000-8000-000000000002/chart.svg",
        "/releases/latest/tables/canary",
        "/static/canary.css",
        "/static/..%2fcanary.py",
    ],
)
def test_what_does_not_exist_is_told_as_a_page(
    reader: TestClient, published: Published, address: str
) -> None:
    """404, in words, with a way out, and without the words of the address."""
    answer = reader.get(address)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "/releases" in Page(answer.text).links
    assert "canary" not in answer.text


@pytest.mark.parametrize("part", ["", "/tables/A1", "/chart.svg"])
def test_a_draft_is_not_there(reader: TestClient, published: Published, part: str) -> None:
    """Who guesses its address gets the same answer as for any other."""
    answer = reader.get(f"/releases/{published.draft}{part}")

    assert answer.status_code == 404
    assert DRAFT_MARK not in answer.text


def test_an_unknown_address_for_a_program_stays_a_problem_document(reader: TestClient) -> None:
    """Pages are for browsers; the interface answers in one form alone."""
    at_the_interface = reader.get("/api/v1/nothing")
    without_html = reader.get("/nothing", headers={"Accept": "*/*"})

    assert at_the_interface.headers["content-type"] == "application/problem+json"
    assert without_html.headers["content-type"] == "application/problem+json"


def test_a_fault_is_a_page_without_its_words(premises: Premises) -> None:
    """What failed is told to the operators alone."""
    without_database = replace(premises, database=cast(Database, "CANARY"))
    reader = TestClient(create_app(without_database), headers=LIKE_A_BROWSER, raise_server_exceptions=False)

    answer = reader.get("/")

    assert answer.status_code == 500
    assert Page(answer.text).texts("h1") == ["The clearing point failed"]
    assert "CANARY" not in answer.text
