"""The group ristretto255 (RFC 9496) on libsodium: the one place that knows which library computes in it.

Elements and scalars are 32 bytes each. The identity and every encoding that is not canonical are refused here, so
that no caller can forget it: libsodium takes the identity for valid and does not look at an element's highest bit,
and `add` of rbcl hides libsodium's refusal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import accumulate, chain
from pathlib import Path

import rbcl

from anonymizer.oprf.errors import NotAnElement, NotAScalar

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the group (RFC 9496, section 4)."""
ELEMENT_BYTES = 32
SCALAR_BYTES = 32
UNIFORM_BYTES = 64
"""Enough bytes that their remainder by ORDER is uniform but for 2^-259, and what an element is mapped from."""
IDENTITY = bytes(ELEMENT_BYTES)
_HIGHEST = b"\x7f"
"""Of an element's last byte: field elements are below 2^255, and a bit more would be the same element once more."""

Random = Callable[[int], bytes]
"""`random(n)` gives n unpredictable bytes."""

_REFUSALS = (RuntimeError, ValueError, TypeError)
"""What rbcl raises: for an identity or an invalid point, for a wrong length, for what is not bytes."""


def check_element(element: bytes) -> bytes:
    """The same bytes. Raises NotAnElement for a wrong length, a form that is not canonical, and the identity."""
    if len(element) != ELEMENT_BYTES or element == IDENTITY or element[-1:] > _HIGHEST:
        raise NotAnElement
    if not rbcl.crypto_core_ristretto255_is_valid_point(element):
        raise NotAnElement
    return element


def check_scalar(scalar: bytes) -> bytes:
    """The same bytes. Raises NotAScalar for a wrong length, a form that is not reduced, and zero."""
    if len(scalar) != SCALAR_BYTES or not 0 < int.from_bytes(scalar, "little") < ORDER:
        raise NotAScalar
    return scalar


def multiply(scalar: bytes, element: bytes) -> bytes:
    """The element as often as the scalar says. Raises NotAnElement, also when the result would be the identity."""
    if element[-1:] > _HIGHEST:
        raise NotAnElement
    try:
        product: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, element)
    except _REFUSALS:
        raise NotAnElement from None
    return product


def multiply_base(scalar: bytes) -> bytes:
    """The generator as often as the scalar says: the public key of a secret one. Raises NotAScalar for zero."""
    try:
        product: bytes = rbcl.crypto_scalarmult_ristretto255_base(scalar)
    except _REFUSALS:
        raise NotAScalar from None
    return product


def add(one: bytes, other: bytes) -> bytes:
    """The sum of two elements. Raises NotAnElement, also when the sum is the identity."""
    if max(one[-1:], other[-1:]) > _HIGHEST:
        raise NotAnElement
    try:
        total: bytes = rbcl.crypto_core_ristretto255_add(one, other)
    except _REFUSALS:
        raise NotAnElement from None
    if total == IDENTITY:  # what libsodium refuses comes out of rbcl as zeros too
        raise NotAnElement
    return total


def combine(scalars: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    """The sum of each element multiplied by its scalar. Raises NotAnElement; there must be one at least."""
    products = (multiply(scalar, element) for scalar, element in zip(scalars, elements, strict=True))
    *_, total = accumulate(products, add)
    return total


def element_from(uniform: bytes) -> bytes:
    """The element that 64 uniform bytes map to (RFC 9496, section 4.3.4)."""
    element: bytes = rbcl.crypto_core_ristretto255_from_hash(uniform)
    return element


def scalar_from(uniform: bytes) -> bytes:
    """The scalar that uniform bytes reduce to, little-endian; zero is possible."""
    return (int.from_bytes(uniform, "little") % ORDER).to_bytes(SCALAR_BYTES, "little")


def random_scalar(random: Random) -> bytes:
    """A uniform scalar other than zero."""
    while not any(scalar := scalar_from(random(UNIFORM_BYTES))):
        pass  # once in 2^252 times
    return scalar


def random_element(random: Random) -> bytes:
    """A uniform element, of which nobody knows how often the generator is in it."""
    return element_from(random(UNIFORM_BYTES))


def add_scalars(one: bytes, other: bytes) -> bytes:
    """Their sum; zero is possible."""
    return _written(_read(one) + _read(other))


def multiply_scalars(one: bytes, other: bytes) -> bytes:
    """Their product."""
    return _written(_read(one) * _read(other))


def negate(scalar: bytes) -> bytes:
    """What added to the scalar gives zero."""
    return _written(-_read(scalar))


def invert(scalar: bytes) -> bytes:
    """What multiplied by the scalar gives one. Raises NotAScalar for zero."""
    return invert_all((scalar,))[0]


def invert_all(scalars: Sequence[bytes], factor: bytes = (1).to_bytes(SCALAR_BYTES, "little")) -> list[bytes]:
    """`factor` divided by each scalar, with one inversion for all (Montgomery's trick: three products a scalar).

    Raises NotAScalar for zero. It runs on Python's integers, whose time may depend on the scalars: blinds are used
    once, on the machine that made them.
    """
    numbers = [_read(scalar) for scalar in scalars]
    products = list(accumulate(chain((1,), numbers), lambda one, other: one * other % ORDER))
    try:
        running = pow(products[-1], -1, ORDER) * _read(factor) % ORDER
    except ValueError:
        raise NotAScalar from None
    inverses = []
    for number, before in zip(reversed(numbers), reversed(products[:-1]), strict=True):
        inverses.append(running * before % ORDER)
        running = running * number % ORDER
    return [inverse.to_bytes(SCALAR_BYTES, "little") for inverse in reversed(inverses)]


def _read(scalar: bytes) -> int:
    return int.from_bytes(scalar, "little")


def _written(number: int) -> bytes:
    return (number % ORDER).to_bytes(SCALAR_BYTES, "little")


def _remove_unpacked_library() -> None:
    """rbcl unpacks libsodium into a temporary file at each start and never removes it: 3 MB that nobody needs again.

    Where a loaded library cannot be removed (Windows), it stays.
    """
    unpacked = getattr(sys.modules.get("rbcl._sodium"), "lib_path", None)
    if isinstance(unpacked, str):
        with suppress(OSError):
            Path(unpacked).unlink()


_remove_unpacked_library()
