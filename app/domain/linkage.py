"""How a clearing point links: not at all, with its own key, or with its own and a trustee's. Off until it is agreed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ELEMENTS_A_DAY = 64_000
"""Of one organization at the clearing point: 2,000 cases of 32 slots, so that a year's sheet goes in a day. The
trustee's quota is the narrower one."""


class LinkageMode(StrEnum):
    """Printed in the methodology, as it was when a release was cut."""

    OFF = "off"
    ONE_CUSTODIAN = "one_custodian"
    TWO_CUSTODIANS = "two_custodians"


@dataclass(frozen=True, slots=True)
class LinkageSettings:
    """`trustee_folder` has the trustee's public keys as they were pinned, and our own credential there."""

    mode: LinkageMode = LinkageMode.OFF
    trustee_url: str | None = None
    trustee_folder: Path | None = None
    elements_a_day: int = ELEMENTS_A_DAY
    """Of one organization at the clearing point."""

    @property
    def is_on(self) -> bool:
        """Whether tokens are made at all."""
        return self.mode is not LinkageMode.OFF
