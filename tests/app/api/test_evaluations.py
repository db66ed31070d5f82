"""`POST /api/v1/evaluations` and the signed list: a key applied to what nobody here can see."""

from __future__ import annotations

import json
import random
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from anonymizer.linking.custodians import CustodianKey, CustodianRole, LinkageListRefused, read_linkage_list
from anonymizer.oprf.evaluations import blind_all, check_evaluation, unblind_all
from anonymizer.oprf.group import multiply, multiply_base
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.oprf.messages import Call, read_answer, write_call
from anonymizer.receipts import read_keys
from app.database.transactions import transaction
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import Purpose
from app.queries.audit import list_events
from app.services.trustee_access import pin_keys
from tests.clearing_point_fixture import DESK, OTHER_SHELTER, SHELTER, People
from tests.factories import NOON

DICE = random.Random(4)
QUOTA = 40
PINNED = CustodianKey(CustodianRole.TRUSTEE, 1, multiply_base((7).to_bytes(32, "little")), NOON)


@pytest.fixture
def linking(premises: Premises, tmp_path: Path) -> People:
    """The usual people at a clearing point that links with a trustee."""
    from app.services.people import register_organization

    premises.key_store.linkage.create(Purpose.CLEARING_POINT, NOON)
    settings = LinkageSettings(
        LinkageMode.TWO_CUSTODIANS, "https://trustee.example", tmp_path / "trustee", elements_a_day=QUOTA
    )
    with transaction(premises.database.write_session()) as session:
        for organization in (SHELTER, OTHER_SHELTER, DESK):
            register_organization(session, organization, now=NOON)
    return People(replace(premises, linkage=settings))


def asked(count: int) -> tuple[list[bytes], list[bytes], list[bytes]]:
    inputs = [DICE.randbytes(20) for _ in range(count)]
    return inputs, *blind_all(inputs, DICE.randbytes)


def evaluate(client: TestClient, elements: Sequence[bytes], epoch: int = 1) -> Any:
    return client.post("/api/v1/evaluations", json=write_call(Call(epoch, tuple(elements))))


def test_a_sender_gets_the_key_applied_with_a_proof(linking: People) -> None:
    """Unblinded it is k1·H(x), and the proof fits the published key."""
    inputs, blinds, blinded = asked(3)
    keys = linking.premises.key_store.linkage

    answer = evaluate(linking.sender, blinded)

    assert answer.status_code == 200
    evaluation = read_answer(answer.content, Call(1, tuple(blinded)))
    check_evaluation(keys.public_key(Purpose.CLEARING_POINT, 1), blinded, evaluation)
    k1 = keys.scalar(Purpose.CLEARING_POINT, 1)
    assert unblind_all(blinds, evaluation.elements) == [multiply(k1, hash_to_group(slot)) for slot in inputs]


def test_the_answer_has_the_same_form_and_length_whatever_the_elements_are(linking: People) -> None:
    """Nothing is looked up, so that nothing can show."""
    answers = [evaluate(linking.sender, asked(2)[2]) for _ in range(5)]

    assert {(answer.status_code, len(answer.content)) for answer in answers} == {
        (200, len(answers[0].content))
    }
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_the_trail_has_how_many_and_nothing_else(linking: People) -> None:
    """An element in the trail could be compared with others."""
    evaluate(linking.sender, asked(3)[2])

    with transaction(linking.premises.database.write_session()) as session:
        event = list_events(session)[0]
        assert (event.event, event.facts) == ("elements:evaluated", {"elements": 3})


def test_a_quota_ends_a_day_and_the_next_day_begins_anew(linking: People) -> None:
    """Each organization has its own; what does not fit is not counted."""
    first, too_many = evaluate(linking.sender, asked(30)[2]), evaluate(linking.sender, asked(11)[2])
    rest, other = evaluate(linking.sender, asked(10)[2]), evaluate(linking.other_sender, asked(10)[2])
    tomorrow = People(replace(linking.premises, clock=lambda: NOON + timedelta(days=1)))
    next_day = evaluate(tomorrow.sender, asked(30)[2])

    assert [answer.status_code for answer in (first, too_many, rest, other, next_day)] == [
        200,
        429,
        200,
        200,
        200,
    ]
    assert too_many.json()["code"] == "quota_used_up"
    assert too_many.headers["retry-after"] == str(12 * 3600)


@pytest.mark.parametrize(
    ("document", "status"),
    [
        pytest.param({"epoch": 1, "elements": []}, 422, id="nothing"),
        pytest.param({"epoch": 1, "elements": ["A" * 43]}, 422, id="identity"),
        pytest.param({"epoch": 1, "elements": ["____" * 10 + "__8"]}, 422, id="not-canonical"),
        pytest.param({"epoch": 1, "elements": ["QUJD"]}, 422, id="short"),
        pytest.param({"epoch": 1, "elements": ["secret name!"]}, 422, id="no-base64"),
        pytest.param({"epoch": 1, "elements": [7]}, 422, id="a-number"),
        pytest.param({"epoch": True, "elements": ["A" * 43]}, 422, id="no-epoch"),
        pytest.param({"epoch": 1, "elements": ["A" * 43] * 4097}, 422, id="too-many"),
        pytest.param({"epoch": 1, "elements": ["A" * 43], "secret": "name"}, 422, id="more-than-asked"),
        pytest.param(["secret name"], 422, id="no-object"),
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused_without_a_word_of_it(
    linking: People, document: object, status: int
) -> None:
    """An element of small order or of another form could show something of the key."""
    answer = linking.sender.post("/api/v1/evaluations", json=document)

    assert answer.status_code == status
    assert answer.json()["code"] == "input_wrong"
    assert "secret" not in answer.text


def test_an_epoch_that_is_not_in_use_is_refused(linking: People) -> None:
    """The list of keys says which is."""
    answer = evaluate(linking.sender, asked(1)[2], epoch=2)

    assert answer.status_code == 422
    assert "list of keys" in answer.json()["detail"]


def test_only_senders_are_served(linking: People) -> None:
    """Nobody without a key, and no other role."""
    _, _, blinded = asked(1)

    assert evaluate(linking.nobody, blinded).status_code == 401
    assert evaluate(linking.curator, blinded).status_code == 403
    assert linking.sender.post("/api/v1/evaluations", content=b"x").status_code == 415
    assert (
        linking.sender.post(
            "/api/v1/evaluations", content=b"[" * 300_000, headers={"Content-Type": "application/json"}
        ).status_code
        == 413
    )


def test_a_clearing_point_that_does_not_link_evaluates_nothing(people: People) -> None:
    """And says so in its list."""
    answer = evaluate(people.sender, asked(1)[2])
    listed = people.nobody.get("/.well-known/clearing-point-linkage.json").json()

    assert answer.status_code == 409
    assert (listed["linkage"], listed["keys"], listed["trustee"]) == ("off", [], None)


def test_the_list_is_signed_with_the_key_of_receipts(linking: People) -> None:
    """Both custodians' keys by epoch, verified with what laptops have pinned."""
    assert linking.premises.linkage.trustee_folder is not None
    pin_keys(linking.premises.linkage.trustee_folder, [PINNED])

    text = linking.nobody.get("/.well-known/clearing-point-linkage.json").content
    published = read_keys(linking.nobody.get("/.well-known/clearing-point-keys.json").content)
    listed = read_linkage_list(text, published)

    own = linking.premises.key_store.linkage.public_key(Purpose.CLEARING_POINT, 1)
    assert listed.key_in_use(CustodianRole.CLEARING_POINT).public_key == own
    assert listed.key_in_use(CustodianRole.TRUSTEE) == PINNED
    assert (listed.linkage, listed.trustee_url) == ("two_custodians", "https://trustee.example")
    for name, changed in {"trustee": {"url": "https://other.example"}, "keys": [], "linkage": "off"}.items():
        with pytest.raises(LinkageListRefused):
            read_linkage_list(json.dumps({**json.loads(text), name: changed}).encode(), published)


def test_a_receipt_cannot_be_shown_for_a_list(linking: People) -> None:
    """Both are signed with one key: what a document is stands in it."""
    published = read_keys(linking.nobody.get("/.well-known/clearing-point-keys.json").content)
    document = json.dumps(
        {"kind": "clearing-point-receipt", "version": 1, "signature": urlsafe_b64encode(b"x").decode()}
    )

    with pytest.raises(LinkageListRefused):
        read_linkage_list(document.encode(), published)
