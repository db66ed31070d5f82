"""The token of a case, worked out by hand beside the service."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from anonymizer import inner_case_token
from app.services.cases import Arrival, case_token
from tests.factories import NOON

ORGANIZATION = UUID("01919191-0000-7000-8000-000000000001")
OTHER_ORGANIZATION = UUID("01919191-0000-7000-8000-000000000002")
CASE_KEY, SERVER_KEY = b"c" * 32, b"s" * 32


def an_arrival(*, organization: UUID = ORGANIZATION, server_key: bytes = SERVER_KEY) -> Arrival:
    return Arrival(organization, organization, NOON, server_key)


def test_a_case_token_is_keyed_by_the_server_over_the_organization_and_its_own_keyed_number() -> None:
    """HMAC-SHA256(server key, organization, HMAC-SHA256(case key, local case number))."""
    inner = hmac.new(CASE_KEY, b"2025-017", hashlib.sha256).digest()
    expected = hmac.new(SERVER_KEY, ORGANIZATION.bytes + inner, hashlib.sha256).digest()

    assert case_token(an_arrival(), inner_case_token(CASE_KEY, "2025-017")) == expected


def test_another_organization_or_another_server_key_gives_another_token() -> None:
    """The same number means nothing elsewhere, and who has one key of the two can test no number."""
    number = inner_case_token(CASE_KEY, "2025-017")
    tokens = {
        case_token(an_arrival(), number),
        case_token(an_arrival(organization=OTHER_ORGANIZATION), number),
        case_token(an_arrival(server_key=b"t" * 32), number),
        case_token(an_arrival(), inner_case_token(b"d" * 32, "2025-017")),
        case_token(an_arrival(), inner_case_token(CASE_KEY, "2025-018")),
    }

    assert len(tokens) == 5
