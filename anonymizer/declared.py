"""What a sender declares about a file: its encoding and the format of its dates. Neither is ever guessed.

Whoever reads a body gets a `Reading`. It must hold nothing that came out of the file itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from anonymizer.catalogue.findings import conflict_of
from anonymizer.errors import Unreadable

UTF_8 = "utf-8"
SINGLE_BYTE_ENCODINGS = ("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "iso-8859-2", "iso-8859-5")
"""In which the spreadsheets of the region still save CSV. They are read only when declared."""
ENCODINGS: Mapping[str, str] = MappingProxyType(
    {name: name for name in (UTF_8, *SINGLE_BYTE_ENCODINGS)}
    | {"utf8": UTF_8}
    | {name.replace("cp", "windows-"): name for name in SINGLE_BYTE_ENCODINGS if name.startswith("cp")}
)
"""Every name of an encoding that may be declared, in small letters, with the encoding that it means."""

ISO_DATES = "yyyy-mm-dd"
DATE_FORMATS = ("dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", ISO_DATES)
"""The formats of dates that may be declared. Dates of ISO 8601 are read in every file."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the sender says that a file is to be read. `check_reading` says whether we can.

    Without `encoding` a file is UTF-8, or UTF-16 when its first bytes say so. `profile_columns` are the
    headers that a mapping profile waits for: they stay as they came, whatever the case sheet would call them.
    """

    encoding: str | None = None
    dates: str | None = None
    profile_columns: frozenset[str] = frozenset()

    @property
    def declared_encoding(self) -> str:
        """The encoding under the one name that we use for it; empty when none was declared."""
        return "" if self.encoding is None else ENCODINGS[self.encoding.strip().casefold()]

    @property
    def declared_dates(self) -> str:
        """The format of dates beside that of ISO 8601; empty when there is none."""
        dates = "" if self.dates is None else self.dates.strip().casefold()
        return "" if dates == ISO_DATES else dates


UNDECLARED = Reading()
"""Nothing was declared: UTF-8 or marked UTF-16, and dates of ISO 8601."""


def check_reading(reading: Reading) -> None:
    """Raise Unreadable when the encoding or the format of dates that was declared is none that we read."""
    if reading.encoding is not None and reading.encoding.strip().casefold() not in ENCODINGS:
        raise Unreadable(conflict_of("unknown_encoding"))
    if reading.dates is not None and reading.dates.strip().casefold() not in DATE_FORMATS:
        raise Unreadable(conflict_of("unknown_date_format"))
