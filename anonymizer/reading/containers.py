"""What is looked at in a ZIP container before anything of it is unpacked, and the unpacking itself.

An archive of cases and a workbook are both such containers. Nothing is unpacked beyond the size that was
declared, nothing is written to disk, and no name of a member is ever repeated: it may be that of a person.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise

from anonymizer.catalogue.findings import conflict_of
from anonymizer.errors import Unreadable

MAX_UNPACKED = 100_000_000
"""Bytes. 50,000 case sheets as CSV have about 15 MB, as a workbook about 80 MB."""
MAX_MEMBERS = 200
"""A workbook with every module and its pictures has fewer than 60 parts."""
MAX_RATIO = 250
"""Unpacked to packed. Honest workbooks reach 25, a CSV of like rows somewhat more, a bomb about 1,000."""
RATIO_COUNTS_FROM = 10_000_000
"""Bytes unpacked. What is smaller does no harm, however well it was packed."""
PIECE = 1 << 16
"""Bytes that are packed or unpacked at a time."""
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"

_END = struct.Struct("<4s4H2LH")
"""The end of the central directory: signature, disks, entries, size, offset, length of the comment."""
_LOCAL = struct.Struct("<4s5H3L2H")
"""What stands before the content of a member: signature, version, flags, method, ..., length of name, extra."""
_MAX_DIRECTORY = MAX_MEMBERS * 1024
"""Bytes. An entry has 46 and its name; a longer directory is not even looked at."""
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a container, by what the container says of it. `place` counts from 1."""

    name: str
    place: int
    start: int
    packed: int
    size: int
    checksum: int
    method: int


class _ContradictionError(Exception):
    """A container that contradicts itself."""


def members_of(body: bytes) -> list[Member]:
    """The files in a container, folders left out. Raises Unreadable when it is unsafe to unpack."""
    entries = _entries(body)
    _check_sizes(entries, len(body))
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Unreadable(conflict_of("encrypted_file"))
    doubled = _places_of_doubled_names(entries)
    if doubled:
        raise Unreadable(*(conflict_of("doubled_member", row=place) for place in doubled))
    unsafe = [place for place, entry in enumerate(entries, start=1) if _is_unsafe(entry.orig_filename)]
    if unsafe:
        raise Unreadable(*(conflict_of("unsafe_member_name", row=place) for place in unsafe))
    members = [_member(body, entry, place) for place, entry in enumerate(entries, start=1)]
    _check_places(members, len(body))
    return [member for member in members if not member.name.endswith("/")]


def unpacked(body: bytes, member: Member) -> Iterator[bytes]:
    """The content of a member in pieces. Raises Unreadable when it is not what the container says of it."""
    left, checksum = member.size, 0
    for piece in _pieces(body, member):
        left -= len(piece)
        if left < 0:
            break
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if left or checksum != member.checksum:
        raise Unreadable(conflict_of("broken_archive"))


def _entries(body: bytes) -> list[zipfile.ZipInfo]:
    """The central directory, read only when it is where it must be and no larger than it may be."""
    entries = None
    with suppress(_ContradictionError, zipfile.BadZipFile, ValueError, struct.error, NotImplementedError):
        _check_end(body)
        with zipfile.ZipFile(io.BytesIO(body)) as container:
            entries = container.infolist()
    if entries is None:
        raise Unreadable(conflict_of("broken_archive"))
    if len(entries) > MAX_MEMBERS:
        raise Unreadable(conflict_of("too_many_members"))
    return entries


def _check_end(body: bytes) -> None:
    """One directory, at the end, with nothing before or behind the container: two readers find the same."""
    signature, disk, first_disk, _, entries, size, offset, comment = _END.unpack(body[-_END.size :])
    if signature != EMPTY_ZIP_MAGIC or disk or first_disk or comment:
        raise _ContradictionError
    if size > _MAX_DIRECTORY or entries > MAX_MEMBERS:
        raise Unreadable(conflict_of("too_many_members"))
    if offset + size + _END.size != len(body) or (entries and not body.startswith(ZIP_MAGIC)):
        raise _ContradictionError


def _check_sizes(entries: Sequence[zipfile.ZipInfo], packed: int) -> None:
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED or (size > RATIO_COUNTS_FROM and size > MAX_RATIO * packed):
        raise Unreadable(conflict_of("unpacked_too_big"))


def _places_of_doubled_names(entries: Sequence[zipfile.ZipInfo]) -> list[int]:
    """Names count as equal when some system takes them for the same file."""
    names = [entry.orig_filename.replace("\\", "/").casefold() for entry in entries]
    return [place for place, name in enumerate(names, start=1) if name in names[: place - 1]]


def _is_unsafe(name: str) -> bool:
    """True for a path that leaves its folder, is absolute, names a drive or cannot be seen."""
    parts = name.removesuffix("/").split("/")
    return "\\" in name or ":" in name or not name.isprintable() or not {"", ".", ".."}.isdisjoint(parts)


def _member(body: bytes, entry: zipfile.ZipInfo, place: int) -> Member:
    """The entry with the place of its content, which the header before the content tells."""
    head = body[entry.header_offset : entry.header_offset + _LOCAL.size]
    start = 0
    with suppress(struct.error):
        signature, _, _, method, *_, name, extra = _LOCAL.unpack(head)
        if signature == ZIP_MAGIC and method == entry.compress_type and method in _METHODS:
            start = entry.header_offset + _LOCAL.size + name + extra
    if not start:
        raise Unreadable(conflict_of("broken_archive"))
    return Member(
        entry.orig_filename,
        place,
        start,
        entry.compress_size,
        entry.file_size,
        entry.CRC,
        entry.compress_type,
    )


def _check_places(members: Sequence[Member], end: int) -> None:
    """No two members share bytes: else a few packed bytes unpack to many files."""
    in_order = sorted(members, key=lambda member: member.start)
    is_overlapping = any(
        one.start + one.packed > next_.start - _LOCAL.size for one, next_ in pairwise(in_order)
    )
    if is_overlapping or (in_order and in_order[-1].start + in_order[-1].packed > end - _END.size):
        raise Unreadable(conflict_of("broken_archive"))


def _pieces(body: bytes, member: Member) -> Iterator[bytes]:
    packed = memoryview(body)[member.start : member.start + member.packed]
    parts = (bytes(packed[at : at + PIECE]) for at in range(0, len(packed), PIECE))
    if member.method == zipfile.ZIP_STORED:
        return parts
    return _inflated(parts)


def _inflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    """The parts unpacked, at most a piece at a time. Ends early where the packing is broken."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for part in parts:
        rest = part
        while rest and not inflater.eof:
            piece = _next_piece(inflater, rest)
            if piece is None:
                return
            yield piece
            rest = inflater.unconsumed_tail
    yield inflater.flush()


def _next_piece(inflater: zlib._Decompress, packed: bytes) -> bytes | None:
    with suppress(zlib.error):
        return inflater.decompress(packed, PIECE)
    return None
