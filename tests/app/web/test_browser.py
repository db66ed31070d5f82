"""The pages in a real browser: nothing breaks the policy, and a table can be read on a phone and with the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.cli.server import Server
from app.edge.premises import Premises
from app.main import create_app
from tests.app.web.chromium import PROGRAM, Browser, browser
from tests.app.web.published import Published

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs Chromium")

PHONE, DESKTOP = 390, 1280
ADDRESSES = (
    "/",
    "/releases",
    "/releases/latest",
    "/releases/latest/tables/A8",
    "/about",
    "/nothing",
    "/send",
    "/send/here",
    "/codebook",
    "/codebook/cases",
    "/codebook/lists",
    "/problems",
    "/problems/wrong_date",
)
TABLE = "/releases/latest/tables/A8"


@pytest.fixture
def site(premises: Premises, published: Published) -> Iterator[str]:
    """The clearing point behind a real HTTP server; gives its address."""
    with Server(create_app(premises), host="127.0.0.1", port=0).running() as url:
        yield url


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """One browser."""
    with browser() as opened:
        yield opened


def test_no_page_breaks_the_policy_or_asks_elsewhere(site: str, chromium: Browser) -> None:
    """Light and dark, on a phone and on a desk; the page for what is not there may say 404 and nothing else."""
    for address in ADDRESSES:
        for width, dark in ((PHONE, True), (DESKTOP, False)):
            chromium.open(site + address, width=width, dark=dark)

            complaints = [one for one in chromium.complaints if address != "/nothing" or "404" not in one]
            assert complaints == [], address
            assert [one for one in chromium.requests if not one.startswith(site)] == []
            assert chromium.ask("[...document.images].every(image => image.naturalWidth > 0)")
            assert chromium.ask("document.styleSheets[0].cssRules.length > 50")


def test_no_page_is_wider_than_a_phone(site: str, chromium: Browser) -> None:
    """A reader never scrolls the page sideways, down to the narrowest phones."""
    for address in ADDRESSES:
        for width in (320, PHONE):
            chromium.open(site + address, width=width)

            assert chromium.ask("document.scrollingElement.scrollWidth") <= width, address


def test_a_wide_table_scrolls_in_its_own_region_and_keeps_the_row_titles(
    site: str, chromium: Browser
) -> None:
    """The region is reached with the Tab key and scrolled with the arrow keys; the first column stays."""
    chromium.open(site + TABLE, width=PHONE)
    assert chromium.ask("(region = document.querySelector('.scroll')).scrollWidth > region.clientWidth")

    for _ in range(20):
        chromium.press("Tab")
        if chromium.ask("document.activeElement === region"):
            break
    for _ in range(3):
        chromium.press("ArrowRight")
    moved = chromium.ask(
        "new Promise(done => { const look = () => region.scrollLeft > 50 ? done(true) : setTimeout(look, 50); look() })"
    )

    assert moved
    left = "getBoundingClientRect().left"
    assert chromium.ask(f"Math.abs(document.querySelector('tbody th').{left} - region.{left}) <= 1")
    assert chromium.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_way_past_the_head_comes_first(site: str, chromium: Browser) -> None:
    """The first press of the Tab key shows it."""
    chromium.open(site + "/")

    chromium.press("Tab")

    assert chromium.ask("document.activeElement.textContent") == "Skip to the content"
    assert chromium.ask("document.activeElement.getBoundingClientRect().top >= 0")


def test_dark_is_dark(site: str, chromium: Browser) -> None:
    """The page follows what the reader's machine asks for."""
    ground = "getComputedStyle(document.body).backgroundColor"
    chromium.open(site + "/", dark=False)
    light = chromium.ask(ground)
    chromium.open(site + "/", dark=True)

    assert light == "rgb(250, 249, 245)"
    assert chromium.ask(ground) == "rgb(17, 25, 29)"
