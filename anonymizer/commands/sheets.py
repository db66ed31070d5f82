"""`clearpoint check` and `clear`: what can be done with a case sheet without any connection.

Raw values must never be printed, and never be written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anonymizer import MAX_CONFLICTS
from anonymizer.commands import answers
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile, check_can_write, write_private
from anonymizer.commands.keys import NO_CASE_KEY
from anonymizer.commands.options import (
    AtomicOption,
    CaseKeyFileOption,
    CountryOption,
    ForceOption,
    JsonOption,
    KeyFileOption,
    LawOption,
    LegalBasisOption,
    ProfileOption,
    SheetArgument,
    basis,
    find_profile,
    key_ring,
    rules_without_server,
)
from anonymizer.commands.printing import count, progress, say, show, show_conflicts, show_dropped, show_json
from anonymizer.commands.reading import LaptopClearing, Reading


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(check)
    app.command()(clear)


def check(
    file: SheetArgument,
    profile: ProfileOption = None,
    country: CountryOption = None,
    legal_basis: LegalBasisOption = None,
    law: LawOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with a case sheet, and what would be dropped. Nothing leaves this machine."""
    on = basis(find_profile(profile), legal_basis, law, atomic=None)
    rules = rules_without_server(on, country, case_key=None)
    reading = read_through(LaptopClearing(SheetFile(file), rules))
    if as_json:
        show_json(answers.checked(reading))
    else:
        show_reading(reading)
    if reading.rejected or not reading.accepted:
        raise typer.Exit(ExitCode.INPUT_BAD)


def clear(
    file: SheetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the cleared sheet goes.")],
    profile: ProfileOption = None,
    country: CountryOption = None,
    legal_basis: LegalBasisOption = None,
    atomic: AtomicOption = None,
    force: ForceOption = False,
    key_file: KeyFileOption = None,
    case_key_file: CaseKeyFileOption = None,
) -> None:
    """Write the cleared case sheet: no names, no days, case numbers replaced. Nothing leaves this machine."""
    on = basis(find_profile(profile), legal_basis, law=None, atomic=atomic)
    case_key = key_ring(key_file, case_key_file).case_key()
    if case_key is None:
        raise Stop(NO_CASE_KEY, ExitCode.NOT_ALLOWED)
    if on.profile is None and not country:
        raise Stop(
            "Say with --country where your organization is registered: the first is for rows without one.",
            ExitCode.INPUT_BAD,
        )
    check_can_write(out, replace=force)
    if out.exists() and file.exists() and out.samefile(file):
        raise Stop("The case sheet itself would be lost. Choose another name for --out.", ExitCode.REFUSED)
    clearing = LaptopClearing(SheetFile(file), rules_without_server(on, country, case_key))
    reading = read_through(clearing)
    show_reading(reading)
    if reading.accepted == 0 or (on.atomic and reading.rejected):
        say("Nothing was written. Correct the rows, or write the good ones alone with --no-atomic.")
        raise typer.Exit(ExitCode.INPUT_BAD)
    with progress("Writing", clearing.sheet.size) as read_so_far:
        write_private(out, clearing.cleared_sheet(reading, read_so_far), replace=force)
    show(f"{count(reading.accepted, 'cleared row')} written, readable by you alone.")


def read_through(clearing: LaptopClearing) -> Reading:
    """Find every problem of a sheet, with a bar for whoever watches."""
    with progress("Checking", clearing.sheet.size) as read_so_far:
        return clearing.find(read_so_far)


def show_reading(reading: Reading) -> None:
    """The problems, the counts of what is dropped, and how many rows are fine."""
    show_conflicts([answers.as_mapping(conflict) for conflict in reading.conflicts])
    if len(reading.conflicts) >= MAX_CONFLICTS:
        show(
            f"Only the first {MAX_CONFLICTS:,} problems are listed. Correct what they have in common, then check again."
        )
    show_dropped(reading.dropped)
    if not reading.is_readable:
        show("The file cannot be used as it is.")
        return
    show(
        f"{count(reading.received, 'row')} read: {reading.accepted:,} fine, {reading.rejected:,} to correct."
    )
