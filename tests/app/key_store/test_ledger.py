"""The ledger of erasures: it only grows, names nothing without its key, and survives a torn line."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from app.key_store import KeyStoreError
from app.key_store.ledger import ErasureLedger

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def ledger_in(folder: Path, key: bytes = b"k" * 32) -> ErasureLedger:
    return ErasureLedger(folder / "erasures.ledger", key)


def test_lines_are_numbered_from_one(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)

    assert ledger.last() == 0
    assert list(ledger.read([])) == []
    assert ledger.append("case", [ONE, TWO]) == range(1, 3)
    assert ledger.append("batch", [THREE]) == range(3, 4)
    assert ledger.last() == 3


def test_the_lines_that_a_database_lacks_are_read(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.append("case", [ONE, TWO])
    ledger.append("batch", [THREE])

    assert list(ledger.read([range(1, 2), range(3, 4)])) == [
        ("case", ledger.digest(ONE)),
        ("batch", ledger.digest(THREE)),
    ]


def test_without_the_key_it_names_nothing(tmp_path: Path) -> None:
    ledger_in(tmp_path).append("case", [ONE])

    assert ONE.hex not in (tmp_path / "erasures.ledger").read_text()
    assert ledger_in(tmp_path, b"o" * 32).digest(ONE) != ledger_in(tmp_path).digest(ONE)


def test_a_torn_line_is_written_over(tmp_path: Path) -> None:
    """A crash in the midst of it was before the erasure was committed."""
    ledger = ledger_in(tmp_path)
    ledger.append("case", [ONE])
    with (tmp_path / "erasures.ledger").open("ab") as file:
        file.write(b"case  00")

    assert ledger.last() == 1
    assert ledger.append("case", [TWO]) == range(2, 3)
    assert [digest for _, digest in ledger.read([range(1, 3)])] == [ledger.digest(ONE), ledger.digest(TWO)]


def test_a_damaged_line_is_refused(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    ledger.append("case", [ONE])
    file = tmp_path / "erasures.ledger"
    file.write_bytes(b"x" + file.read_bytes()[1:])

    with pytest.raises(KeyStoreError, match="ledger of erasures is damaged"):
        list(ledger.read([range(1, 2)]))


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    ledger_in(tmp_path).append("case", [ONE])

    assert (tmp_path / "erasures.ledger").stat().st_mode & 0o777 == 0o600
