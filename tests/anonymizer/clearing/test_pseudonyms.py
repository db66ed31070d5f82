"""Case tokens: the same from every door, and nothing without the key."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

import pytest

from anonymizer import UnsuitableKey, inner_case_token
from anonymizer.clearing.pseudonyms import is_case_token
from tests.anonymizer.clearings import KEY


def test_a_token_is_the_keyed_hash_of_the_number() -> None:
    """c1: and base64url without padding of HMAC-SHA256(case key, number)."""
    digest = hmac.new(KEY, "Č-17/2025".encode(), hashlib.sha256).digest()

    assert inner_case_token(KEY, "Č-17/2025") == "c1:" + urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_number_is_the_same_however_it_is_typed() -> None:
    """Outer spaces and the way in which a letter is composed do not matter."""
    assert inner_case_token(KEY, " C\u030c-17 ") == inner_case_token(KEY, "\u010c-17")


def test_another_key_gives_another_token() -> None:
    """No organization can recompute the tokens of another."""
    assert inner_case_token(KEY, "17") != inner_case_token(bytes(32), "17")


def test_a_short_key_is_refused_without_being_shown() -> None:
    """A key that can be guessed protects nobody."""
    with pytest.raises(UnsuitableKey) as refused:
        inner_case_token(b"short-key", "17")

    assert "short-key" not in str(refused.value)


def test_only_the_canonical_way_of_writing_is_a_token() -> None:
    """The last letter has two unused bits: set, they would give a second text for the same bytes."""
    token = inner_case_token(KEY, "17")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + letters[letters.index(token[-1]) + 1]

    assert is_case_token(token)
    assert not is_case_token(twin)
    assert not is_case_token(token[:-1])
    assert not is_case_token(token.replace("c1:", "c2:"))
    assert not is_case_token(token + "=")
