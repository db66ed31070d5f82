"""The options that several commands share, and what they add up to: an address, keys, rules to clear by.

Keys must never be options: other people of the machine can list the arguments of a program.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from anonymizer import (
    CASE_KEY_BYTES,
    CODE_LISTS,
    ClearingRules,
    Profile,
    UnknownProfile,
    UnsuitableProfile,
    load_profile,
    read_profile,
)
from anonymizer.commands.exits import ExitCode, Stop, stopping_on_refusals
from anonymizer.commands.keys import KeyRing, home_folder
from anonymizer.commands.printing import say
from anonymizer.commands.vaults import system_vault
from anonymizer.declared import Reading
from anonymizer.sending import ClearingPoint, Organization

URL_VARIABLE = "CLEARPOINT_URL"
LOCAL_URL = "http://127.0.0.1:8000"
"""Where `clearpoint up` serves."""

UNKNOWN_COUNTRY = "ZZ"
"""CL_COUNTRY: not known, or not told."""


class LegalBasis(StrEnum):
    """On what an organization sends its cases (CL_LEGALBASIS)."""

    CONSENT = "CONSENT"
    LAW = "LAW"
    ARCHIVE = "ARCHIVE"


SheetArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="The case sheet or several sheets: CSV, XLSX, ZIP of CSVs, JSON or NDJSON; also .gz.",
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="NAME|FILE.toml",
        help="Read the export of another system; see `profile list`, or name a profile of your own.",
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding", metavar="NAME", help="When the file is not UTF-8: cp1250, cp1251, iso-8859-2, ..."
    ),
]
DatesOption = Annotated[
    str | None,
    typer.Option(
        "--dates", metavar="FORMAT", help="When days are not YYYY-MM-DD: dd.mm.yyyy, dd/mm/yyyy, mm/dd/yyyy."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only ask what would be stored.")]
RawOption = Annotated[bool, typer.Option("--raw", help="Send it as it is; the clearing point drops names.")]
WaitOption = Annotated[
    bool,
    typer.Option("--wait/--no-wait", help="Follow a large batch until it is stored, or only start it."),
]
IdempotencyKeyOption = Annotated[
    str | None, typer.Option("--idempotency-key", metavar="TEXT", help="To repeat an earlier call.")
]
CountryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--country",
        metavar="CC",
        help="A country in which your organization is registered; the first is the default. Repeatable.",
    ),
]
LegalBasisOption = Annotated[
    LegalBasis | None,
    typer.Option("--legal-basis", help="On what you send the cases. Default: your agreement, then CONSENT."),
]
LawOption = Annotated[
    str | None, typer.Option("--law", metavar="CODE", help="The law relied on, with LAW and ARCHIVE.")
]
AtomicOption = Annotated[
    bool | None,
    typer.Option(
        "--atomic/--no-atomic",
        help="All rows or nothing, or the good rows alone. Default: all or nothing, or as the profile says.",
        show_default=False,
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for another program.")]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url", metavar="URL", help=f"The clearing point. Default: {URL_VARIABLE}, then {LOCAL_URL}."
    ),
]
KeyFileOption = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FILE", help="A file with the API key, readable by you alone."),
]
CaseKeyFileOption = Annotated[
    Path | None,
    typer.Option("--case-key-file", metavar="FILE", help="A file with the case key, readable by you alone."),
]


@dataclass(frozen=True)
class Basis:
    """On what a sheet is cleared and sent: profile, legal basis, law, and all rows or the good ones alone."""

    profile: Profile | None
    legal_basis: str
    law: str
    atomic: bool


def key_ring(key_file: Path | None, case_key_file: Path | None) -> KeyRing:
    """The places where keys are looked for."""
    return KeyRing(key_file, case_key_file, environment=os.environ, folder=home_folder(), vault=system_vault)


@contextmanager
def clearing_point(url: str | None, keys: KeyRing) -> Iterator[ClearingPoint]:
    """A connection to the clearing point. What goes wrong on the way ends the command with its exit code."""
    address = url or os.environ.get(URL_VARIABLE) or LOCAL_URL
    with stopping_on_refusals(), ClearingPoint(address, keys.api_key(), say=say) as point:
        yield point


def find_profile(name: str | None) -> Profile | None:
    """The mapping profile of that name, or the one in a file of the reader's own. Raises Stop when there is none."""
    if name is None:
        return None
    try:
        return read_profile(_own_profile(Path(name))) if is_own_profile(name) else load_profile(name)
    except UnknownProfile:
        raise Stop(
            "There is no profile of this name. See `clearpoint profile list`.", ExitCode.INPUT_BAD
        ) from None
    except UnsuitableProfile as unsuitable:
        mistakes = "\n".join(f"- {problem}" for problem in unsuitable.problems)
        raise Stop(f"The profile cannot be used:\n{mistakes}", ExitCode.INPUT_BAD) from None


def is_own_profile(name: str | None) -> bool:
    """Whether the reader named a profile's file of their own, which the clearing point does not have."""
    return name is not None and name.endswith(".toml")


def reading_of(profile: Profile | None, encoding: str | None, dates: str | None) -> Reading:
    """How the file is read: as the reader declares, else as the profile says."""
    return profile.reading(encoding=encoding, dates=dates) if profile else Reading(encoding, dates)


def basis(
    profile: Profile | None,
    legal_basis: LegalBasis | None,
    law: str | None,
    atomic: bool | None,
    *,
    agreement: Organization | None = None,
) -> Basis:
    """What the profile fixes, else what the reader asked for, else the agreement, else CONSENT and all rows
    or nothing. Raises Stop when the reader asks for another legal basis than the profile fixes.
    """
    fixed = profile.legal_basis if profile else ""
    if fixed and legal_basis and fixed != legal_basis:
        raise Stop(
            "The profile fixes another legal basis. Leave out --legal-basis, or the profile.",
            ExitCode.INPUT_BAD,
        )
    return Basis(
        profile=profile,
        legal_basis=(
            fixed or legal_basis or (agreement.legal_basis if agreement else "") or LegalBasis.CONSENT
        ),
        law=law or (profile.law if profile else None) or (agreement.law if agreement else None) or "",
        atomic=atomic if atomic is not None else (profile is None or profile.atomic),
    )


def rules_without_server(on: Basis, countries: list[str] | None, case_key: bytes | None) -> ClearingRules:
    """Rules for a machine that does not ask the clearing point.

    Without --country every country is accepted. Without a case key, case numbers are replaced with one of the
    moment: good for looking, not for keeping.
    """
    known = frozenset(CODE_LISTS["CL_COUNTRY"].codes)
    chosen = [country.upper() for country in countries or []]
    if not known.issuperset(chosen):
        raise Stop("--country takes a code of two letters, such as RS or XK.", ExitCode.INPUT_BAD)
    return _rules(
        on,
        chosen[0] if chosen else UNKNOWN_COUNTRY,
        frozenset(chosen) or known,
        case_key or _key_of_the_moment(),
    )


def rules_of(organization: Organization, on: Basis, case_key: bytes) -> ClearingRules:
    """The rules for an organization as the clearing point knows it."""
    return _rules(on, organization.default_country, frozenset(organization.countries), case_key)


def _own_profile(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Stop("The profile's file cannot be read. Check its name.", ExitCode.INPUT_BAD) from None


def _rules(on: Basis, country: str, countries: frozenset[str], case_key: bytes) -> ClearingRules:
    return ClearingRules(
        organization_country=country,
        countries=countries,
        legal_basis=on.legal_basis,
        case_key=case_key,
        today=datetime.now().astimezone().date(),  # dates of cases are calendar days of the country
        profile=on.profile,
    )


def _key_of_the_moment() -> bytes:
    return secrets.token_bytes(CASE_KEY_BYTES)
