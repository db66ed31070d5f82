"""A shelter sends from its browser: the file is cleared there, and nothing that names a person leaves it."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect, sync_playwright

from anonymizer.linking.tokens import read_link_tokens
from app.cli.server import Server
from app.demo.organizations import SENDERS
from app.demo.sheets import IDENTIFYING_COLUMNS, invent_sheet
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import Purpose
from app.main import create_app
from tests.anonymizer.case_sheets import MARKS, row
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import NOON, a_sheet

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")

CASES = 60
SHORTEST_SECRET = 6
"""Shorter names stand in codes and digests by chance."""
PATIENCE = 20_000
"""Milliseconds."""


@dataclass
class Shelter:
    """A page in front of a shelter's worker, and everything that left it."""

    page: Page
    people: People
    requests: list[Request] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def keys(self) -> str:
        """Its key file."""
        case_key = self.people.case_keys[SHELTER.code].hex()
        return f"key = {self.people.keys[f'{SHELTER.code} sender']}\ncase_key = {case_key}\n"

    def check(self, body: bytes, *, dates: str = "") -> None:
        """Choose a file and press the first button."""
        self.page.get_by_label("or paste its lines").fill(self.keys)
        self.page.get_by_label("Dates are written as").select_option(dates)
        file = {"name": "cases.csv", "mimeType": "text/csv", "buffer": body}
        self.page.get_by_label("Choose the case sheet as CSV").set_input_files(file)  # type: ignore[arg-type]
        self.page.get_by_role("button", name="Check the sheet").click()

    def send(self) -> None:
        """Press the second."""
        self.page.get_by_role("button", name="Send").click()

    @property
    def left(self) -> str:
        """The address and the body of every call, as one text."""
        return "\n".join(f"{one.url} {(one.post_data_buffer or b'').decode()}" for one in self.requests)

    def verdict(self, text: str) -> None:
        """Wait until the page says this."""
        expect(self.page.get_by_role("heading", level=2)).to_contain_text(text, timeout=PATIENCE)


@pytest.fixture
def address(people: People) -> Iterator[str]:
    """The clearing point, listening."""
    with Server(people.application, host="127.0.0.1", port=0).running() as url:
        yield url


@pytest.fixture
def shelter(address: str, people: People, context: BrowserContext) -> Shelter:
    """At the page of a clearing point that links nobody."""
    return at_the_page(address, people, context)


@pytest.fixture
def linked_shelter(premises: Premises, people: People, context: BrowserContext) -> Iterator[Shelter]:
    """At the page of one that links cases with its own key."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    linking = replace(premises, linkage=LinkageSettings(LinkageMode.ONE_CUSTODIAN))
    with Server(create_app(linking), host="127.0.0.1", port=0).running() as url:
        yield at_the_page(url, people, context)


def at_the_page(address: str, people: People, context: BrowserContext) -> Shelter:
    """With everything noted that the browser sends or says."""
    here = Shelter(context.new_page(), people)
    context.on("request", lambda request: here.requests.append(request))
    here.page.on("console", lambda message: here.said.append(message.text))
    here.page.on("pageerror", lambda error: here.said.append(str(error)))
    here.page.goto(f"{address}/send")
    here.page.get_by_role("link", name="Send from this browser").click()
    return here


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    """A browser without a past."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_context()
        browser.close()


def identities(body: bytes) -> set[str]:
    """What in a sheet names somebody."""
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    return {one[name] for one in rows for name in IDENTIFYING_COLUMNS if len(one[name]) >= SHORTEST_SECRET}


def test_a_shelter_sends_its_sheet_and_no_identity_leaves_the_browser(shelter: Shelter) -> None:
    """The sheet of the demo is checked, sent and stored; every call holds cleared rows or nothing."""
    body = invent_sheet(SENDERS[0], year=2025, count=CASES, seed=3).replace(b",RO,", b",RS,")
    shelter.check(body)
    shelter.verdict("ready to be sent")

    shelter.send()
    shelter.verdict("has stored the batch")

    [batch] = shelter.people.sender.get("/api/v1/batches").json()["batches"]
    assert batch["batch_id"] in shelter.page.get_by_label("Result").inner_text()
    sent = [one for one in shelter.requests if one.method == "POST" and "/api/v1/batches" in one.url]
    assert len(sent) == 1
    assert (sent[0].post_data_buffer or b"").startswith(b"case_number,registered_on,country,")
    assert [secret for secret in identities(body) if secret in shelter.left] == []
    assert shelter.people.case_keys[SHELTER.code].hex() not in shelter.left


def test_where_cases_are_linked_rows_go_with_tokens_and_without_names(linked_shelter: Shelter) -> None:
    """One names nobody, one did not consent; blinded elements and tokens say nothing of the others."""
    unnamed = row(3, given_name="", family_name="", identity_number="")
    linked_shelter.check(a_sheet(row(1), row(2, given_name="Zorka"), unnamed, row(4, consent="NO")))
    linked_shelter.verdict("4 rows are ready")

    expect(linked_shelter.page.get_by_label("Result")).to_contain_text("With link tokens2")
    linked_shelter.send()
    linked_shelter.verdict("has stored the batch")

    [sent] = [one for one in linked_shelter.requests if one.method == "POST" and "/api/v1/batches" in one.url]
    rows = list(csv.DictReader(io.StringIO((sent.post_data_buffer or b"").decode())))
    assert [bool(read_link_tokens(one["link_tokens"])) if one["link_tokens"] else False for one in rows] == [
        True,
        True,
        False,
        False,
    ]
    assert [mark for mark in MARKS if mark in linked_shelter.left] == []
    assert linked_shelter.said == []


def test_problems_are_told_by_row_and_column_and_nothing_is_sent(shelter: Shelter) -> None:
    """The right row can be sent; the page repeats no cell."""
    shelter.check(a_sheet(row(1), row(2, sex="Zorkamark"), row(3, age="Zorčamark")))
    shelter.verdict("1 row is ready to be sent")

    told = shelter.page.get_by_role("row").all_inner_texts()

    assert any(line.split("\t")[:2] == ["3", "sex"] for line in told)
    assert any("name" in line and line.split("\t")[:2] == ["4", "age"] for line in told)
    assert [
        mark for mark in (*MARKS, "Zorkamark") if mark in shelter.page.get_by_label("Result").inner_text()
    ] == []
    assert shelter.people.sender.get("/api/v1/batches").json()["batches"] == []


def test_declared_dates_are_read_and_consent_is_told(shelter: Shelter) -> None:
    """Days with points; of a person who did not consent number, country and year alone are sent."""
    withheld = row(
        1, registered_on="04.03.2025", identified_on="05.03.2025", first_service_on="06.03.2025", consent="NO"
    )
    shelter.check(a_sheet(withheld), dates="dd.mm.yyyy")
    shelter.verdict("1 row is ready")

    expect(shelter.page.get_by_text("Without consent: number")).to_be_visible()
    shelter.send()
    shelter.verdict("has stored the batch")

    assert ",2025,RS,,," in shelter.left


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"PK\x03\x04Zorka", "The file is not what it was sent as"),
        (b"case_number,zorka\n1,2\n", "no column of this name"),
        (b"", "The file is empty"),
    ],
    ids=["workbook", "unknown column", "empty"],
)
def test_a_file_that_cannot_be_used_is_refused_here(shelter: Shelter, body: bytes, sentence: str) -> None:
    """Nothing is sent, and the page says what to do."""
    shelter.check(body)
    shelter.verdict("Nothing was sent")

    expect(shelter.page.get_by_label("Result")).to_contain_text(sentence)
    expect(shelter.page.get_by_role("button", name="Send")).to_be_hidden()
    assert [one for one in shelter.requests if one.method == "POST"] == []


def test_a_wrong_key_is_told_and_never_repeated(shelter: Shelter) -> None:
    """One that is none, and one that nobody has."""
    shelter.check(a_sheet(row(1)))
    shelter.verdict("ready")
    keys = shelter.page.get_by_label("or paste its lines")
    for text, sentence in {
        "Zorkamark": "There is no line “key",
        "key = Zorkamark\ncase_key = 00": "There is no line “case_key",
        f"key = cp_Zorkamark\ncase_key = {'00' * 32}": "does not know this key",
    }.items():
        keys.fill(text)
        shelter.page.get_by_role("button", name="Check the sheet").click()
        shelter.verdict("Nothing was sent")

        expect(shelter.page.get_by_label("Result")).to_contain_text(sentence, timeout=PATIENCE)
        assert "Zorkamark" not in shelter.page.get_by_label("Result").inner_text()


def test_the_page_keeps_nothing_and_asks_nobody_else(shelter: Shelter, address: str) -> None:
    """No storage, no cookie, no line of a log, and no policy that is broken; the address has no value in it."""
    shelter.check(a_sheet(row(1)))
    shelter.verdict("ready")

    kept = shelter.page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie, "
        "(await indexedDB.databases()).length, (await caches.keys()).length, location.search + location.hash]"
    )

    assert kept == [0, 0, "", 0, 0, ""]
    assert shelter.said == []
    assert {urlsplit(one.url).netloc for one in shelter.requests} == {urlsplit(address).netloc}


def test_without_scripts_the_page_says_what_else_can_be_done(address: str) -> None:
    """And shows no form that would do nothing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(java_script_enabled=False)
        page.goto(f"{address}/send/here")

        expect(page.get_by_text("Use the command line instead")).to_be_visible()
        expect(page.get_by_role("button")).to_have_count(0)
        browser.close()


def test_the_worker_that_reads_names_may_talk_to_nobody(shelter: Shelter) -> None:
    """Its own policy forbids every connection, and the page's allows no inline script."""
    policies = {
        urlsplit(one.url).path.rsplit("/", 1)[-1]: response.headers["content-security-policy"]
        for one in shelter.requests
        if (response := one.response()) is not None
    }

    assert "unsafe" not in "".join(policies.values())
    assert "connect-src 'self';" in policies["here"]
    assert "connect-src" not in policies["send_here.js"]
    assert policies["send_here.js"].startswith("default-src 'none'; script-src 'self'")


def test_a_lost_connection_can_be_tried_again_and_the_batch_is_stored_once(shelter: Shelter) -> None:
    """The answer is lost the first time, after the batch arrived; the second call has the same name."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    shelter.check(a_sheet(row(1)))
    shelter.verdict("1 row is ready")
    shelter.page.route("**/api/v1/batches*", lose, times=1)
    shelter.send()
    shelter.verdict("No answer came")

    shelter.send()
    shelter.verdict("has stored the batch")

    assert len(shelter.people.sender.get("/api/v1/batches").json()["batches"]) == 1
