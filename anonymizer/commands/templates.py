"""`clearpoint template`: the empty case sheet or the modules, as a workbook or as CSV, in a language.

It reads the catalogue alone, and must never read a case.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from anonymizer.catalogue.languages import ENGLISH, Language
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import write_private
from anonymizer.commands.options import ForceOption
from anonymizer.commands.printing import show, show_json

MARK_OF_UTF8 = "\ufeff"
CASE_FILES, MODULE_FILES = (".csv", ".xlsx"), (".xlsx", ".zip")
"""By their endings, what a template can be written as."""


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(template)


def template(
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it to FILE.xlsx, .csv or .zip.")
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--lang", help="The language of headers, lists and explanations.")
    ] = None,
    modules: Annotated[
        bool, typer.Option("--modules", help="The optional modules and the annual forms instead.")
    ] = False,
    sample: Annotated[
        bool, typer.Option("--sample", help="With one invented row, as workbooks have it.")
    ] = False,
    force: ForceOption = False,
) -> None:
    """Give the empty case sheet: one row a person."""
    if modules:
        _write_modules(out, language, replace=force)
    elif out is None:
        show_json(_case_file(".csv", language, with_sample=sample).decode().lstrip(MARK_OF_UTF8).strip())
    else:
        _check_ending(out, CASE_FILES)
        write_private(out, [_case_file(out.suffix, language, with_sample=sample)], replace=force)
        show("The case sheet is written. Fill one row a person, then run `clearpoint check` on it.")


def _write_modules(out: Path | None, language: Language | None, *, replace: bool) -> None:
    if out is None:
        raise Stop("Say with --out modules.xlsx where the modules go.", ExitCode.INPUT_BAD)
    _check_ending(out, MODULE_FILES)
    write_private(out, [_module_file(out.suffix, language)], replace=replace)
    show("The modules are written. Fill those that you keep, with the case numbers of the case sheet.")


def _check_ending(out: Path, endings: tuple[str, ...]) -> None:
    if out.suffix not in endings:
        raise Stop(
            f"A template of this kind is written to a name with {' or '.join(endings)}.", ExitCode.INPUT_BAD
        )


# The library for workbooks takes longer to load than all of the rest, and no other command needs it.


def _case_file(ending: str, language: Language | None, *, with_sample: bool) -> bytes:
    from anonymizer.templates.files import case_csv, case_workbook

    if ending == ".xlsx":
        return case_workbook(language or ENGLISH)
    return case_csv(language, with_sample=with_sample)


def _module_file(ending: str, language: Language | None) -> bytes:
    from anonymizer.templates.files import module_archive, module_workbook

    return module_workbook(language or ENGLISH) if ending == ".xlsx" else module_archive(language)
