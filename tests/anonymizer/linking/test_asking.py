"""Asking the custodians from a sender's machine: what goes out, what is believed, and what happens without an answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
import pytest

from anonymizer.linking.asking import Custodian, CustodianAway, RemoteTokenizer, fetch_linkage_list
from anonymizer.linking.calling import ATTEMPTS, PADDED_TO
from anonymizer.linking.custodians import CustodianKey, CustodianRole, LinkageList, LinkageListRefused
from anonymizer.oprf import ProofRefused
from anonymizer.oprf.evaluations import MOST_ELEMENTS, evaluate_batch
from anonymizer.oprf.group import multiply, multiply_scalars
from anonymizer.oprf.hashing import hash_to_group
from anonymizer.oprf.messages import Call, read_call, write_answer
from anonymizer.oprf.protocol import Evaluation, KeyPair, derive_key_pair
from anonymizer.policy import SLOTS, load_policy
from anonymizer.receipts import PublishedKeys
from anonymizer.sending_errors import CallRefused, InputBad, KeyNotAllowed

DICE = random.Random(3)
K1, K2 = derive_key_pair(bytes(32), b"k1"), derive_key_pair(bytes(32), b"k2")
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
POLICY = load_policy()
LISTED = LinkageList(
    clearing_point="https://point.example",
    linkage="two_custodians",
    domain=POLICY.domain,
    normalizer=POLICY.normalizer,
    policy=POLICY.name,
    trustee_url="https://trustee.example",
    keys=(
        CustodianKey(CustodianRole.CLEARING_POINT, 1, K1.public, SINCE),
        CustodianKey(CustodianRole.TRUSTEE, 3, K2.public, SINCE),
    ),
    signed_at=SINCE,
)


@dataclass
class Answering(httpx.BaseTransport):
    """A custodian at the end of the wire, with the calls that it saw."""

    keys: KeyPair
    change: Callable[[Evaluation], Evaluation] = lambda evaluation: evaluation
    calls: list[Call] = field(default_factory=list)
    headers: list[httpx.Headers] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = read_call(request.read())
        self.calls.append(call)
        self.headers.append(request.headers)
        evaluation = self.change(evaluate_batch(self.keys.secret, call.elements, DICE.randbytes))
        return httpx.Response(200, json=write_answer(call.epoch, evaluation))


def door(transport: httpx.BaseTransport, url: str = "https://trustee.example") -> Custodian:
    return Custodian(url, "ct_key", sleep=lambda _: None, transport=transport)


def refusing(status: int, code: str = "x", **headers: str) -> Custodian:
    problem = {"code": code, "detail": "Not like this."}
    return door(httpx.MockTransport(lambda _: httpx.Response(status, json=problem, headers=headers)))


def tokenizer(trustee: Custodian | None, point: Custodian | None = None) -> RemoteTokenizer:
    return RemoteTokenizer(LISTED, trustee, point or door(Answering(K1)), random=DICE.randbytes)


def some_rows(count: int) -> list[list[bytes]]:
    return [[DICE.randbytes(8) for _ in range(SLOTS)] for _ in range(count)]


def test_tokens_have_both_keys_in_them_and_both_epochs() -> None:
    """The trustee is asked first, then the clearing point."""
    (row,) = some_rows(1)

    (tokens,) = tokenizer(door(Answering(K2)))([row])

    both = multiply_scalars(K1.secret, K2.secret)
    assert (tokens.k1_epoch, tokens.k2_epoch) == (1, 3)
    assert tokens.elements == tuple(multiply(both, hash_to_group(slot)) for slot in row)


def test_nothing_that_goes_out_repeats_or_is_of_an_input() -> None:
    """The same person sent in two sendings is blinded by other numbers."""
    rows, trustee = some_rows(1), Answering(K2)
    tokenizer(door(trustee))(rows)
    tokenizer(door(trustee))(rows)

    first, second = (set(call.elements) for call in trustee.calls)
    assert not first & second
    assert not first & {hash_to_group(slot) for slot in rows[0]}


@pytest.mark.parametrize(("rows", "asked"), [(1, [16]), (16, [16]), (17, [16, 16]), (130, [16] * 9)])
def test_the_trustee_learns_no_exact_number_of_cases(rows: int, asked: list[int]) -> None:
    """Each call has sixteen, real ones or not; the clearing point gets them all anyway."""
    trustee, point = Answering(K2), Answering(K1)

    made = tokenizer(door(trustee), door(point))(some_rows(rows))

    assert len(made) == rows
    assert [len(call.elements) // SLOTS for call in trustee.calls] == asked
    assert {len(call.elements) for call in trustee.calls} == {PADDED_TO}
    assert all(len(call.elements) <= MOST_ELEMENTS for call in point.calls)
    assert sum(len(call.elements) for call in point.calls) == rows * SLOTS


def test_a_repetition_asks_nobody_and_gives_the_same_cells() -> None:
    """A batch that is sent again after a broken connection costs no quota."""
    rows, trustee, point = some_rows(3), Answering(K2), Answering(K1)
    tokenize = tokenizer(door(trustee), door(point))

    first, again = tokenize(rows), tokenize([rows[2], *rows])

    assert again == [first[2], *first]
    assert (len(trustee.calls), len(point.calls)) == (1, 1)


@pytest.mark.parametrize(
    "trustee",
    [
        pytest.param(lambda: refusing(503), id="busy"),
        pytest.param(lambda: refusing(502), id="proxy"),
        pytest.param(lambda: refusing(429, "quota_used_up"), id="quota"),
        pytest.param(lambda: door(httpx.MockTransport(_no_connection)), id="no-connection"),
    ],
)
def test_without_the_trustee_nothing_else_stops(trustee: Callable[[], Custodian]) -> None:
    """The tokens carry the clearing point's key alone, and say so; the worker has the other applied later."""
    tokenize, (row,) = tokenizer(trustee()), some_rows(1)

    (tokens,) = tokenize([row])

    assert tokenize.was_away
    assert (tokens.k1_epoch, tokens.k2_epoch) == (1, 0)
    assert tokens.elements == tuple(multiply(K1.secret, hash_to_group(slot)) for slot in row)


def _no_connection(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused", request=request)


def test_a_trustee_that_was_away_is_not_asked_again_in_the_same_sending() -> None:
    """Each call would wait for it anew."""
    asked: list[int] = []

    def count(_: httpx.Request) -> httpx.Response:
        asked.append(1)
        return httpx.Response(503)

    tokenize = tokenizer(door(httpx.MockTransport(count)))
    tokenize(some_rows(1))
    tokenize(some_rows(1))

    assert len(asked) == ATTEMPTS


def test_what_fits_into_the_quota_gets_the_trustees_key() -> None:
    """Forty rows, and a quota for sixteen: what was paid for is not thrown away, and the rest is no worse off."""
    trustee, rows = Answering(K2), some_rows(40)

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429) if trustee.calls else trustee.handle_request(request)

    made = tokenizer(door(httpx.MockTransport(answer)))(rows)

    assert [tokens.k2_epoch for tokens in made] == [3] * 16 + [0] * 24
    assert made[0].elements == tuple(
        multiply(multiply_scalars(K1.secret, K2.secret), hash_to_group(slot)) for slot in rows[0]
    )
    assert made[16].elements == tuple(multiply(K1.secret, hash_to_group(slot)) for slot in rows[16])


def test_a_clearing_point_that_is_away_stops_the_sending() -> None:
    """Without its key there is no token, and the batch could not be sent either."""
    with pytest.raises(CustodianAway):
        tokenizer(door(Answering(K2)), refusing(503))(some_rows(1))


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, KeyNotAllowed), (403, KeyNotAllowed), (422, InputBad), (301, CallRefused), (404, CallRefused)],
)
def test_a_refusal_is_told_and_no_redirect_is_followed(status: int, error: type[Exception]) -> None:
    """A wrong key at the trustee is a mistake to be put right, not a reason to go on in silence."""
    with pytest.raises(error):
        tokenizer(refusing(status, Location="https://stranger.example/"))(some_rows(1))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda done: Evaluation(done.elements[::-1], done.proof), id="swapped"),
        pytest.param(lambda done: Evaluation(done.elements, bytes(63) + b"\x01"), id="another-proof"),
        pytest.param(
            lambda done: Evaluation((multiply(K1.secret, done.elements[0]), *done.elements[1:]), done.proof),
            id="one-of-another-key",
        ),
    ],
)
@pytest.mark.parametrize("liar", ["trustee", "clearing_point"])
def test_an_answer_whose_proof_does_not_fit_is_not_used(
    change: Callable[[Evaluation], Evaluation], liar: str
) -> None:
    """From neither of the two; and a trustee that lies is not one that is away."""
    trustee = door(Answering(K2, change) if liar == "trustee" else Answering(K2))
    point = door(Answering(K1, change) if liar == "clearing_point" else Answering(K1))

    with pytest.raises(ProofRefused):
        tokenizer(trustee, point)(some_rows(1))


def test_a_custodian_with_another_key_than_the_listed_one_is_found_out() -> None:
    """A key for one sender alone would mark its cases."""
    with pytest.raises(ProofRefused):
        tokenizer(door(Answering(derive_key_pair(bytes(32), b"k3"))))(some_rows(1))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"<html>", id="a-page"),
        pytest.param(b"{}", id="nothing"),
        pytest.param(json.dumps({"epoch": 3, "elements": [], "proof": ""}).encode(), id="too-few"),
    ],
)
def test_what_is_no_custodian_is_refused(answer: bytes) -> None:
    """A page of a proxy, another service."""
    stranger = door(httpx.MockTransport(lambda _: httpx.Response(200, content=answer)))

    with pytest.raises(CallRefused, match="no custodian"):
        tokenizer(stranger)(some_rows(1))


def test_only_the_key_goes_with_a_call_and_only_over_encryption() -> None:
    """Another machine is not spoken to in the open."""
    trustee = Answering(K2)
    tokenizer(door(trustee))(some_rows(1))

    assert {headers["authorization"] for headers in trustee.headers} == {"Bearer ct_key"}
    with pytest.raises(CallRefused):
        door(trustee, "http://trustee.example")


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would see who registers somebody, and when."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    custodian = Custodian("https://trustee.example", "ct_key")

    assert not custodian._client._mounts
    assert not custodian._client.follow_redirects


def test_other_rules_of_link_keys_make_no_tokens() -> None:
    """Tokens of another normalizer would match nothing."""
    for other in (replace(LISTED, domain="other"), replace(LISTED, normalizer="seekey/0")):
        with pytest.raises(LinkageListRefused, match="other rules"):
            RemoteTokenizer(other, None, door(Answering(K1)), random=DICE.randbytes)


def test_one_custodian_is_one() -> None:
    """A trustee that the list does not name is not asked."""
    trustee = Answering(K2)
    listed = replace(LISTED, linkage="one_custodian", trustee_url=None)

    (tokens,) = RemoteTokenizer(listed, door(trustee), door(Answering(K1)), random=DICE.randbytes)(
        some_rows(1)
    )

    assert tokens.k2_epoch == 0
    assert trustee.calls == []


def test_an_older_clearing_point_has_no_list() -> None:
    """Then there are no tokens, and nothing is wrong."""
    published = PublishedKeys("https://point.example", ())
    missing = httpx.MockTransport(lambda _: httpx.Response(404))

    assert fetch_linkage_list("https://point.example", published, transport=missing) is None
