"""What holds for every page that a reader can reach from home: found by following the links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from urllib.parse import urldefrag, urljoin

import pytest
from starlette.testclient import TestClient

from tests.app.web.conftest import PUBLIC_URL
from tests.app.web.published import DRAFT_MARK, Published
from tests.app.web.reading_html import Page

FIRST_VIEW = 150_000
"""Bytes of a page with all that it loads, unpacked (issue "Pages", Look)."""
NAMES_OF_FORMATS = ("http://www.w3.org/", "https://www.w3.org/")


@pytest.fixture
def pages(reader: TestClient, published: Published) -> Mapping[str, Page]:
    """Every page by its address, and the one for what is not there."""
    found: dict[str, Page] = {"/nothing": Page(reader.get("/nothing").text)}
    waiting = ["/", f"/releases/{published.superseded}"]
    while waiting:
        address = urldefrag(waiting.pop()).url
        if address in found or address.startswith("/api/") or address.endswith(".svg"):
            continue
        answer = reader.get(address)
        assert answer.status_code == 200, address
        found[address] = Page(answer.text)
        waiting += [urljoin(address, link) for link in found[address].links]
    return found


def test_all_pages_are_reached_by_links(pages: Mapping[str, Page], published: Published) -> None:
    """Three releases with four tables each, and no address of a draft."""
    assert len([address for address in pages if "/tables/" in address]) == 3 * 4
    assert {"/", "/releases", "/about"} <= set(pages)
    assert not [address for address in pages if str(published.draft) in address]


def test_every_link_leads_somewhere(reader: TestClient, pages: Mapping[str, Page]) -> None:
    """Pages, files, places within a page, stylesheet, icon and images."""
    dead = []
    for address, page in pages.items():
        sources = [
            one.attributes[name]
            for one in page.elements
            for name in ("href", "src")
            if name in one.attributes
        ]
        for target in {urljoin(address, source) for source in sources} - {""}:
            place, fragment = urldefrag(target.removeprefix(PUBLIC_URL))
            if place in pages:
                dead += [target] if fragment and fragment not in pages[place].ids else []
            elif reader.head(place).status_code not in (200, 405) or reader.get(place).status_code != 200:
                dead.append(target)

    assert dead == []


def test_every_page_is_well_formed(pages: Mapping[str, Page]) -> None:
    """Every element that begins ends, and no id stands twice."""
    assert {address: page.faults for address, page in pages.items() if page.faults} == {}
    assert [address for address, page in pages.items() if len(page.ids) != len(set(page.ids))] == []


def test_nothing_on_a_page_runs_or_styles_inline(reader: TestClient, pages: Mapping[str, Page]) -> None:
    """The policy would stop it; here nothing asks for it. The chart is held to the same.

    The page that clears a sheet in the browser alone has a script, from a file of ours.
    """
    chart = Page(reader.get("/releases/latest/chart.svg").text)
    scripts = {address: page.all("script") for address, page in pages.items() if page.all("script")}
    assert list(scripts) == ["/send/here"]
    assert [(one.text, one.attributes["src"].split("/")[1]) for one in scripts["/send/here"]] == [
        ("", "static")
    ]
    for page in [*pages.values(), chart]:
        assert page.all("style") == []
        assert [
            one
            for one in page.elements
            for name in one.attributes
            if name == "style" or name.startswith("on")
        ] == []


def test_nothing_is_loaded_from_elsewhere(pages: Mapping[str, Page], reader: TestClient) -> None:
    """The only full addresses are our own and the names of formats."""
    stylesheet = reader.get(pages["/"].all("link")[0].attributes["href"]).text
    for source in [stylesheet, *(page.source for page in pages.values())]:
        assert re.findall(r"@import|url\(", source) == []
        foreign = [
            address
            for address in re.findall(r"https?://[^\s\"'<>)]+", source)
            if not address.startswith((PUBLIC_URL, *NAMES_OF_FORMATS))
        ]
        assert foreign == []


def test_no_page_shows_anything_of_a_draft(pages: Mapping[str, Page]) -> None:
    """Neither its titles nor its figures."""
    assert [
        address for address, page in pages.items() if DRAFT_MARK in page.source or "9\u202f876" in page.source
    ] == []


def test_every_page_can_be_walked_by_ear(pages: Mapping[str, Page]) -> None:
    """A language, a title of its own, one first heading, no level left out, landmarks, a way past the head."""
    for address, page in pages.items():
        levels = [int(one.tag[1]) for one in page.elements if re.fullmatch(r"h[1-6]", one.tag)]
        assert page.one("html").attributes["lang"] == "en", address
        assert levels[0] == 1, address
        assert levels.count(1) == 1, address
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), address
        assert len(page.all("main")) == len(page.all("header")) == len(page.all("footer")) == 1, address
        assert page.links[0] == f"#{page.one('main').attributes['id']}", address
        assert all(one.attributes.get("aria-label") for one in page.all("nav")), address
        assert all(one.attributes.get("alt") for one in page.all("img")), address
    titles = [page.texts("title")[0] for address, page in pages.items() if "latest" not in address]
    assert len(titles) - len(set(titles)) <= 2 * 5  # the same release or table in another revision


def test_a_first_view_is_light(reader: TestClient, pages: Mapping[str, Page]) -> None:
    """The page, its stylesheet, its icon and its images together."""
    for address, page in pages.items():
        loaded = [
            one.attributes["href"]
            for one in page.all("link")
            if one.attributes["rel"] in ("stylesheet", "icon")
        ]
        loaded += [one.attributes["src"] for one in page.all("img")]
        weight = len(page.source.encode()) + sum(len(reader.get(target).content) for target in loaded)
        assert weight < FIRST_VIEW, address
