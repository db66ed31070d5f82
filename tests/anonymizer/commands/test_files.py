"""Reading packed and plain sheets, and writing files that their owner alone can read."""

from __future__ import annotations

import gzip
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile, write_private


def test_a_packed_sheet_is_unpacked_whatever_its_name(tmp_path: Path) -> None:
    """The first bytes decide: senders rename files."""
    (tmp_path / "plain.csv.gz").write_bytes(b"a,b\n")
    (tmp_path / "packed.csv").write_bytes(gzip.compress(b"a,b\n"))

    assert b"".join(SheetFile(tmp_path / "plain.csv.gz").pieces()) == b"a,b\n"
    assert b"".join(SheetFile(tmp_path / "packed.csv").pieces()) == b"a,b\n"


@pytest.mark.parametrize(
    "damage",
    [b"\x1f\x8b", gzip.compress(b"x" * 999)[:-9], b"\x1f\x8b" + b"\x00" * 40],
    ids=["cut in its head", "cut at its end", "not packed"],
)
def test_a_damaged_packed_file_is_told(tmp_path: Path, damage: bytes) -> None:
    """Half a sheet is never taken for a whole one."""
    (tmp_path / "sheet.gz").write_bytes(damage)

    with pytest.raises(Stop, match="damaged") as stopped:
        list(SheetFile(tmp_path / "sheet.gz").pieces())

    assert stopped.value.exit_code == ExitCode.INPUT_BAD


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """One sentence, whatever the system calls it."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(Stop, match="cannot be read"):
            list(SheetFile(path).pieces())


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.json", "json"),
        ("a.JSON.gz", "json"),
        ("a.ndjson", "ndjson"),
        ("a.jsonl.gz", "ndjson"),
        ("a.csv", "csv"),
        ("a.CSV.gz", "csv"),
        ("a.zip", "zip"),
        ("a.xlsx", "xlsx"),
        ("a.xlsm", "xlsx"),
    ],
)
def test_the_form_is_known_by_the_name(name: str, form: str) -> None:
    """Whether a workbook with macros is taken is for whoever reads it."""
    assert SheetFile(Path(name)).form == form


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"a,b\n", "csv"),
        (b"", "csv"),
        (b"PK\x03\x04cases.csv", "zip"),
        (b"PK\x03\x04 xl/workbook.xml", "xlsx"),
    ],
)
def test_without_an_ending_the_first_bytes_decide(tmp_path: Path, content: bytes, form: str) -> None:
    """Text is CSV: nothing else is guessed."""
    (tmp_path / "export").write_bytes(content)

    assert SheetFile(tmp_path / "export").form == form


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    """The bar counts bytes on disk, packed or not."""
    sheet = SheetFile(tmp_path / "sheet.csv")
    sheet.path.write_bytes(b"x" * 1_000_000)
    told: list[int] = []

    list(sheet.pieces(told.append))

    assert told == sorted(told)
    assert told[-1] == sheet.size == 1_000_000


def test_a_written_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Also a file that is replaced, whatever it was before."""
    old = tmp_path / "out.csv"
    old.write_text("old")
    old.chmod(0o644)

    write_private(old, [b"new"], replace=True)

    assert old.read_bytes() == b"new"
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    """What is there stays."""
    old = tmp_path / "out.csv"
    old.write_text("old")

    with pytest.raises(Stop, match="--force"):
        write_private(old, [b"new"], replace=False)

    assert old.read_text() == "old"


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """No half file, and no file of another name."""

    def breaks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_private(tmp_path / "out.csv", breaks(), replace=False)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A sentence instead of the system's own."""
    with pytest.raises(Stop, match="cannot be written") as stopped:
        write_private(tmp_path / "none" / "out.csv", [b""], replace=False)

    assert stopped.value.exit_code == ExitCode.REFUSED
