"""Keyed names for cases: the half of the case token that is made with the organization's own key.

Whoever has the case key can recompute a token from a case number, and nobody else: never log or store the
key, and never make a token without one. The server adds its own key when it stores the case.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import b2a_base64
from collections.abc import Callable

from anonymizer.errors import UnsuitableKey

TOKEN_PREFIX = "c1:"  # noqa: S105 - a public mark, no secret
"""Marks a case number that is a token already: version 1 of the scheme."""
CASE_KEY_BYTES = 32
"""A case key is at least as long as the output of SHA-256 (RFC 2104, section 3)."""
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
"""RFC 4648, section 5. `urlsafe_b64encode` does the same through three calls, which a million cases feel."""
_TOKEN = re.compile(r"c1:[A-Za-z0-9_-]{43}")


def inner_case_token(case_key: bytes, case_number: str) -> str:
    """The token of a local case number: `c1:` and base64url of HMAC-SHA256(case key, NFC and trimmed number).

    Raises UnsuitableKey when the key is shorter than 32 bytes.
    """
    check_case_key(case_key)
    return case_tokens(case_key)(normal_case_number(case_number))


def check_case_key(case_key: bytes) -> None:
    """Refuse a key that could be guessed."""
    if len(case_key) < CASE_KEY_BYTES:
        raise UnsuitableKey("The case key is too short: make one with 32 random bytes.")


def normal_case_number(case_number: str) -> str:
    """The one way of writing a case number that tokens are taken over: Unicode NFC, without outer spaces."""
    return case_number.strip() if case_number.isascii() else unicodedata.normalize("NFC", case_number).strip()


def case_tokens(case_key: bytes) -> Callable[[str], str]:
    """The function from case numbers in their normal form to their tokens, with a key that was checked.

    The key is set up once: for a million cases that is a second of work.
    """
    keyed = hmac.new(case_key, digestmod="sha256")

    def token_of(normal_number: str) -> str:
        one = keyed.copy()
        one.update(normal_number.encode())
        return TOKEN_PREFIX + b2a_base64(one.digest(), newline=False)[:-1].translate(_URL_SAFE).decode(
            "ascii"
        )

    return token_of


def is_case_token(text: str) -> bool:
    """True for a token as clearing writes it, and for no other way of writing the same bytes."""
    if not _TOKEN.fullmatch(text):
        return False
    return TOKEN_PREFIX + urlsafe_b64encode(token_bytes(text))[:-1].decode("ascii") == text


def token_bytes(token: str) -> bytes:
    """The 32 bytes that a token writes down: what storage keys a second time."""
    return urlsafe_b64decode(token[len(TOKEN_PREFIX) :] + "=")
