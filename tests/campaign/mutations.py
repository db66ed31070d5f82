"""Ways in which a file goes wrong on its way: bits turn, ends are lost, two files become one."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence
from contextlib import suppress

Mutation = Callable[[random.Random, bytes, bytes], bytes]
"""From a source of randomness, a file and another one to a third."""
MOST_PLACES = 8
LONGEST_RUN = 64
ODD_TEXTS = (
    "\x00", "\ufeff", "\u200b", "\u202e", "\u2028", "\u0000", "\ud7ff", "\U0001f600", "\r", "\n", '"', "'", ",", ";",
    "\t", "|", "=1+1", "NaN", "1e999", "-0", "null", "true", "[", "{", "}", "]", "\\u0000", "\\ud800", "c1:", "UNK", "NONE",
    "2025-02-30", "31.12.2025", "9" * 400, "sep=;", "../", "%00", "\x1b[31m", "case_number", "PK\x03\x04", "<!DOCTYPE x>",
)  # fmt: skip
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1250",
    "cp1251",
    "cp1253",
    "iso-8859-5",
    "utf-7",
)


def mutated(source: random.Random, body: bytes, other: bytes) -> bytes:
    """One to three mutations of a file, some of them with a part of the other."""
    for _ in range(source.choice((1, 1, 1, 2, 3))):
        body = source.choice(MUTATIONS)(source, body, other)
    return body


def turn_bytes(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """Other bytes in some places."""
    changed = bytearray(body)
    for _ in range(source.randint(1, MOST_PLACES) if body else 0):
        changed[source.randrange(len(changed))] = source.randrange(256)
    return bytes(changed)


def turn_one_bit(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """The smallest change there is."""
    changed = bytearray(body)
    if changed:
        changed[source.randrange(len(changed))] ^= 1 << source.randrange(8)
    return bytes(changed)


def cut_off(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """The beginning alone."""
    return body[: _place(source, body)]


def cut_out(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """Without something in the midst."""
    at = _place(source, body)
    return body[:at] + body[at + source.randint(1, LONGEST_RUN) :]


def say_twice(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """Something in the midst comes again."""
    first, last = sorted((_place(source, body), _place(source, body)))
    return body[:last] + body[first:last] * source.choice((1, 1, 2, 20)) + body[last:]


def splice(source: random.Random, body: bytes, other: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    return body[: _place(source, body)] + other[_place(source, other) :]


def insert_text(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """Something that means something to some program."""
    at = _place(source, body)
    return body[:at] + source.choice(ODD_TEXTS).encode() + body[at:]


def replace_letter(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """All of one letter become another: separators, quotes, line ends."""
    if not body:
        return body
    one, another = bytes([source.choice(body)]), bytes([source.randrange(128)])
    return body.replace(one, another)


def write_otherwise(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """The same text in another encoding, or half of it."""
    with suppress(UnicodeError):
        text = body.decode()
        at = _place(source, body)
        half = text[at:].encode(source.choice(ENCODINGS), "replace")
        return half if source.random() < 0.5 else text[:at].encode() + half
    return body


def swap_lines(source: random.Random, body: bytes, _other: bytes) -> bytes:
    """Rows in another order, the header perhaps among them."""
    lines = body.split(b"\n")
    source.shuffle(lines)
    return b"\n".join(lines)


def pack(_source: random.Random, body: bytes, _other: bytes) -> bytes:
    """What nobody asked for."""
    return gzip.compress(body, mtime=0)


MUTATIONS: Sequence[Mutation] = (
    turn_bytes,
    turn_one_bit,
    cut_off,
    cut_out,
    say_twice,
    splice,
    insert_text,
    insert_text,
    replace_letter,
    write_otherwise,
    swap_lines,
    pack,
)


def _place(source: random.Random, body: bytes) -> int:
    return source.randint(0, len(body))
