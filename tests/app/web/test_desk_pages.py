"""The desk in a browser: who may come in, that only its own forms are taken, and what stands on its pages."""

from __future__ import annotations

import base64
import re
from uuid import UUID

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database.transactions import transaction
from app.domain.actors import Role
from app.domain.identifiers import new_id
from app.models import ErasureTask
from app.queries.person_withdrawals import find_owners
from tests.app.web.reading_html import Page
from tests.clearing_point_fixture import DESK, OTHER_SHELTER, SHELTER, People
from tests.factories import NOON
from tests.linked_cases import persons, run
from tests.linked_women import case_ids, link_two, send_two

DOOR = "/desk"
LINKS = "/desk/links"
ERASURES = "/desk/erasures"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
BROWSER = {"Accept": "text/html"}
SETTLED = {"outcome": "erased", "asked": "yes"}
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
def test_nobody_but_curators_sees_links(people: People, role: Role) -> None:
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


@pytest.mark.parametrize(
    ("roles", "addresses"),
    [
        ([Role.CURATOR], [LINKS]),
        ([Role.KEEPER], [ERASURES]),
        ([Role.CURATOR, Role.KEEPER], [LINKS, ERASURES]),
    ],
    ids=["curator", "keeper", "both"],
)
def test_the_first_page_says_what_waits_for_a_role(
    people: People, roles: list[Role], addresses: list[str]
) -> None:
    """Doors for the role alone, with the number of what nobody has decided."""
    link_two(people, country="MD")
    wait_for_a_keeper(people)

    answer = browser_of(people, *roles).get(DOOR)
    page = Page(answer.text)

    assert page.faults == []
    assert [link for link in page.links if link in (LINKS, ERASURES)] == addresses
    assert page.texts("strong")[-len(addresses) :] == ["1"] * len(addresses)


def test_a_link_that_is_decided_waits_no_more(people: People, browser: TestClient) -> None:
    """Then nothing does."""
    link_two(people)
    browser.post(f"{link_address(browser)}/decide", data=DECISION, headers=SAME_ORIGIN)

    assert "Nothing waits" in browser.get(DOOR).text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CURATOR, Role.KEEPER)])
def test_for_nobody_else_there_is_a_desk(people: People, role: Role) -> None:
    """A sender least of all."""
    other = browser_of(people, role, organization="shelter" if role is Role.SENDER else DESK.code)

    assert other.get(DOOR).status_code == 403
    assert people.nobody.get(DOOR, headers=BROWSER).headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.KEEPER])
def test_nobody_but_keepers_settles_erasures(people: People, role: Role) -> None:
    """Neither the list, nor a task, nor its form."""
    case = wait_for_a_keeper(people)
    task = erasure_address(browser_of(people, Role.KEEPER))
    other = browser_of(people, role, organization="shelter" if role is Role.SENDER else DESK.code)

    assert [other.get(address).status_code for address in (ERASURES, task)] == [403, 403]
    assert other.post(f"{task}/settle", data=SETTLED, headers=SAME_ORIGIN).status_code == 403
    assert is_there(people, case)


def test_a_task_says_whom_to_ask_and_nothing_of_the_case(people: People) -> None:
    """The organization by its name, since when, and what the answers mean."""
    case = wait_for_a_keeper(people)
    keeper = browser_of(people, Role.KEEPER)

    answers = [keeper.get(ERASURES), keeper.get(erasure_address(keeper))]

    for answer in answers:
        assert Page(answer.text).faults == []
        assert answer.headers["cache-control"] == "no-store"
        assert OTHER_SHELTER.name in answer.text
        assert "2 March 2026" in answer.text
        for secret in ("MD-1", str(case), "Mara", SHELTER.name, "24", "2025-05"):
            assert secret not in Page(answer.text).one("main").text


@pytest.mark.parametrize(("outcome", "stays"), [("erased", False), ("kept", True)], ids=["erased", "kept"])
def test_a_keeper_settles_what_the_organization_answered(people: People, outcome: str, stays: bool) -> None:
    """Once: then the task is gone."""
    case = wait_for_a_keeper(people)
    keeper = browser_of(people, Role.KEEPER)
    task = erasure_address(keeper)

    answer = keeper.post(f"{task}/settle", data={**SETTLED, "outcome": outcome}, headers=SAME_ORIGIN)

    assert (answer.status_code, answer.headers["location"]) == (303, ERASURES)
    assert is_there(people, case) is stays
    assert "Nothing waits" in keeper.get(ERASURES).text
    assert keeper.get(task).status_code == 404
    assert keeper.post(f"{task}/settle", data=SETTLED, headers=SAME_ORIGIN).status_code == 404


@pytest.mark.parametrize(
    "form",
    [{}, {"outcome": "erased"}, {"asked": "yes"}, {"outcome": "perhaps", "asked": "yes"}],
    ids=["nothing", "not asked", "no answer", "another word"],
)
def test_without_having_asked_nothing_is_erased(people: People, form: dict[str, str]) -> None:
    """A step that also a browser without scripts and a hand-made form cannot leave out."""
    case = wait_for_a_keeper(people)
    keeper = browser_of(people, Role.KEEPER)

    answer = keeper.post(f"{erasure_address(keeper)}/settle", data=form, headers=SAME_ORIGIN)

    assert answer.status_code == 422
    assert is_there(people, case)


def test_another_sites_form_erases_nothing(people: People) -> None:
    """A browser would send the password along with it."""
    case = wait_for_a_keeper(people)
    keeper = browser_of(people, Role.KEEPER)
    foreign = {"Sec-Fetch-Site": "cross-site"}

    answer = keeper.post(f"{erasure_address(keeper)}/settle", data=SETTLED, headers=foreign)

    assert answer.status_code == 403
    assert is_there(people, case)


def test_the_desk_is_on_no_public_page(people: People) -> None:
    """Neither linked nor in the interface's document."""
    assert "/desk" not in people.nobody.get("/").text
    assert "/desk" not in people.nobody.get("/api/v1/openapi.json").text


def wait_for_a_keeper(people: People) -> UUID:
    """A case of the other shelter, of which a keeper has to ask."""
    if not case_ids(people.premises):
        send_two(people)
    case = case_ids(people.premises)[1]
    with transaction(people.premises.database.read_session()) as session:
        owner = find_owners(session, [case])[case]
    with transaction(people.premises.database.linking_session()) as session:
        session.add(ErasureTask(id=new_id(NOON), case_id=case, organization_id=owner, created_at=NOON))
    return case


def is_there(people: People, case: UUID) -> bool:
    """Whether anything of a case is kept."""
    with transaction(people.premises.database.keeping_session()) as session:
        asked = text("SELECT count(*) FROM case_parts WHERE case_id = :case")
        return bool(session.execute(asked, {"case": case}).scalar_one())


def erasure_address(browser: TestClient) -> str:
    found = re.search(r'href="(/desk/erasures/[0-9a-f-]{36})"', browser.get(ERASURES).text)
    assert found
    return found[1]


def link_address(browser: TestClient) -> str:
    found = re.search(r'href="(/desk/links/[0-9a-f-]{36})"', browser.get(LINKS).text)
    assert found
    return found[1]
