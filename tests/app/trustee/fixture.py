"""A trustee for a test: its own home, one shelter, the clearing point, and a way to ask it without a network."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import httpx
from starlette.testclient import TestClient

from anonymizer.linking.asking import Custodian
from app.key_store import KeyStore, sealing_public_key
from app.trustee import TrusteePremises, create_trustee, open_trustee
from app.trustee.register import Registered
from tests.factories import NOON

URL = "https://trustee.example"


@dataclass
class RunningTrustee:
    """The trustee's premises, a client without a key, and the keys that it gave."""

    premises: TrusteePremises
    client: TestClient
    shelter_key: str
    clearing_point_key: str

    def door(self, key: str | None = None) -> Custodian:
        """The trustee as a sender's program sees it."""
        return Custodian(URL, key or self.shelter_key, sleep=lambda _: None, transport=Wire(self.client))


class Wire(httpx.BaseTransport):
    """Carries calls to an application in this process, and counts them."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.bodies: list[bytes] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One call."""
        body = request.read()
        self.bodies.append(body)
        answer = self._client.request(
            request.method, request.url.path, content=body, headers=dict(request.headers)
        )
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


def a_trustee(home: Path, clearing_point: KeyStore, *, elements_a_day: int = 100_000) -> RunningTrustee:
    """A trustee at NOON with a shelter and the clearing point."""
    dice = random.Random(11)
    premises = open_trustee(home, clock=lambda: NOON, random=dice.randbytes)
    sealing = sealing_public_key(clearing_point.sealing_key())
    add = premises.register.add
    return RunningTrustee(
        premises,
        TestClient(create_trustee(premises), raise_server_exceptions=False),
        add(Registered("shelter", elements_a_day), now=NOON, random=dice.randbytes),
        add(Registered("clearing-point", elements_a_day, sealing), now=NOON, random=dice.randbytes),
    )
