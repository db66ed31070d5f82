"""Three ways, same tokens: one sheet cleared on a laptop, in a browser, and in the server's memory.

The trustee and the clearing point run behind real HTTP servers, the browser is a real one under the page's own policy.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from anonymizer import CONSENT, ClearingRules
from anonymizer.clearing.batches import Clearing
from anonymizer.commands.cleared_files import as_csv
from anonymizer.linking.asking import Custodian, RemoteTokenizer, fetch_linkage_list
from anonymizer.linking.custodians import CustodianKey, CustodianRole, LinkageList
from anonymizer.linking.tokens import LINK_TOKENS, Tokenizer, read_link_tokens
from anonymizer.reading.csv_files import read_csv
from anonymizer.receipts import read_keys
from app.cli.server import Server
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import Purpose
from app.services.stripping import stripping_tokenizer
from app.services.trustee_access import keep_credential, pin_keys
from app.trustee.premises import TrusteePremises, open_trustee
from app.trustee.register import Registered
from app.trustee.serving import create_trustee
from app.web.assets import script_address
from tests.browser.chromium_page import PROGRAM, chromium_page
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import NOON, a_case, a_sheet

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs Chromium")

PERSONS = [
    {"given_name": "Јелена", "family_name": "Петровић", "birth_date": "1999-04-17", "birth_place": "Ниш",
     "father_name": "Драган"},
    {"given_name": "Jelena", "family_name": "Petrović", "birth_date": "1999-04-17", "birth_place": "Niš",
     "father_name": "Dragan"},
    {"given_name": "Ελένη", "family_name": "Παπαδοπούλου", "birth_date": "1987-11-02", "birth_place": "Θεσσαλονίκη"},
    {"given_name": "Şule", "family_name": "Yıldırım Öztürk", "birth_date": "1992-07-01", "father_name": "İsmail"},
    {"given_name": "Ірина", "family_name": "Шевченко", "birth_date": "2001-01-01", "identity_number": "0101006500006"},
    {"given_name": "", "family_name": "", "birth_date": "1990-05-05", "birth_place": "Tirana"},
    {"given_name": "Ana-Maria", "family_name": "Țurcanu", "birth_date": "2001-12-03", "father_name": "Ștefan"},
]  # fmt: skip
"""Invented, in four scripts: one woman written twice, one who is not named, and days that stand for unknown ones."""
CASES = [a_case(case_number=f"2025/{number} ж", **person) for number, person in enumerate(PERSONS)] + [
    a_case(case_number="2025/90", given_name="Марија", family_name="Илић", consent="NO"),
    a_case(case_number="2025/91", given_name="Ivana", family_name="Horvat", sex="canary"),
]
UNNAMED = 5
WITHHELD = len(PERSONS)
"""Kept without consent: number, country and year alone. The last row has an error and is not in the file."""
QUOTA = 20_000
"""Elements that each sender may have evaluated on this day."""


@dataclass
class Linking:
    """A clearing point that links with a trustee, both listening, and a sender with a key at each."""

    url: str
    people: People
    trustee_url: str
    trustee_key: str

    @property
    def key(self) -> str:
        """The sender's key at the clearing point."""
        return self.people.keys[f"{SHELTER.code} sender"]

    @property
    def rules(self) -> ClearingRules:
        """Of the sender, on this day."""
        case_key = self.people.case_keys[SHELTER.code]
        return ClearingRules("RS", frozenset(SHELTER.countries), CONSENT, case_key, NOON.date())


@pytest.fixture
def trustee(tmp_path: Path) -> TrusteePremises:
    """A trustee with a key of its own."""
    return open_trustee(tmp_path / "trustee", clock=lambda: NOON)


@pytest.fixture
def linking(
    premises: Premises, people: People, trustee: TrusteePremises, tmp_path: Path
) -> Iterator[Linking]:
    """Both behind HTTP servers; the page that clears in the browser may ask the trustee too."""
    keys = {
        code: trustee.register.add(Registered(code, QUOTA), now=NOON, random=os.urandom)
        for code in ("shelter", "clearing-point")
    }
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    with Server(create_trustee(trustee), host="127.0.0.1", port=0).running() as trustee_url:
        folder = tmp_path / "pinned"
        pin_keys(folder, [pinned(trustee)])
        keep_credential(folder, keys["clearing-point"])
        settings = LinkageSettings(LinkageMode.TWO_CUSTODIANS, trustee_url, folder)
        with_trustee = People(replace(premises, linkage=settings))
        with Server(with_trustee.application, host="127.0.0.1", port=0).running() as url:
            yield Linking(url, with_trustee, trustee_url, keys["shelter"])


def pinned(trustee: TrusteePremises) -> CustodianKey:
    [key] = trustee.keys.listed(Purpose.TRUSTEE)
    return CustodianKey(CustodianRole.TRUSTEE, key.epoch, key.public_key, key.since, key.until)


def test_a_laptop_a_browser_and_the_server_make_the_same_tokens(linking: Linking) -> None:
    """Cell by cell, with both keys in them; the laptop's file and the browser's are the same bytes."""
    sheet = a_sheet(*CASES)

    laptop = by_laptop(linking, sheet)
    server = by_server(linking, sheet)
    browser, asked = by_browser(linking, sheet)

    assert browser["csv"] == laptop == server
    cells = [row[LINK_TOKENS] for row in csv.DictReader(laptop.splitlines())]
    without = {UNNAMED, WITHHELD}
    assert [bool(cell) for cell in cells] == [place not in without for place in range(WITHHELD + 1)]
    tokens = [read_link_tokens(cell) for cell in cells if cell]
    assert {(one.k1_epoch, one.k2_epoch) for one in tokens} == {(1, 1)}
    assert len(set(tokens[0].elements) & set(tokens[1].elements)) >= 8  # the same woman in two scripts
    assert not set(tokens[0].elements) & set(tokens[2].elements)
    assert (browser["linked"], browser["trusteeWasAway"]) == (len(tokens), False)
    assert all(one.startswith((linking.url, linking.trustee_url)) for one in asked)
    assert not any(person["family_name"] in laptop for person in PERSONS if person["family_name"])


def test_without_the_trustee_they_are_the_same_too(linking: Linking, trustee: TrusteePremises) -> None:
    """All three carry the first key alone and say so; the clearing point has the second applied later."""
    for code in ("shelter", "clearing-point"):
        assert trustee.register.count(Registered(code, QUOTA), NOON.date(), QUOTA)
    sheet = a_sheet(*CASES[:1])

    laptop = by_laptop(linking, sheet)
    server = by_server(linking, sheet)
    browser, _ = by_browser(linking, sheet, complaints=1)

    assert browser["csv"] == laptop == server
    [row] = csv.DictReader(laptop.splitlines())
    assert row[LINK_TOKENS].startswith("l1:1.0:")
    assert browser["trusteeWasAway"]


def by_laptop(linking: Linking, sheet: bytes) -> str:
    """As `clearpoint send` clears it: both custodians are asked over HTTP, and their proofs checked."""
    with (
        Custodian(linking.url, linking.key) as clearing_point,
        Custodian(linking.trustee_url, linking.trustee_key) as trustee,
    ):
        return cleared(
            linking, sheet, RemoteTokenizer(listed(linking), trustee, clearing_point, random=os.urandom)
        )


def listed(linking: Linking) -> LinkageList:
    published = read_keys(linking.people.nobody.get("/.well-known/clearing-point-keys.json").content)
    found = fetch_linkage_list(linking.url, published)
    assert found is not None
    return found


def by_server(linking: Linking, sheet: bytes) -> str:
    """As the door strips a sheet that comes with names, in memory."""
    premises = linking.people.premises
    with stripping_tokenizer(premises.key_store.linkage, premises.linkage, random=os.urandom) as tokenizer:
        assert tokenizer is not None
        return cleared(linking, sheet, tokenizer)


def cleared(linking: Linking, sheet: bytes, tokenizer: Tokenizer) -> str:
    clearing = Clearing(linking.rules, tokenizer=tokenizer)
    return b"".join(as_csv([clearing.clear(chunk) for chunk in read_csv([sheet])])).decode()


BROWSER = """
const { clearFile, readCatalogue, readLinkage } = await import(given.sending);
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
const [catalogue, linkage] = await Promise.all([readCatalogue(), readLinkage()]);
const rules = { ...given.rules, catalogue, caseKey: bytes(given.caseKey) };
const { csv, ...told } = await clearFile(bytes(given.sheet), rules, linkage, given.keys);
return { csv: new TextDecoder().decode(csv), ...told };
"""


def by_browser(linking: Linking, sheet: bytes, *, complaints: int = 0) -> tuple[dict[str, Any], list[str]]:
    """As a page does it, in a worker; and every address that was asked. A refusal of a custodian is a complaint."""
    rules = linking.rules
    given = {
        "sending": script_address("clearing/sending.js"),
        "sheet": sheet.hex(),
        "caseKey": rules.case_key.hex(),
        "rules": {
            "country": "RS",
            "countries": sorted(SHELTER.countries),
            "legalBasis": CONSENT,
            "today": rules.today.isoformat(),
        },
        "keys": {
            "clearingPoint": linking.key,
            "trustee": linking.trustee_key,
            "trusteeUrl": linking.trustee_url,
        },
    }
    with chromium_page(f"{linking.url}/send/here") as tab:
        answer = tab.run(BROWSER, given)
        assert len(tab.complaints) == complaints, tab.complaints
        return answer, tab.requests
