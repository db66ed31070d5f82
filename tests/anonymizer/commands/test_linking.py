"""The laptop's way to the custodians: to whom its key of the trustee goes, and which lists it believes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from anonymizer.commands.keys import KeyRing
from anonymizer.commands.linking import SenderTokenizer
from anonymizer.commands.pinning import KEPT, kept_keys, trusted_keys
from anonymizer.linking.tokens import LinkTokens
from anonymizer.policy import SLOTS
from anonymizer.sending import ClearingPoint
from app.cli.server import Server
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import Purpose
from app.main import create_app
from app.services.trustee_access import pin_keys, read_trustee_keys
from app.trustee import create_trustee
from app.trustee.serving import KEYS_PATH
from tests.app.trustee.fixture import RunningTrustee, a_trustee
from tests.clearing_point_fixture import SHELTER, People
from tests.factories import NOON

DICE = random.Random(12)
STRANGER = "http://127.0.0.1:9"
"""Where the clearing point says that the trustee is, and where nobody is."""


@dataclass
class Laptop:
    """A sender's machine; the clearing point that it sends to may change what it publishes."""

    people: People
    trustee: RunningTrustee
    home: Path
    port: int = 0

    @contextmanager
    def sending(self, **linkage: object) -> Iterator[ClearingPoint]:
        """The clearing point with other settings, at the address that it always had."""
        premises = self.people.premises
        settings = replace(premises.linkage, **linkage)  # type: ignore[arg-type]
        application = create_app(replace(premises, linkage=settings))
        with Server(application, host="127.0.0.1", port=self.port).running() as url:
            self.port = httpx.URL(url).port or 0
            with ClearingPoint(url, self.people.keys[f"{SHELTER.code} sender"]) as point:
                yield point

    def tokens(self, beside: str = "", **linkage: object) -> LinkTokens | None:
        """Of one row, as `clearpoint send` makes them. `beside`: the address beside the key of the trustee."""
        file = self.home / "named.key"
        lines = [
            f"key = {self.people.keys[f'{SHELTER.code} sender']}",
            f"trustee_key = {self.trustee.shelter_key}",
        ]
        file.touch(0o600)
        file.write_text("\n".join([*lines, f"trustee_url = {beside}" if beside else ""]))
        ring = KeyRing(file, None, environment={}, folder=self.home)
        with (
            self.sending(**linkage) as point,
            SenderTokenizer(point, ring, self.home, random=DICE.randbytes) as tokenizer,
        ):
            (tokens,) = tokenizer([[DICE.randbytes(9) for _ in range(SLOTS)]])
        return tokens


@pytest.fixture
def trustee_url(premises: Premises, tmp_path: Path) -> Iterator[tuple[RunningTrustee, str]]:
    """A trustee that listens."""
    running = a_trustee(tmp_path / "trustee", premises.key_store)
    with Server(create_trustee(running.premises), host="127.0.0.1", port=0).running() as url:
        yield running, url


@pytest.fixture
def laptop(
    premises: Premises, people: People, tmp_path: Path, trustee_url: tuple[RunningTrustee, str]
) -> Laptop:
    """One whose clearing point links with that trustee."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    running, url = trustee_url
    pin_keys(tmp_path / "pinned", read_trustee_keys(running.client.get(KEYS_PATH).content))
    linkage = LinkageSettings(LinkageMode.TWO_CUSTODIANS, url, tmp_path / "pinned")
    people.premises = replace(premises, linkage=linkage)
    return Laptop(people, running, tmp_path)


def asked_of(trustee: RunningTrustee) -> int:
    """How many elements the shelter's own key asked for."""
    by_code = {one.organization.code: one.elements for one in trustee.premises.register.asked_on(NOON.date())}
    return by_code["shelter"]


def test_the_key_goes_to_the_address_beside_it(
    laptop: Laptop, trustee_url: tuple[RunningTrustee, str]
) -> None:
    """With a slash at the end or without."""
    tokens = laptop.tokens(beside=trustee_url[1] + "/")

    assert tokens is not None
    assert tokens.k2_epoch == 1
    assert asked_of(laptop.trustee) == 512


def test_another_address_in_the_list_gets_nothing(
    laptop: Laptop, trustee_url: tuple[RunningTrustee, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever runs the clearing point could collect the keys of all its senders at a door of its own."""
    tokens = laptop.tokens(beside=trustee_url[1], trustee_url=STRANGER)

    assert tokens is not None
    assert tokens.k2_epoch == 0
    assert "names another address of the trustee" in capsys.readouterr().err


def test_without_an_address_the_first_one_is_kept(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told, once; another one later gets nothing."""
    first, again = laptop.tokens(), laptop.tokens()
    told = capsys.readouterr().err
    other = laptop.tokens(trustee_url=STRANGER)

    assert [tokens and tokens.k2_epoch for tokens in (first, again, other)] == [1, 1, 0]
    assert told.count("from now on, and to no other address") == 1
    assert "names another address of the trustee" in capsys.readouterr().err


def test_an_older_list_is_refused(laptop: Laptop, capsys: pytest.CaptureFixture[str]) -> None:
    """It could bring back a key of the trustee that was given up."""
    laptop.tokens()
    before = laptop.people.premises
    laptop.people.premises = replace(before, clock=lambda: NOON + timedelta(days=1))
    assert laptop.tokens() is not None
    laptop.people.premises = before

    assert laptop.tokens() is None
    assert "older list" in capsys.readouterr().err


def test_another_name_at_a_known_address_is_not_new(
    laptop: Laptop, capsys: pytest.CaptureFixture[str]
) -> None:
    """What calls itself otherwise from one day to the next is told, and its keys are not taken."""
    with laptop.sending() as point:
        first = trusted_keys(point, laptop.home)
    laptop.people.premises = replace(laptop.people.premises, public_url="https://other.example")

    with laptop.sending() as point:
        again = trusted_keys(point, laptop.home)

    assert first is not None
    assert again == first
    assert kept_keys(laptop.home, "https://other.example") is None
    assert "ATTENTION" in capsys.readouterr().err


def test_keys_that_were_kept_before_addresses_were_still_count(laptop: Laptop) -> None:
    """A file of an earlier version has no addresses."""
    with laptop.sending() as point:
        first = trusted_keys(point, laptop.home)
        file = laptop.home / KEPT
        file.write_text(json.dumps({"known": json.loads(file.read_text())["known"]}))

        assert trusted_keys(point, laptop.home) == first
