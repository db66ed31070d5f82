"""How pages are answered: kept for a while by browsers, kept in memory here, and never out of date."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from app.database.transactions import transaction
from app.domain.statuses import ReleaseStatus
from app.edge.premises import Premises
from app.queries import releases as queries
from app.web.memory import HTML, KeptPages
from tests.app.web.published import Published
from tests.app.web.reading_html import Page

PUBLISHED_PAGES = (
    "/",
    "/about",
    "/releases",
    "/releases/latest",
    "/releases/latest/tables/A1",
    "/releases/latest/chart.svg",
)


@pytest.mark.parametrize("address", [*PUBLISHED_PAGES, "/nothing"])
def test_every_answer_carries_the_strict_policy(
    reader: TestClient, published: Published, address: str
) -> None:
    """Nothing but our own stylesheet and images, and nothing `unsafe`."""
    policy = reader.get(address).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; img-src 'self'; style-src 'self';")
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", PUBLISHED_PAGES)
def test_a_reader_who_has_a_page_is_told_so(reader: TestClient, published: Published, address: str) -> None:
    """A browser keeps a page for five minutes, then asks whether it changed, and gets no body if not."""
    first = reader.get(address)
    again = reader.get(address, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})

    assert first.headers["cache-control"] == "public, max-age=300"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize("address", PUBLISHED_PAGES)
def test_a_page_can_be_asked_for_its_head_alone(
    reader: TestClient, published: Published, address: str
) -> None:
    """Tools that check links do so."""
    head = reader.head(address)

    assert head.status_code == 200
    assert head.headers["etag"] == reader.get(address).headers["etag"]


def test_a_refusal_is_kept_by_nobody(reader: TestClient, published: Published) -> None:
    """What is not there now may be there in a minute."""
    assert reader.get("/releases/nothing").headers["cache-control"] == "no-store"


def test_the_stylesheet_may_be_kept_for_a_year(reader: TestClient) -> None:
    """Its address changes with its content."""
    stylesheet = reader.get(Page(reader.get("/about").text).all("link")[0].attributes["href"])

    assert stylesheet.headers["content-type"] == "text/css; charset=utf-8"
    assert stylesheet.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_page_that_was_kept_still_learns_that_it_is_superseded(
    reader: TestClient, premises: Premises, published: Published
) -> None:
    """What a page depends on is looked up for each reader, and the page is drawn anew when it changed."""
    address = f"/releases/{published.current}/tables/A1"
    before = reader.get(address)

    with transaction(premises.database.write_session()) as session:
        queries.get_release(session, published.current).status = ReleaseStatus.SUPERSEDED.value
        session.flush()
        queries.get_release(session, published.superseded).status = ReleaseStatus.PUBLISHED.value
    after = reader.get(address)

    assert "A newer revision" not in before.text
    assert "A newer revision" in after.text
    assert before.headers["etag"] != after.headers["etag"]


def test_a_page_is_drawn_once() -> None:
    """The second reader gets the same bytes from memory."""
    drawn: list[str] = []
    pages = KeptPages()

    def draw() -> str:
        drawn.append("once")
        return "<p>"

    assert pages.take("key", draw, media_type=HTML) is pages.take("key", draw, media_type=HTML)
    assert drawn == ["once"]


def test_the_page_that_was_longest_unread_goes_first() -> None:
    """Memory is bounded, whatever readers ask for."""
    pages = KeptPages(most=2)
    first = pages.take("first", lambda: "first", media_type=HTML)
    second = pages.take("second", lambda: "second", media_type=HTML)
    pages.take("first", lambda: "first", media_type=HTML)
    pages.take("third", lambda: "third", media_type=HTML)

    assert pages.take("first", lambda: "drawn anew", media_type=HTML) is first
    assert pages.take("second", lambda: "drawn anew", media_type=HTML) is not second
