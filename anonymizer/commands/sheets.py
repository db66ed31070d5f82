"""`clearpoint check` and `clear`: what can be done with case sheets without any connection.

Raw values must never be printed, and never be written but into the copy that `check --annotate` makes for the sender.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anonymizer import Conflict
from anonymizer.commands import answers
from anonymizer.commands.annotating import annotated_file, check_can_annotate, place_of_copy
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile, check_can_write, write_private
from anonymizer.commands.keys import NO_CASE_KEY
from anonymizer.commands.options import (
    AtomicOption,
    CaseKeyFileOption,
    CountryOption,
    DatesOption,
    EncodingOption,
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
    reading_of,
    rules_without_server,
)
from anonymizer.commands.printing import count, progress, say, show, show_conflicts, show_dropped, show_json
from anonymizer.commands.reading import Examination, LaptopClearing

HINTS = {
    "wrong_encoding": "If the letters above are the right ones, add --encoding with that name.",
    "not_as_declared": "Give --encoding another name, or leave it out.",
    "wrong_date": "If the days are written in another way throughout, add --dates with the format.",
}
"""What to add to the command, by the code of a conflict."""


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
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Write a copy of your file with a column of problems.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where the copy goes. Default: beside your file."),
    ] = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say what is wrong with case sheets, and what would be dropped. Nothing leaves this machine."""
    on = basis(find_profile(profile), legal_basis, law, atomic=None)
    rules = rules_without_server(on, country, case_key=None)
    sheets = SheetFile(file)
    clearing = LaptopClearing(sheets, rules, reading_of(on.profile, encoding, dates))
    copy = _place_of_copy(sheets, out, replace=force) if annotate or out else None
    found = examine(clearing)
    if as_json:
        show_json(answers.checked(found))
    else:
        show_examination(found)
    if copy is not None:
        _write_copy(clearing, found, copy, replace=force)
    if found.rejected or not found.accepted:
        raise typer.Exit(ExitCode.INPUT_BAD)


def clear(
    file: SheetArgument,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the cleared sheet goes.")],
    profile: ProfileOption = None,
    country: CountryOption = None,
    legal_basis: LegalBasisOption = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    atomic: AtomicOption = None,
    force: ForceOption = False,
    key_file: KeyFileOption = None,
    case_key_file: CaseKeyFileOption = None,
) -> None:
    """Write what is cleared: no names, no days, case numbers replaced. Nothing leaves this machine.

    A CSV becomes a cleared CSV; every other form becomes a ZIP with a cleared CSV for each sheet.
    """
    on = basis(find_profile(profile), legal_basis, law=None, atomic=atomic)
    case_key = key_ring(key_file, case_key_file).case_key()
    if case_key is None:
        raise Stop(NO_CASE_KEY, ExitCode.NOT_ALLOWED)
    if on.profile is None and not country:
        raise Stop(
            "Say with --country where your organization is registered: the first is for rows without one.",
            ExitCode.INPUT_BAD,
        )
    _check_is_another_file(out, file, replace=force)
    rules = rules_without_server(on, country, case_key)
    clearing = LaptopClearing(SheetFile(file), rules, reading_of(on.profile, encoding, dates))
    found = examine(clearing)
    show_examination(found)
    if found.accepted == 0 or (on.atomic and found.rejected):
        say("Nothing was written. Correct the rows, or write the good ones alone with --no-atomic.")
        raise typer.Exit(ExitCode.INPUT_BAD)
    with progress("Writing", clearing.file.size) as watch:
        write_private(out, clearing.cleared_file(found, watch), replace=force)
    form = "" if clearing.is_one_csv else " as a ZIP of CSVs"
    show(f"{count(found.accepted, 'cleared row')} written{form}, readable by you alone.")


def examine(clearing: LaptopClearing) -> Examination:
    """Find every problem of a file, with a bar for whoever watches."""
    with progress("Checking", clearing.file.size) as watch:
        return clearing.examine(watch)


def show_examination(found: Examination) -> None:
    """The problems, the counts of what is dropped, and how many rows are fine."""
    show_conflicts([answers.as_mapping(conflict) for conflict in found.conflicts])
    if found.found > len(found.conflicts):
        show(
            f"Only the first {len(found.conflicts):,} of {count(found.found, 'problem')} are listed. "
            "Correct what they have in common, then check again."
        )
    show_hints(found.conflicts)
    show_dropped(found.dropped)
    if not found.is_readable:
        show("The file cannot be used as it is.")
        return
    for name, sheet in found.sheets.items():
        where = "" if len(found.sheets) == 1 else f"{name}: "
        left_out = f", {sheet.withheld:,} left out without their cases" if sheet.withheld else ""
        show(
            f"{where}{count(sheet.received, 'row')} read: {sheet.accepted:,} fine, "
            f"{sheet.rejected:,} to correct{left_out}."
        )


def show_hints(conflicts: list[Conflict]) -> None:
    """Which option may put right what was found."""
    codes = {conflict.code for conflict in conflicts}
    for code in HINTS.keys() & codes:
        show(HINTS[code])


def _check_is_another_file(out: Path, file: Path, *, replace: bool) -> None:
    """Refuse to write over something, and over the case sheet itself even when that was allowed."""
    check_can_write(out, replace=replace)
    if out.exists() and file.exists() and out.samefile(file):
        raise Stop("The case sheet itself would be lost. Choose another name for --out.", ExitCode.REFUSED)


def _place_of_copy(sheets: SheetFile, out: Path | None, *, replace: bool) -> Path:
    check_can_annotate(sheets)
    copy = out or place_of_copy(sheets)
    _check_is_another_file(copy, sheets.path, replace=replace)
    return copy


def _write_copy(clearing: LaptopClearing, found: Examination, copy: Path, *, replace: bool) -> None:
    if not found.conflicts:
        say("There is nothing to annotate.")
        return
    write_private(copy, annotated_file(clearing.file, clearing.declared, found.conflicts), replace=replace)
    say(
        "The copy with a column of problems is written, readable by you alone. It holds what your file holds."
    )
