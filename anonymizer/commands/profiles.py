"""`clearpoint profile`: the exports of other systems that are read as they are, and what a profile makes of a file."""

from __future__ import annotations

from typing import Annotated

import typer

from anonymizer import MAX_CONFLICTS, Profile, Unreadable, load_profile, profile_names
from anonymizer.commands import answers
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.commands.options import (
    CountryOption,
    DatesOption,
    EncodingOption,
    JsonOption,
    LegalBasisOption,
    SheetArgument,
    basis,
    find_profile,
    reading_of,
    rules_without_server,
)
from anonymizer.commands.printing import count, progress, show, show_conflicts, show_json, show_table
from anonymizer.commands.trying import MOST_VALUES, Trial, Trying
from anonymizer.reading.formats import open_sheets

OPEN_BASIS = "the sender's"


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    profile = typer.Typer(help="The exports of other systems that can be read.", no_args_is_help=True)
    profile.callback()(_profile)
    profile.command("list")(list_profiles)
    profile.command("try")(try_profile)
    app.add_typer(profile, name="profile")


def list_profiles() -> None:
    """Name every profile, the legal basis it fixes, the columns it reads and those it fills."""
    profiles = [load_profile(name) for name in profile_names()]
    show_table(
        ("profile", "legal basis", "reads", "fills"),
        [
            (profile.name, profile.legal_basis or OPEN_BASIS, _reads(profile), _fills(profile))
            for profile in profiles
        ],
    )


def try_profile(
    file: SheetArgument,
    profile: Annotated[
        str, typer.Option("--profile", metavar="NAME|FILE.toml", help="The profile, or one of your own.")
    ],
    country: CountryOption = None,
    legal_basis: LegalBasisOption = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a profile covers of a file, what it does not, and what would be refused. No value is shown."""
    found = find_profile(profile)
    if found is None:
        raise Stop("Name a profile with --profile.", ExitCode.INPUT_BAD)
    rules = rules_without_server(basis(found, legal_basis, law=None, atomic=None), country, case_key=None)
    sheets, trying = SheetFile(file), Trying(found, rules)
    declared = reading_of(found, encoding, dates)
    try:
        with progress("Trying", sheets.size) as watch:
            for chunk in open_sheets(sheets.pieces(watch.read), sheets.form, declared):
                trying.take(chunk)
                watch.rows(trying.trial.received)
                del chunk
    except Unreadable as unreadable:
        show_conflicts([answers.as_mapping(conflict) for conflict in unreadable.conflicts[:MAX_CONFLICTS]])
        raise typer.Exit(ExitCode.INPUT_BAD) from None
    if as_json:
        show_json(trying.trial.as_mapping())
    else:
        _show_trial(trying.trial)
    if trying.trial.unknown_columns or trying.trial.rejected == trying.trial.received:
        raise typer.Exit(ExitCode.INPUT_BAD)


def _profile() -> None:
    """The exports of other systems that can be read."""


def _reads(profile: Profile) -> str:
    return ", ".join(dict.fromkeys(mapping.source for mapping in profile.columns))


def _fills(profile: Profile) -> str:
    return ", ".join(dict.fromkeys([mapping.target for mapping in profile.columns] + list(profile.constants)))


def _show_trial(trial: Trial) -> None:
    show_table(
        ("column", "header", "becomes", "filled cells"),
        [(one.letter, one.header, one.becomes, one.filled) for one in trial.columns.values()],
    )
    if trial.unknown_values:
        show("\nValues that the profile does not know, which will be refused:")
        show_table(
            ("header", "becomes", "distinct values"),
            [(source, target, _many(values)) for (source, target), values in trial.unknown_values.items()],
        )
    if trial.refusals:
        show("\nWhat would be refused or remarked:")
        show_table(
            ("column", "code", "times"),
            [(column, code, times) for (column, code), times in trial.refusals.most_common()],
        )
    accepted = trial.received - trial.rejected
    show(f"\n{count(trial.received, 'row')}: {accepted:,} fine, {trial.rejected:,} to correct.")
    if letters := [column.letter for column in trial.unknown_columns]:
        show(
            f"Unknown columns would stop the reading: {', '.join(letters)}. "
            "Name them in the profile, under `columns` or `ignored`, or take them out of the file."
        )


def _many(values: set[str]) -> str:
    return f"{len(values):,}" if len(values) < MOST_VALUES else f"{MOST_VALUES:,} or more"
