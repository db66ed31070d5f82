"""Keys of rows: UUIDs of version 7 (RFC 9562, section 5.7), made in Python so that any PostgreSQL from 15 serves.

They grow with time, so that an index on them is filled at its end; the rest is random and tells nothing.
"""

from __future__ import annotations

import os
from datetime import datetime
from uuid import UUID

RANDOM_BYTES = 10
"""74 random bits are needed beside the 48 bits of milliseconds; ten bytes hold them."""


def new_id(now: datetime) -> UUID:
    """One fresh key whose first 48 bits are `now` in milliseconds."""
    return new_ids(now, 1)[0]


def new_ids(now: datetime, count: int) -> list[UUID]:
    """`count` fresh keys of the same millisecond; asks the system for randomness once."""
    prefix = int(now.timestamp() * 1000) << 80
    randomness = os.urandom(RANDOM_BYTES * count)
    return [
        _from_parts(prefix, randomness[start : start + RANDOM_BYTES])
        for start in range(0, RANDOM_BYTES * count, RANDOM_BYTES)
    ]


def _from_parts(prefix: int, random: bytes) -> UUID:
    tail = int.from_bytes(random, "big")
    version = (tail & ~(0xF << 76)) | (0x7 << 76)
    variant = (version & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=prefix | variant)
