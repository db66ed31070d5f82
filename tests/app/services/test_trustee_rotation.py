"""The trustee's key is rotated between two machines: it hands over a sealed factor, and the tokens are translated."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid5

import httpx
import pytest

from anonymizer.sending_errors import SendingError
from app.database.transactions import transaction
from app.domain.errors import StateDoesNotAllow
from app.edge.premises import Premises
from app.key_store import KeyStore, KeyStoreError
from app.services.rotation import end_rotation, receive_factor
from app.services.trustee_access import keep_credential, pin_keys, read_trustee_keys
from app.services.trustee_rotation import SealedFactor, accepted_trustee_epochs, fetch_sealed_factor
from app.trustee import answering
from app.trustee.serving import KEYS_PATH
from tests.app.services.rotations import K2, Custodians
from tests.app.trustee.fixture import URL, RunningTrustee, Wire, a_trustee
from tests.factories import NOON

PERSONS = [uuid5(UUID(int=0), str(number)) for number in range(4)]


@pytest.fixture
def trustee(premises: Premises, tmp_path: Path) -> RunningTrustee:
    """One that gave us a credential, which we keep with its public keys."""
    running = a_trustee(tmp_path / "trustee", premises.key_store)
    keep_credential(tmp_path / "pinned", running.clearing_point_key)
    pin_keys(tmp_path / "pinned", read_trustee_keys(running.client.get(KEYS_PATH).content))
    return running


def fetch(trustee: RunningTrustee, tmp_path: Path, wire: httpx.BaseTransport | None = None) -> SealedFactor:
    transport = wire or Wire(trustee.client)
    return fetch_sealed_factor(URL, tmp_path / "pinned", keys_path=KEYS_PATH, transport=transport)


def test_a_rotation_of_two_machines(premises: Premises, trustee: RunningTrustee, tmp_path: Path) -> None:
    """The trustee begins, the clearing point translates, both forget; tokens are those of the new key."""
    both = Custodians(premises, KeyStore(tmp_path / "trustee" / "secrets"))
    both.send(PERSONS)
    both.take_in()
    accepted = [accepted_trustee_epochs(premises.key_store, tmp_path / "pinned")]
    trustee.premises.keys.begin_rotation(K2, NOON)

    fetched = fetch(trustee, tmp_path)
    with transaction(premises.database.keeping_session()) as session:
        factor = receive_factor(
            session,
            premises.key_store,
            fetched.sealed,
            old=fetched.old.epoch,
            new=fetched.new.epoch,
            public_keys=(fetched.old.public_key, fetched.new.public_key),
            now=NOON,
        )
    accepted.append(accepted_trustee_epochs(premises.key_store, tmp_path / "pinned"))
    both.run(factor)
    with transaction(premises.database.keeping_session()) as session:
        end_rotation(session, premises.key_store, factor, now=NOON)
    answering.end_rotation(trustee.premises)
    accepted.append(accepted_trustee_epochs(premises.key_store, tmp_path / "pinned"))

    assert both.stored() == {person: both.cleared(person, both.epochs()) for person in PERSONS}
    assert both.epochs()[K2] == 2
    assert accepted == [(1,), (1, 2), (2,)]


def test_the_old_key_stays_until_its_factor_was_taken(trustee: RunningTrustee, tmp_path: Path) -> None:
    """Destroyed too early, no stored token could be compared with a new one again."""
    trustee.premises.keys.begin_rotation(K2, NOON)

    with pytest.raises(StateDoesNotAllow, match="has not taken"):
        answering.end_rotation(trustee.premises)
    assert trustee.premises.keys.epochs(K2) == (1, 2)

    fetch(trustee, tmp_path)
    answering.end_rotation(trustee.premises)
    assert trustee.premises.keys.epochs(K2) == (2,)


def test_nothing_is_fetched_before_the_trustee_begins(trustee: RunningTrustee, tmp_path: Path) -> None:
    """Nor from a trustee to whom we are not connected, nor after the old key is destroyed."""
    with pytest.raises(StateDoesNotAllow, match="trustee rotate"):
        fetch(trustee, tmp_path)
    with pytest.raises(StateDoesNotAllow, match="trustee connect"):
        fetch(trustee, tmp_path / "elsewhere")
    trustee.premises.keys.begin_rotation(K2, NOON)
    trustee.premises.keys.end_rotation(K2)
    with pytest.raises(SendingError):
        fetch(trustee, tmp_path)


def test_another_key_for_an_epoch_that_we_know_stops_the_rotation(
    premises: Premises, trustee: RunningTrustee, tmp_path: Path
) -> None:
    """Whoever stands in for the trustee could spoil or translate the table."""
    KeyStore(tmp_path / "other" / "secrets").linkage.create(K2, NOON)
    other = a_trustee(tmp_path / "other", premises.key_store)
    other.premises.keys.begin_rotation(K2, NOON)

    with pytest.raises(KeyStoreError, match="another key"):
        fetch(trustee, tmp_path, Wire(other.client))


@pytest.mark.parametrize(
    "answer",
    [b"", b"[]", b'{"sealed": 1}', b'{"from_epoch": 1, "to_epoch": 3, "sealed": "AAAA"}', b"[" * 100_000],
    ids=["nothing", "a list", "a number", "other epochs", "deep"],
)
def test_an_answer_that_is_none_is_refused(trustee: RunningTrustee, tmp_path: Path, answer: bytes) -> None:
    """It is a sentence, and nothing of the answer is repeated."""
    trustee.premises.keys.begin_rotation(K2, NOON)
    wire = Wire(trustee.client)

    class Odd(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return (
                httpx.Response(200, content=answer)
                if request.method == "POST"
                else wire.handle_request(request)
            )

    with pytest.raises(SendingError, match="no custodian"):
        fetch(trustee, tmp_path, Odd())
