"""Archives of CSV files, good ones and each kind that is refused, made by hand. All of them are invented."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import cache

CASES_CSV = b"case_number,sex\n1,F\n2,M\n"
REFERRAL_CSV = b"case_number,service\n1,SHELTER\n1,MEDICAL\n"
Told = tuple[str, int]
"""The code of the conflict, and its row."""


def packed(
    members: Mapping[str, bytes] | list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """An archive of these members."""
    pairs = members if isinstance(members, list) else list(members.items())
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return body.getvalue()


def archive(**other_members: bytes) -> bytes:
    """An archive with cases, and what else is asked for (`referral_csv` → `referral.csv`)."""
    others = {name.replace("_csv", ".csv"): content for name, content in other_members.items()}
    return packed({"cases.csv": CASES_CSV, **others})


@cache
def refused_archives() -> dict[str, tuple[bytes, Told]]:
    """Each kind of archive that is refused, by what it is, with what is told of it."""
    good = archive(referral_csv=REFERRAL_CSV)
    broken = ("broken_archive", 0)
    return {
        "nothing": (b"", broken),
        "text": (CASES_CSV, broken),
        "cut off": (good[:-30], broken),
        "cut in the middle": (good[: len(good) // 2], broken),
        "something before it": (b"#!/bin/sh\n" + good, broken),
        "something behind it": (good + b"\n", broken),
        "a comment": (with_comment(good), broken),
        "a content that changed": (changed_content(good), broken),
        "a packing that nobody knows": (changed_content(archive(), at=0, bits=0xFF), broken),
        "a size that is too small": (with_size(archive(), len(CASES_CSV) - 5), broken),
        "a size that is too large": (with_size(archive(), len(CASES_CSV) + 5), broken),
        "a bomb of one member": (with_size(bomb(30_000_000), 25), broken),
        "entries that share their bytes": (overlapping(), broken),
        "an unknown packing": (packed({"cases.csv": CASES_CSV}, zipfile.ZIP_BZIP2), broken),
        "no member": (packed({}), ("no_cases", 0)),
        "only headers": (packed({"cases.csv": b"case_number,sex\n", "referral.csv": b""}), ("no_cases", 0)),
        "a ratio of a thousand": (bomb(30_000_000), ("unpacked_too_big", 0)),
        "too large": (
            packed({"cases.csv": bytes(60_000_000), "case.csv": bytes(60_000_000)}),
            ("unpacked_too_big", 0),
        ),
        "too large by its own word": (with_size(archive(), 0xFFFF_FFF0), ("unpacked_too_big", 0)),
        "too many members": (packed({f"{n}.csv": b"" for n in range(201)}), ("too_many_members", 0)),
        "seventy thousand members": (packed({f"{n}": b"" for n in range(70_000)}), ("too_many_members", 0)),
        "members that are not counted": (
            with_count(packed({f"{n}": b"" for n in range(2_000)}), 1),
            ("too_many_members", 0),
        ),
        "a password": (encrypted(archive()), ("encrypted_file", 0)),
        "a member twice": (
            _twice("cases.csv", "cases.csv"),
            ("doubled_member", 2),
        ),
        "a member twice in other letters": (_twice("cases.csv", "CASES.csv"), ("doubled_member", 2)),
        "an archive within": (archive(**{"more.zip": archive()}), ("nested_archive", 2)),
        "a workbook within": (archive(**{"cases.xlsx": archive()}), ("nested_archive", 2)),
        "an archive with the name of a sheet": (packed({"cases.csv": archive()}), ("other_format", 0)),
        "a folder": (packed({"Zorka/cases.csv": CASES_CSV}), ("unsafe_member_name", 1)),
        "the folder above": (packed({"../../etc/passwd": CASES_CSV}), ("unsafe_member_name", 1)),
        "an absolute name": (packed({"/etc/passwd": CASES_CSV}), ("unsafe_member_name", 1)),
        "a drive": (packed({"C:cases.csv": CASES_CSV}), ("unsafe_member_name", 1)),
        "a folder of Windows": (packed({"..\\cases.csv": CASES_CSV}), ("unsafe_member_name", 1)),
        "a name with an end in it": (
            archive().replace(b"cases.csv", b"cas\0s.csv"),
            ("unsafe_member_name", 1),
        ),
        "a name that turns the direction": (
            packed({"\u202evsc.sesac": CASES_CSV}),
            ("unsafe_member_name", 1),
        ),
        "another name": (archive(**{"Zorka.csv": CASES_CSV}), ("unknown_member", 2)),
        "a device": (archive(CON=b""), ("unknown_member", 2)),
        "a very long name": (archive(**{"a" * 300 + ".csv": b""}), ("unknown_member", 2)),
        "too many cases": (packed({"cases.csv": _rows("case_number\n", 50_001)}), ("too_many_rows", 50_002)),
        "too many rows of a module": (
            archive(referral_csv=_rows("case_number\n", 50_001)),
            ("too_many_rows", 50_002),
        ),
        "too many cells of a module": (
            archive(
                referral_csv=(
                    ",".join(f"c{n}" for n in range(100)) + "\n" + ("1" + "," * 99 + "\n") * 20_000
                ).encode()
            ),
            ("too_many_rows", 20_001),
        ),
        "a broken row": (archive(referral_csv=b"case_number,service\nZorka\n"), ("cell_count", 2)),
    }


def bomb(size: int) -> bytes:
    """One member of nothing but zeros, a thousand times as large as it is packed."""
    return packed({"cases.csv": bytes(size)})


def with_comment(body: bytes) -> bytes:
    """The archive with a comment behind its directory, in which a second directory could hide."""
    return body[:-2] + struct.pack("<H", 4) + b"more"


def changed_content(body: bytes, *, at: int = 3, bits: int = 1) -> bytes:
    """The archive with some bits of its first content turned."""
    at += 30 + len("cases.csv")
    return body[:at] + bytes([body[at] ^ bits]) + body[at + 1 :]


def with_count(body: bytes, count: int) -> bytes:
    """The archive whose end says that it has so many members."""
    return body[:-14] + struct.pack("<2H", count, count) + body[-10:]


def with_size(body: bytes, size: int) -> bytes:
    """The archive whose directory says that the first member has another size."""
    at = body.index(b"PK\x01\x02") + 24
    return body[:at] + struct.pack("<L", size) + body[at + 4 :]


def encrypted(body: bytes) -> bytes:
    """The archive whose directory says that the first member has a password."""
    at = body.index(b"PK\x01\x02") + 8
    return body[:at] + b"\x01\x00" + body[at + 2 :]


def overlapping() -> bytes:
    """Two entries of the directory for one content."""
    content = CASES_CSV
    checksum = zlib.crc32(content)
    local = _local("cases.csv", checksum, len(content)) + content
    directory = b"".join(_central(name, checksum, len(content), 0) for name in ("cases.csv", "case1.csv"))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(local), 0)
    return local + directory + end


def _twice(one: str, other: str) -> bytes:
    """Two members of these names; the library would warn of equal ones."""
    body = packed([("1" * len(one), CASES_CSV), ("2" * len(other), CASES_CSV)])
    return body.replace(b"1" * len(one), one.encode()).replace(b"2" * len(other), other.encode())


def _rows(header: str, count: int) -> bytes:
    return (header + "".join(f"{number}\n" for number in range(count))).encode()


def _local(name: str, checksum: int, size: int) -> bytes:
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, checksum, size, size, len(name), 0)
    return head + name.encode()


def _central(name: str, checksum: int, size: int, offset: int) -> bytes:
    head = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        20,
        20,
        0,
        0,
        0,
        33,
        checksum,
        size,
        size,
        len(name),
        0,
        0,
        0,
        0,
        0,
        offset,
    )
    return head + name.encode()
