"""The way to the clearing point: what is repeated, what is refused, and what never leaves."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from anonymizer.sending import ATTEMPTS, Batch, ClearingPoint
from anonymizer.sending_errors import CallRefused, InputBad, KeyNotAllowed, SendingError, TryLater
from tests.anonymizer.seam_server import API_KEY, BATCH_ID, Seam, serve

BODY = (b"case_number\n", b"A\n", b"B\n")


@pytest.fixture
def seam() -> Iterator[Seam]:
    with serve() as served:
        yield served


class Waits(list[float]):
    """Remembers how long it was asked to wait, and does not."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def batch_of(body: Iterable[bytes] = BODY) -> Batch:
    return Batch(lambda: iter(body), "text/csv", {"dry_run": "true"}, idempotency_key="once")


def test_a_batch_arrives_as_it_was_given(seam: Seam) -> None:
    """Body, type, options and key come out on the other side."""
    with ClearingPoint(seam.url, API_KEY) as point:
        answer = point.send_batch(batch_of())

    (arrived,) = seam.arrived
    assert answer.content["status"] == "OK"
    assert arrived.body == b"".join(BODY)
    assert (arrived.content_type, arrived.idempotency_key) == ("text/csv", "once")
    assert arrived.options == {"dry_run": "true"}


def test_a_lost_answer_is_asked_for_again_with_the_same_key(seam: Seam) -> None:
    """The connection breaks after the body came: the same body and the same key go again."""
    seam.failures.extend(["drop", 503, 429])
    waits, sentences = Waits(), list[str]()

    with ClearingPoint(seam.url, API_KEY, say=sentences.append, sleep=waits) as point:
        answer = point.send_batch(batch_of())

    assert answer.content["status"] == "OK"
    assert [arrived.idempotency_key for arrived in seam.arrived] == ["once"] * 4
    assert len({arrived.body for arrived in seam.arrived}) == 1
    assert len(sentences) == 3
    assert waits == [1.0, 0.0, 0.0]  # the server of the test asks for no wait with its 503 and 429


def test_it_gives_up_after_a_bounded_number_of_attempts() -> None:
    """Each wait is twice the last one, and the last attempt ends in TryLater."""
    waits = Waits()

    with (
        ClearingPoint(f"http://127.0.0.1:{_closed_port()}", API_KEY, sleep=waits) as point,
        pytest.raises(TryLater),
    ):
        point.send_batch(batch_of())

    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_a_busy_server_is_told_as_busy(seam: Seam) -> None:
    """When every attempt gets 503, the clearing point's own sentence is the reason."""
    seam.failures.extend([503] * ATTEMPTS)

    with (
        ClearingPoint(seam.url, API_KEY, sleep=Waits()) as point,
        pytest.raises(TryLater, match="The test wanted this answer"),
    ):
        point.send_batch(batch_of())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InputBad),
        (401, KeyNotAllowed),
        (403, KeyNotAllowed),
        (404, CallRefused),
        (409, CallRefused),
        (413, InputBad),
        (415, InputBad),
        (422, InputBad),
        (500, TryLater),
        (504, TryLater),
        (302, CallRefused),
    ],
)
def test_every_status_is_one_kind_of_error(seam: Seam, status: int, error: type[SendingError]) -> None:
    """What the reader has to do next depends on the kind alone."""
    seam.failures.append(status)

    with ClearingPoint(seam.url, API_KEY, sleep=Waits()) as point, pytest.raises(SendingError) as raised:
        point.send_batch(batch_of())

    assert type(raised.value) is error
    assert len(seam.arrived) == 1


def test_a_fault_of_the_body_ends_the_call_and_is_not_repeated(seam: Seam) -> None:
    """A sheet that cannot be read to its end is never taken for a whole one."""

    def breaks() -> Iterator[bytes]:
        yield b"case_number\n"
        raise EOFError

    with ClearingPoint(seam.url, API_KEY, sleep=Waits()) as point, pytest.raises(EOFError):
        point.send_batch(Batch(breaks, "text/csv", {}, idempotency_key="once"))

    assert seam.arrived == []


def test_own_batches_and_receipts_are_read(seam: Seam) -> None:
    """The answer's text is the body as it came."""
    with ClearingPoint(seam.url, API_KEY) as point:
        batches = point.list_batches()
        receipt = point.read_receipt(UUID(BATCH_ID))

    assert isinstance(batches.content["batches"], list)
    assert receipt.content["batch_id"] == BATCH_ID
    assert '"digest"' in receipt.text


def test_a_batch_that_waits_is_looked_for_until_it_is_stored(seam: Seam) -> None:
    """Less and less often, and its status is told at each look."""
    seam.looks_until_stored = 2
    waits, told = Waits(), list[str]()

    with ClearingPoint(seam.url, API_KEY, sleep=waits) as point:
        sent = point.send_batch(batch_of())
        stored = point.follow_batch(UUID(BATCH_ID), tell=told.append)

    assert (sent.content["status"], stored.content["status"]) == ("PENDING", "OK")
    assert waits == [1.0, 1.5, 2.25]
    assert told == ["PENDING", "PENDING"]


def test_a_batch_that_waits_too_long_is_looked_for_later(seam: Seam) -> None:
    """After an hour somebody should know."""
    seam.looks_until_stored = 10_000
    waits = Waits()

    with ClearingPoint(seam.url, API_KEY, sleep=waits) as point, pytest.raises(TryLater, match="still waits"):
        point.follow_batch(UUID(BATCH_ID))

    assert 3_600 <= sum(waits) < 3_600 + 30
    assert max(waits) == 30.0


@pytest.mark.parametrize(
    ("size", "prefer"), [(16 * 1024 * 1024, None), (16 * 1024 * 1024 + 1, "respond-async")]
)
def test_a_large_batch_would_rather_be_followed(seam: Seam, size: int, prefer: str | None) -> None:
    """An answer that takes minutes is easily lost on one connection."""
    with ClearingPoint(seam.url, API_KEY) as point:
        point.send_batch(Batch(lambda: iter(BODY), "text/csv", {}, "once", size))

    assert seam.arrived[0].prefer == prefer


def test_the_agreement_comes_with_the_key(seam: Seam) -> None:
    """Clearing on the laptop needs the organization's countries and legal basis."""
    with ClearingPoint(seam.url, API_KEY) as point:
        organization = point.read_organization()

    assert (organization.countries, organization.default_country) == (("RS", "ME"), "RS")
    assert (organization.legal_basis, organization.law) == ("CONSENT", "")


def test_a_proxy_of_the_environment_does_not_see_what_stays_on_this_machine(
    seam: Seam, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that is set for the web would read raw rows on their way to the loopback."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{_closed_port()}")
    monkeypatch.setenv("NO_PROXY", "")

    with ClearingPoint(seam.url, API_KEY, sleep=Waits()) as point:
        assert point.read_organization().name == "Test shelter"


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    """A certificate that nobody vouches for is refused at once, without a second attempt."""
    waits = Waits()

    with (
        serve(_self_signed(tmp_path / "certificate.pem")) as impostor,
        ClearingPoint(impostor.url, API_KEY, sleep=waits) as point,
        pytest.raises(CallRefused, match="certificate"),
    ):
        point.send_batch(batch_of())

    assert (impostor.arrived, waits) == ([], [])


@pytest.mark.parametrize("organization", [["a list"], {}, {"countries": []}, {"countries": "RS"}])
def test_something_else_that_answers_is_not_taken_for_a_clearing_point(
    seam: Seam, organization: object
) -> None:
    """A page of a hotel's network also says 200."""
    seam.organization = organization

    with ClearingPoint(seam.url, API_KEY) as point, pytest.raises(CallRefused, match="not a clearing point"):
        point.read_organization()


def _self_signed(path: Path) -> Path:
    """A certificate for 127.0.0.1 that only its own key vouches for, with that key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    unprotected = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, unprotected)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
