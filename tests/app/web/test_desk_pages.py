"""The desk in a browser: who may come in, that only its own forms are taken, and what stands on its pages."""

from __future__ import annotations

import base64
import re

import pytest
from starlette.testclient import TestClient

from app.domain.actors import Role
from tests.app.web.reading_html import Page
from tests.clearing_point_fixture import DESK, People
from tests.linked_cases import persons, run
from tests.linked_women import link_two

LINKS = "/desk/links"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
BROWSER = {"Accept": "text/html"}
DECISION = {"decision": "same:ORGANIZATIONS_CONFIRMED"}


def browser_of(people: People, *roles: Role, organization: str = DESK.code) -> TestClient:
    """A browser that signs in with a new person's key."""
    bearer = people.client_of(organization, *roles).headers["Authorization"]
    key = bearer.removeprefix("Bearer ")
    coded = base64.b64encode(f"anybody:{key}".encode()).decode()
    return TestClient(
        people.application,
        headers={"Authorization": f"Basic {coded}", **BROWSER},
        raise_server_exceptions=False,
        follow_redirects=False,
    )


@pytest.fixture
def browser(people: People) -> TestClient:
    """A curator's."""
    return browser_of(people, Role.CURATOR)


def test_without_a_key_the_browser_is_asked_for_one(people: People) -> None:
    """Basic, in UTF-8; and no page says more."""
    for headers in (
        {},
        {"Authorization": "Basic !!"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer x"},
    ):
        answer = people.nobody.get(LINKS, headers={**BROWSER, **headers})

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
        assert answer.headers["cache-control"] == "no-store"


def test_the_interface_still_asks_for_its_own_way(people: People) -> None:
    """A program is told to send the key in the header."""
    assert people.nobody.get("/api/v1/links").headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CURATOR])
def test_nobody_but_curators_comes_in(people: People, role: Role) -> None:
    """A sender least of all."""
    other = browser_of(people, role, organization="shelter" if role is Role.SENDER else DESK.code)

    assert other.get(LINKS).status_code == 403


def test_the_list_leads_to_each_link(people: People, browser: TestClient) -> None:
    """What agrees, in a sentence; the countries; whether it is decided."""
    link_two(people, country="MD")

    answer = browser.get(LINKS)
    page = Page(answer.text)

    assert page.faults == []
    assert answer.headers["cache-control"] == "no-store"
    assert "Serbia" in answer.text
    (address,) = [link for link in page.links if re.fullmatch(r"/desk/links/[0-9a-f-]{36}", link)]
    assert browser.get(address).status_code == 200


def test_a_link_shows_both_cases_and_no_identity(people: People, browser: TestClient) -> None:
    """Bands, months and codes in words."""
    cases = link_two(people, country="MD")

    answer = browser.get(link_address(browser))

    assert Page(answer.text).faults == []
    for shown in ("24 to 26 years", "2025-05", "Serbia", "Same name in any spelling", "same birthplace"):
        assert shown in answer.text
    for secret in ("2025-017", "MD-1", "Shelter in", "Mara", "Ilic", *map(str, cases)):
        assert secret not in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert Page(answer.text).all("script") == []


def test_a_decision_is_taken_from_the_desks_own_form(people: People, browser: TestClient) -> None:
    """Without a script: a form, and back to the list."""
    cases = link_two(people)

    answer = browser.post(f"{link_address(browser)}/decide", data=DECISION, headers=SAME_ORIGIN)

    assert (answer.status_code, answer.headers["location"]) == (303, LINKS)
    run(people.premises)
    assert persons(people.premises) == {frozenset(cases)}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
    ],
    ids=["nothing", "cross-site", "same-site", "another origin", "no origin", "contradiction"],
)
def test_another_sites_form_is_refused(people: People, browser: TestClient, headers: dict[str, str]) -> None:
    """A browser would send the password along with it."""
    link_two(people)

    answer = browser.post(f"{link_address(browser)}/decide", data=DECISION, headers=headers)

    assert answer.status_code == 403
    run(people.premises)
    assert persons(people.premises) == set()


def test_an_older_browser_names_its_origin(people: People, browser: TestClient) -> None:
    """It knows no Sec-Fetch-Site."""
    link_two(people)
    ours = {"Origin": people.premises.public_url}

    assert browser.post(f"{link_address(browser)}/decide", data=DECISION, headers=ours).status_code == 303


@pytest.mark.parametrize(
    "decision", ["", "same", "same:TWINS_OR_RELATIVES", "perhaps:KEYS_SUFFICE", "x" * 5000]
)
def test_a_form_that_says_something_else_is_refused(
    people: People, browser: TestClient, decision: str
) -> None:
    """Not one of the choices."""
    link_two(people)

    answer = browser.post(f"{link_address(browser)}/decide", data={"decision": decision}, headers=SAME_ORIGIN)

    assert answer.status_code in (413, 422)


def test_the_desk_is_on_no_public_page(people: People) -> None:
    """Neither linked nor in the interface's document."""
    assert "/desk" not in people.nobody.get("/").text
    assert "/desk" not in people.nobody.get("/api/v1/openapi.json").text


def link_address(browser: TestClient) -> str:
    found = re.search(r'href="(/desk/links/[0-9a-f-]{36})"', browser.get(LINKS).text)
    assert found
    return found[1]
