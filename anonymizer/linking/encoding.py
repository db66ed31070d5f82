"""Texts as bytes that no other list of texts gives: each one after its length.

A field is the length of a text in UTF-8 as two bytes, the higher first, and then the text.
"""

from __future__ import annotations


def encode_texts(*texts: str) -> bytes:
    """The fields of some texts, one after the other. None may be longer than 65,535 bytes."""
    return b"".join([_field(text.encode()) for text in texts])


def _field(coded: bytes) -> bytes:
    return len(coded).to_bytes(2, "big") + coded
