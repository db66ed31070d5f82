"""The trustee over HTTP: its own keys of organizations, its own quota, and nothing of what was asked anywhere."""

from __future__ import annotations

import logging
import random
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anonymizer.linking.asking import Custodian
from anonymizer.oprf.evaluations import blind_all, check_evaluation, unblind_all
from anonymizer.oprf.group import multiply
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.oprf.messages import Call, read_answer, write_call
from app.cli.server import Server
from app.key_store import KeyStore, KeyStoreError, Purpose, open_sealed
from app.services.rotation import factor_context
from app.services.trustee_access import pin_keys, pinned_keys, read_trustee_keys
from app.trustee import create_trustee, open_trustee
from tests.app.trustee.fixture import RunningTrustee, a_trustee
from tests.factories import NOON

DICE = random.Random(5)


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    """The clearing point's keys."""
    return KeyStore(tmp_path / "clearing-point" / "secrets")


@pytest.fixture
def trustee(tmp_path: Path, store: KeyStore) -> RunningTrustee:
    """One that serves a shelter and the clearing point."""
    return a_trustee(tmp_path / "trustee", store, elements_a_day=50)


def asked(count: int) -> tuple[list[bytes], list[bytes], list[bytes]]:
    inputs = [DICE.randbytes(20) for _ in range(count)]
    return inputs, *blind_all(inputs, DICE.randbytes)


def evaluate(
    trustee: RunningTrustee, elements: Sequence[bytes], *, key: str | None = None, epoch: int = 1
) -> Any:
    headers = {"Authorization": f"Bearer {trustee.shelter_key if key is None else key}"}
    document = write_call(Call(epoch, tuple(elements)))
    return trustee.client.post("/api/v1/evaluations", json=document, headers=headers)


def test_a_sender_gets_the_key_applied_with_a_proof(trustee: RunningTrustee) -> None:
    """k2·H(x), proved by the published key."""
    inputs, blinds, blinded = asked(3)

    answer = evaluate(trustee, blinded)

    evaluation = read_answer(answer.content, Call(1, tuple(blinded)))
    (shown,) = read_trustee_keys(trustee.client.get("/.well-known/clearing-point-trustee.json").content)
    check_evaluation(shown.public_key, blinded, evaluation)
    k2 = trustee.premises.keys.scalar(Purpose.TRUSTEE, 1)
    assert unblind_all(blinds, evaluation.elements) == [multiply(k2, hash_to_group(slot)) for slot in inputs]


def test_whoever_has_no_key_of_the_trustee_is_refused(trustee: RunningTrustee) -> None:
    """The clearing point's own API keys open nothing here, so that it cannot speak for an organization."""
    _, _, blinded = asked(1)
    trustee.premises.register.stop("clearing-point", now=NOON)

    answers = [
        evaluate(trustee, blinded, key=key) for key in ("", "cp_x", "ct_x", trustee.clearing_point_key)
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["www-authenticate"] == "Bearer"


def test_a_quota_ends_the_day_and_shows_in_the_count(trustee: RunningTrustee) -> None:
    """The trustee sees guessing and can stop it."""
    answers = [evaluate(trustee, asked(count)[2]) for count in (40, 11, 10)]

    (_, shelter) = trustee.premises.register.asked_on(NOON.date())
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].headers["retry-after"] == str(12 * 3600)
    assert (shelter.elements, shelter.calls, shelter.refused) == (50, 2, 1)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"epoch": 1, "elements": ["A" * 43]}, id="identity"),
        pytest.param({"epoch": 1, "elements": ["____" * 10 + "__8"]}, id="not-canonical"),
        pytest.param({"epoch": 2, "elements": ["4vKuCmq_TmSp8gZFF0FvR8WOlP1FxsWCzYv9xyfhk3Y"]}, id="unknown-epoch"),
        pytest.param({"elements": ["secret"]}, id="no-epoch"),
        pytest.param("secret", id="no-object"),
    ],
)  # fmt: skip
def test_what_is_no_call_is_refused_without_a_word_of_it(trustee: RunningTrustee, document: object) -> None:
    """As at the clearing point; nothing is counted."""
    headers = {"Authorization": f"Bearer {trustee.shelter_key}"}

    answer = trustee.client.post("/api/v1/evaluations", json=document, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "input_wrong")
    assert "secret" not in answer.text
    assert all(asked.calls == 0 for asked in trustee.premises.register.asked_on(NOON.date()))


def test_nothing_of_what_was_asked_is_written_down(
    trustee: RunningTrustee, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No element, in no form, in no file and no log line; no organization in a log line."""
    _, _, blinded = asked(4)

    with caplog.at_level(logging.DEBUG):
        answer = evaluate(trustee, blinded)

    kept = b"".join(file.read_bytes() for file in (tmp_path / "trustee").rglob("*") if file.is_file())
    logged = caplog.text + repr([record.__dict__ for record in caplog.records if record.name != "httpx"])
    for element, text in zip(blinded, write_call(Call(1, tuple(blinded)))["elements"], strict=True):  # type: ignore[call-overload]
        assert element not in kept
        assert element.hex().encode() not in kept
        assert text.encode() not in kept
        assert text not in logged
    assert answer.status_code == 200
    assert "shelter" not in logged


def test_the_factor_of_a_rotation_is_for_the_clearing_point_alone(
    trustee: RunningTrustee, store: KeyStore
) -> None:
    """Sealed, so that whoever listens at a proxy has nothing; it takes k2·H to k2'·H."""
    trustee.premises.keys.begin_rotation(Purpose.TRUSTEE, NOON)
    document = {"from_epoch": 1, "to_epoch": 2}

    def ask(key: str, epochs: object = document) -> Any:
        return trustee.client.post(
            "/api/v1/rotations", json=epochs, headers={"Authorization": f"Bearer {key}"}
        )

    answer, refused = ask(trustee.clearing_point_key), ask(trustee.shelter_key)
    backwards = {"from_epoch": 2, "to_epoch": 1}
    unknown = {"from_epoch": 1, "to_epoch": 3}
    wrong = [ask(trustee.clearing_point_key, epochs) for epochs in (backwards, unknown)]

    sealed = urlsafe_b64decode(answer.json()["sealed"] + "==")
    factor = open_sealed(sealed, store.sealing_key(), context=factor_context(1, 2))
    old, new = (trustee.premises.keys.scalar(Purpose.TRUSTEE, epoch) for epoch in (1, 2))
    element = hash_to_group(b"somebody")
    assert multiply(factor, multiply(old, element)) == multiply(new, element)
    assert refused.status_code == 403
    assert {answer.status_code for answer in wrong} == {422}
    assert evaluate(trustee, asked(1)[2], epoch=1).status_code == 200
    assert evaluate(trustee, asked(1)[2], epoch=2).status_code == 200


def test_another_key_for_a_pinned_epoch_is_not_believed(trustee: RunningTrustee, tmp_path: Path) -> None:
    """Whoever stands in for the trustee would make tokens that match nothing, or only each other."""
    folder = tmp_path / "pinned"
    first = read_trustee_keys(trustee.client.get("/.well-known/clearing-point-trustee.json").content)
    pin_keys(folder, first)
    trustee.premises.keys.begin_rotation(Purpose.TRUSTEE, NOON)

    with pytest.raises(KeyStoreError, match="another key"):
        pin_keys(folder, [replace(first[0], public_key=hash_to_group(b"x"))])

    pin_keys(
        folder, read_trustee_keys(trustee.client.get("/.well-known/clearing-point-trustee.json").content)
    )
    assert [key.epoch for key in pinned_keys(folder)] == [1, 2]


def test_a_page_of_the_clearing_point_may_ask(trustee: RunningTrustee) -> None:
    """With its own key in a header, never with a cookie."""
    answer = trustee.client.options(
        "/api/v1/evaluations",
        headers={
            "Origin": "https://clearing-point.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_a_lost_key_is_never_made_a_second_time(trustee: RunningTrustee, tmp_path: Path) -> None:
    """New tokens would match no old one, and nobody would notice."""
    for file in (tmp_path / "trustee" / "secrets").rglob("*"):
        if file.is_file():
            file.unlink()

    with pytest.raises(KeyStoreError, match="never made a second time"):
        open_trustee(tmp_path / "trustee")


def test_it_serves_over_a_real_connection(trustee: RunningTrustee) -> None:
    """As a sender's program asks it, with many elements."""
    _, _, blinded = asked(48)
    call = Call(1, tuple(blinded))

    with (
        Server(create_trustee(trustee.premises), host="127.0.0.1", port=0).running() as url,
        Custodian(url, trustee.shelter_key) as door,
    ):
        evaluation = door.evaluate(call)

    check_evaluation(trustee.premises.keys.public_key(Purpose.TRUSTEE, 1), blinded, evaluation)
