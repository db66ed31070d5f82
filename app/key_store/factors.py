"""The factor of a rotation while it runs: new key divided by old one, 32 bytes, kept so that a killed run goes on.

Who holds it and both tables can translate one into the other; it is destroyed with the end of the rotation. Only the
trustee's factor is kept: those of our own keys are computed from their roots each time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from app.key_store.files import KeyStoreError, explained, locked, read_secret, write_secret
from app.key_store.purposes import Purpose

FACTOR_BYTES = 32
_NAME = re.compile(r"([a-z0-9-]+)-(\d+)-(\d+)\.factor")


@dataclass(frozen=True, slots=True)
class Factor:
    """What every token of the old epoch is multiplied by."""

    purpose: Purpose
    old: int
    new: int
    scalar: bytes = field(repr=False)


class Factors:
    """The factors of rotations that are under way, in a folder of their own; one a purpose at most."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, factor: Factor) -> None:
        """Keep a factor until `destroy`. KeyStoreError while another rotation of this purpose is under way."""
        with explained(), locked(self._folder):
            kept = self.find(factor.purpose)
            if kept is not None and kept != factor:
                raise KeyStoreError(
                    f"Another rotation of {factor.purpose.short} is under way. Let it end first: repeat "
                    f"`clearpoint key rotate {factor.purpose.short}`."
                )
            write_secret(self._file(factor), factor.scalar)

    def find(self, purpose: Purpose) -> Factor | None:
        """The factor of the rotation that is under way."""
        if not self._folder.is_dir():
            return None
        for file in sorted(self._folder.iterdir()):
            if (named := _NAME.fullmatch(file.name)) and named[1] == purpose.value:
                return Factor(purpose, int(named[2]), int(named[3]), read_secret(file, FACTOR_BYTES))
        return None

    def destroy(self, purpose: Purpose) -> None:
        """Forget it, if it is there."""
        factor = self.find(purpose)
        if factor is not None:
            with explained(), locked(self._folder):
                self._file(factor).write_bytes(bytes(FACTOR_BYTES))
                self._file(factor).unlink()

    def _file(self, factor: Factor) -> Path:
        return self._folder / f"{factor.purpose.value}-{factor.old}-{factor.new}.factor"
