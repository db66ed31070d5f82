"""From bytes to elements and scalars (RFC 9380, section 5.3.1 with SHA-512; RFC 9497, section 4.1).

Each mode has its own context string, so that an element of one means nothing in another.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from functools import cache

from anonymizer.oprf.group import UNIFORM_BYTES, element_from, scalar_from

SUITE = b"ristretto255-SHA512"
_BLOCK_BYTES = 128
"""Of SHA-512."""
_DIGEST_BYTES = 64
_LONGEST_TAG = 255
_MOST_BLOCKS = 255


class Mode(IntEnum):
    """RFC 9497, section 3.1: plain, verifiable, and partially oblivious (verifiable with public information)."""

    OPRF = 0
    VOPRF = 1
    POPRF = 2


@cache
def context_string(mode: Mode) -> bytes:
    """RFC 9497, section 3.1."""
    return b"OPRFV1-" + bytes([mode]) + b"-" + SUITE


def hash_to_group(private_input: bytes, mode: Mode = Mode.VOPRF) -> bytes:
    """The element of an input: 32 bytes. It is the identity for no input that anybody will find."""
    return element_from(_expand(private_input, _tag(b"HashToGroup-", mode)))


def hash_to_scalar(text: bytes, mode: Mode = Mode.VOPRF, *, label: bytes = b"HashToScalar-") -> bytes:
    """The scalar of a text: 32 bytes; zero is possible."""
    return scalar_from(_expand(text, _tag(label, mode)))


def length_prefixed(*parts: bytes) -> bytes:
    """Each part behind its length in two bytes. OverflowError for a part of 65,536 bytes or more."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def expand_message(message: bytes, tag: bytes, length: int) -> bytes:
    """`expand_message_xmd` of RFC 9380, section 5.3.1. ValueError for a length or tag that it does not allow."""
    if len(tag) > _LONGEST_TAG or not 0 < length <= _MOST_BLOCKS * _DIGEST_BYTES:
        raise ValueError("Too long a tag, or a length out of range.")
    tag_prime = tag + bytes([len(tag)])
    asked = length.to_bytes(2, "big")
    first = hashlib.sha512(bytes(_BLOCK_BYTES) + message + asked + b"\0" + tag_prime).digest()
    block, blocks = bytes(_DIGEST_BYTES), b""
    for number in range(1, -(-length // _DIGEST_BYTES) + 1):
        mixed = bytes(one ^ other for one, other in zip(first, block, strict=True))
        block = hashlib.sha512(mixed + bytes([number]) + tag_prime).digest()
        blocks += block
    return blocks[:length]


@cache
def _tag(label: bytes, mode: Mode) -> bytes:
    """The end of what is hashed for one block of 64 bytes: its domain separation tag and the tag's length."""
    tag = label + context_string(mode)
    return tag + bytes([len(tag)])


_BEGIN = hashlib.sha512(bytes(_BLOCK_BYTES))
_ONE_BLOCK = UNIFORM_BYTES.to_bytes(2, "big") + b"\0"


def _expand(message: bytes, tag_prime: bytes) -> bytes:
    """`expand_message` for the one length that this suite asks for: two calls of SHA-512, and no loop."""
    begun = _BEGIN.copy()
    begun.update(message + _ONE_BLOCK + tag_prime)
    return hashlib.sha512(begun.digest() + b"\1" + tag_prime).digest()
