"""Receipts: who gets one, what is in it, the page that prints it, and the keys that everybody may keep."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from anonymizer import CATALOGUE_VERSION
from anonymizer.policy import policy_version
from anonymizer.receipts import check_receipt, key_id_of, read_keys, read_receipt
from app.database.transactions import transaction
from app.key_store import WHILE_ROTATING
from app.services.receipts import rotate_signing_key
from tests.clearing_point_fixture import People
from tests.factories import NOON, a_case, a_sheet

CSV = {"Content-Type": "text/csv"}
LIKE_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
KEYS = "/.well-known/clearing-point-keys.json"
MARKED = a_case(case_number="Qzmark-7", given_name="Qzmarkname", family_name="Qzmarkfamily")


@pytest.fixture
def answer(people: People) -> dict[str, Any]:
    """What a shelter was told about its batch."""
    sent = people.sender.post("/api/v1/batches", content=a_sheet(MARKED), headers=CSV)
    assert sent.is_success, sent.text
    told: dict[str, Any] = sent.json()
    return told


def address(answer: dict[str, Any]) -> str:
    return f"/api/v1/batches/{answer['batch_id']}/receipt"


def test_another_organization_gets_no_receipt_and_no_page(people: People, answer: dict[str, Any]) -> None:
    """The same words as for a batch that never was; and nothing without a key."""
    for headers in ({}, LIKE_A_BROWSER):
        theirs = people.other_sender.get(address(answer), headers=headers)
        none = people.other_sender.get(f"/api/v1/batches/{uuid4()}/receipt", headers=headers)
        assert (theirs.status_code, theirs.json()) == (404, none.json())
        assert people.nobody.get(address(answer), headers=headers).status_code == 401
        assert people.auditor.get(address(answer), headers=headers).status_code == 403


def test_a_receipt_has_what_proves_a_batch_and_nothing_of_a_case(
    people: People, answer: dict[str, Any]
) -> None:
    """Whose, what, when, on what basis, under which rules, how many, and who signed."""
    receipt = answer["receipt"]

    assert receipt | {"digest": "", "signature": "", "batch_id": "", "key_id": ""} == {
        "kind": "clearing-point-receipt",
        "version": 1,
        "clearing_point": "http://localhost:8000",
        "batch_id": "",
        "organization": "shelter",
        "received_at": NOON.isoformat(),
        "schema_version": CATALOGUE_VERSION,
        "policy_version": policy_version(),
        "legal_basis": "CONSENT",
        "law": None,
        "digest": "",
        **answer["stats"],
        "signed_at": NOON.isoformat(),
        "key_id": "",
        "signature": "",
    }
    assert receipt["batch_id"] == answer["batch_id"]
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", receipt["digest"])
    assert people.sender.get(address(answer)).json() == receipt


def test_a_receipt_is_verified_with_the_published_keys(people: People, answer: dict[str, Any]) -> None:
    """By anybody, without a key; the list may be kept for a while."""
    published = people.nobody.get(KEYS)

    check_receipt(answer["receipt"], read_keys(published.content))
    assert published.headers["cache-control"].startswith("public")
    assert published.headers["content-type"] == "application/json"


def test_after_a_rotation_old_and_new_receipts_are_genuine(people: People, answer: dict[str, Any]) -> None:
    """The old key stays published with its end, and the trail says that there is a new one."""
    later, premises = NOON + timedelta(days=1), people.premises
    with transaction(premises.database.write_session()) as session:
        key_id = rotate_signing_key(session, key_store=premises.key_store, now=later)

    sent = people.sender.post("/api/v1/batches", content=a_sheet(), headers=CSV).json()

    keys = read_keys(people.nobody.get(KEYS).content)
    check_receipt(answer["receipt"], keys)
    check_receipt(sent["receipt"], keys)
    assert sent["receipt"]["key_id"] == key_id == key_id_of(keys.keys[-1].public_key)
    assert [key.until for key in keys.keys] == [later + WHILE_ROTATING, None]
    trail = people.auditor.get("/api/v1/audit").json()["events"]
    assert ("signing_key:rotated", {"key_id": key_id}) in [
        (event["event"], event["facts"]) for event in trail
    ]


def test_the_page_says_what_the_receipt_says(people: People, answer: dict[str, Any]) -> None:
    """It has the receipt itself in it, so that the page alone can be verified."""
    page = people.sender.get(address(answer), headers=LIKE_A_BROWSER)

    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["vary"] == "Accept"
    assert page.headers["cache-control"] == "no-store"
    written = re.search(r"<pre>(.*?)</pre>", page.text, re.DOTALL)
    assert written is not None
    in_the_page = read_receipt(written[1].replace("&#34;", '"').encode())
    assert in_the_page == answer["receipt"]
    assert "2 March 2026, 12:00 UTC" in page.text


def test_the_page_loads_nothing_and_its_own_style_alone_is_allowed(
    people: People, answer: dict[str, Any]
) -> None:
    """It can be kept as one file, and nothing that is put into it later would run or style."""
    page = people.sender.get(address(answer), headers=LIKE_A_BROWSER)

    [style] = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert re.findall(r"\b(?:src|href)=|url\(|@import|<script", page.text) == []


def test_a_page_of_a_withdrawn_batch_says_so(people: People, answer: dict[str, Any]) -> None:
    """First of all."""
    people.sender.post(f"/api/v1/batches/{answer['batch_id']}/withdraw")

    page = people.sender.get(address(answer), headers=LIKE_A_BROWSER).text

    assert "This batch was withdrawn on 2 March 2026, 12:00 UTC." in page


def test_nothing_of_a_case_is_in_a_receipt(people: People, answer: dict[str, Any]) -> None:
    """Neither in the document nor on the page, nor the tokens under which cases are stored."""
    with transaction(people.premises.database.read_session()) as session:
        tokens = [
            bytes(token).hex() for token in session.execute(text("SELECT case_token FROM cases")).scalars()
        ]
    page = people.sender.get(address(answer), headers=LIKE_A_BROWSER).text

    for mark in ("Qzmark", *tokens):
        assert mark not in page
        assert mark not in json.dumps(answer["receipt"])


def test_a_batch_that_was_not_kept_has_no_receipt(people: People) -> None:
    """Neither a dry run nor a refusal is proved to anybody."""
    tried = people.sender.post("/api/v1/batches?dry_run=true", content=a_sheet(), headers=CSV).json()
    refused = people.sender.post("/api/v1/batches", content=a_sheet(a_case(sex="x")), headers=CSV).json()

    assert (tried["receipt"], refused["receipt"]) == (None, None)
