"""The one way of writing a document as bytes, so that two programs sign and verify the same ones.

RFC 8785 (JSON Canonicalization Scheme) for documents without fractions. A number with a point is never
written: two languages print it in two ways.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from anonymizer.errors import NotCanonical

LARGEST_NUMBER = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 7493 section 2.2)."""
DEEPEST = 8
"""Levels of nesting. Nothing that is signed here has more than three."""


def canonical_json(document: Mapping[str, object]) -> bytes:
    """The document as UTF-8 without spaces, its members in the order of their UTF-16 code units.

    Raises NotCanonical for a fraction, a number that some readers would round, a key that is no text, half a
    character, and what JSON does not have.
    """
    try:
        return json.dumps(
            _ordered(document, DEEPEST), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
    except UnicodeEncodeError:
        raise NotCanonical("A text has half a character in it.") from None


def _ordered(part: object, levels: int) -> object:
    if levels == 0:
        raise NotCanonical("The document is nested too deeply.")
    match part:
        case None | bool() | str():
            return part
        case int() if abs(part) <= LARGEST_NUMBER:
            return part
        case Mapping():
            return {key: _ordered(part[key], levels - 1) for key in sorted(part, key=_code_units)}
        case Sequence() if not isinstance(part, bytes | bytearray):
            return [_ordered(member, levels - 1) for member in part]
        case _:
            raise NotCanonical("The document has a fraction, a large number, or what JSON does not have.")


def _code_units(key: object) -> bytes:
    if not isinstance(key, str):
        raise NotCanonical("The name of a member is no text.")
    return key.encode("utf-16-be")
