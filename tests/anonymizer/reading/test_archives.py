"""Archives: the sheets come in the order of clearing, and whatever is unsafe or unknown is refused by its place."""

from __future__ import annotations

import gc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymizer import RawChunk, Unreadable
from anonymizer.catalogue.sheets import SHEETS
from anonymizer.declared import Reading
from anonymizer.reading.archives import SHEET_OF_MEMBER, read_zip
from anonymizer.reading.containers import MAX_MEMBERS, members_of, unpacked
from tests.anonymizer import own_process
from tests.anonymizer.archive_makers import (
    CASES_CSV,
    REFERRAL_CSV,
    Told,
    archive,
    overlapping,
    packed,
    refused_archives,
)

REFUSED = refused_archives()
GOOD = archive(referral_csv=REFERRAL_CSV, consent_csv=b"case_number,to_share\n1,YES\n")


def told_of(body: bytes) -> set[Told]:
    """Code and row of every conflict with which an archive is refused; nothing when it is read."""
    try:
        for _ in read_zip(body):
            pass
    except Unreadable as refused:
        return {(conflict.code, conflict.row) for conflict in refused.conflicts}
    return set()


def test_the_cases_come_first_and_each_module_in_one_chunk() -> None:
    """Whatever the order in the archive."""
    modules = {"referral.csv": REFERRAL_CSV, "cases.csv": CASES_CSV}

    assert list(read_zip(packed(modules))) == [
        RawChunk({"case_number": ["1", "2"], "sex": ["F", "M"]}, [2, 3]),
        RawChunk({"case_number": ["1", "1"], "service": ["SHELTER", "MEDICAL"]}, [2, 3], "referral"),
    ]


def test_many_cases_come_in_chunks_and_many_rows_of_a_module_in_one() -> None:
    """A case's rows of one module are cleared together."""
    many = b"case_number\n" + b"".join(b"%d\n" % number for number in range(12_000))

    chunks = list(read_zip(packed({"cases.csv": many, "referral.csv": many})))

    assert [(chunk.sheet, len(chunk.rows)) for chunk in chunks] == [
        ("cases", 5_000),
        ("cases", 5_000),
        ("cases", 2_000),
        ("referral", 12_000),
    ]
    assert chunks[3].rows == list(range(2, 12_002))
    assert chunks[3].columns["case_number"] == [str(number) for number in range(12_000)]


def test_every_sheet_may_come_alone() -> None:
    """A batch need not have cases."""
    for member, sheet in SHEET_OF_MEMBER.items():
        column = SHEETS[sheet].columns[0].column
        (chunk,) = read_zip(packed({member: f"{column}\n1\n".encode()}))

        assert (chunk.sheet, chunk.columns) == (sheet, {column: ["1"]})


def test_no_sheet_is_wider_than_what_may_be_read_at_once() -> None:
    """Fifty thousand rows of every module fit."""
    assert max(len(sheet.columns) for name, sheet in SHEETS.items() if name != "cases") <= 30


def test_modules_without_rows_and_what_macos_adds_are_left() -> None:
    """An export has a file for each module, filled or not."""
    body = packed(
        {
            "__MACOSX/._cases.csv": b"\x00",
            ".DS_Store": b"\x00",
            "Cases.CSV": CASES_CSV,
            "justice.csv": b"case_number\n",
            "child.csv": b"",
        }
    )

    assert [chunk.sheet for chunk in read_zip(body)] == ["cases"]


def test_what_is_declared_holds_for_every_member() -> None:
    """One export has one encoding and one format of dates."""
    text = "case_number,registered_on\nŠ1,31.12.2025\n".encode("cp1250")

    (chunk,) = read_zip(packed({"cases.csv": text}), Reading("cp1250", "dd.mm.yyyy"))

    assert chunk.columns == {"case_number": ["Š1"], "registered_on": ["2025-12-31"]}


def test_members_may_be_stored_without_packing() -> None:
    """As some systems do with small files."""
    assert list(read_zip(packed({"cases.csv": CASES_CSV}, zipfile.ZIP_STORED))) == list(read_zip(archive()))


@pytest.mark.parametrize(("body", "told"), REFUSED.values(), ids=REFUSED)
def test_an_archive_is_refused_by_its_place(body: bytes, told: Told) -> None:
    """Before it is unpacked, or where the unpacking shows that it lies."""
    assert told in told_of(body)


def test_a_conflict_says_in_which_sheet_it_is() -> None:
    """Row 2 of which member?"""
    body = archive(referral_csv=b"case_number,service\n1\n")

    with pytest.raises(Unreadable) as refused:
        list(read_zip(body))

    assert [conflict.sheet for conflict in refused.value.conflicts] == ["referral"]


@pytest.mark.parametrize("body", [body for body, _ in REFUSED.values()], ids=REFUSED)
def test_no_name_of_a_member_comes_back(body: bytes) -> None:
    """It may be that of a person."""
    with pytest.raises(Unreadable) as refused:
        list(read_zip(body))

    assert "Zorka" not in f"{refused.value!r}{refused.value.conflicts}{refused.value.__context__!r}"


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255), cut=st.integers(0, len(GOOD)))
def test_a_changed_archive_is_read_or_refused(at: int, byte: int, cut: int) -> None:
    """No other exception leaves the reader, and a content that changed is never taken."""
    changed = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]
    told_of(changed[:cut])

    if not told_of(changed):
        assert {chunk.sheet for chunk in read_zip(changed)} <= {"cases", "referral", "consent"}
        assert _texts(changed) <= _texts(GOOD)


def test_a_member_is_unpacked_to_its_end_whatever_the_pieces() -> None:
    """Also when its size is that of many pieces."""
    content = bytes(range(256)) * 4_000

    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        body = packed({"a": content, "b/": b"", "c": b""}, method)
        assert [b"".join(unpacked(body, member)) for member in members_of(body)] == [content, b""]


def test_hostile_archives_leave_no_memory_and_no_files_behind() -> None:
    """Nor do they take much while they are looked at."""
    hostile = [body for body, _ in REFUSED.values()] + [overlapping()] * MAX_MEMBERS
    for body in hostile:
        told_of(body)
    gc.collect()
    memory, files = own_process.memory(), own_process.open_files()

    for body in hostile:
        told_of(body)
    gc.collect()

    assert own_process.memory() - memory < 32 << 20
    assert own_process.open_files() == files


def _texts(body: bytes) -> set[str]:
    return {text for chunk in read_zip(body) for cells in chunk.columns.values() for text in cells}
