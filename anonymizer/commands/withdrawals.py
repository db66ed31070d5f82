"""`clearpoint withdraw`: takes a batch or single cases back. What is withdrawn is deleted and does not come back.

Case numbers come from a file or from standard input, never from the arguments, and are printed nowhere.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from anonymizer.clearing.treatments import tokenize
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.commands.keys import KeyRing
from anonymizer.commands.linking import SenderTokenizer
from anonymizer.commands.options import (
    CaseKeyFileOption,
    JsonOption,
    KeyFileOption,
    UrlOption,
    clearing_point,
    key_ring,
)
from anonymizer.commands.persons import person_cell
from anonymizer.commands.printing import count, say, show, show_json
from anonymizer.sending import Answer

STANDARD_INPUT = "-"
NUMBERS_A_CALL = 10_000
"""As many as the clearing point takes at once."""
LARGEST_LIST = 64 * 1024 * 1024
"""Bytes. Far more than all case numbers of an organization."""
NUMBERS_LEAVE = (
    "There is no case key on this machine, so that the case numbers leave it as they are; the clearing point "
    "replaces them in memory and keeps none."
)


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(withdraw)


def withdraw(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Case numbers or tokens, one a line; - is standard input."),
    ] = None,
    batch: Annotated[
        UUID | None, typer.Option("--batch", metavar="BATCH", help="A whole batch instead.")
    ] = None,
    person: Annotated[
        bool,
        typer.Option("--person", help="A person instead, who is told by her identifiers on this machine."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: JsonOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    case_key_file: CaseKeyFileOption = None,
) -> None:
    """Take back a batch, cases by their numbers, or a person: everything of them is deleted at the clearing point."""
    keys = key_ring(key_file, case_key_file)
    if (file is not None) + (batch is not None) + person != 1:
        raise Stop(
            "Name a file with case numbers, a batch with --batch, or say --person.", ExitCode.INPUT_BAD
        )
    if person:
        answer = _withdraw_person(url, keys, yes=yes)
    elif batch is not None:
        _ask("everything that this batch brought", yes=yes)
        with clearing_point(url, keys) as point:
            answer = point.withdraw_batch(batch)
    else:
        numbers = _numbers(file or Path(STANDARD_INPUT), keys.case_key())
        _ask(f"everything of {count(len(numbers), 'case')}", yes=yes)
        with clearing_point(url, keys) as point:
            for start in range(0, len(numbers), NUMBERS_A_CALL):
                answer = point.withdraw_cases(numbers[start : start + NUMBERS_A_CALL])
    _show(answer, as_json=as_json)


def _withdraw_person(url: str | None, keys: KeyRing, *, yes: bool) -> Answer:
    _ask("what your organization has sent of this person", yes=yes)
    with clearing_point(url, keys) as point, SenderTokenizer(point, keys, keys.folder) as tokenizer:
        return point.withdraw_persons([person_cell(tokenizer, keys.case_key())])


def _ask(what: str, *, yes: bool) -> None:
    if yes:
        return
    try:
        is_wanted = typer.confirm(f"Delete {what} at the clearing point, for good?", err=True)
    except typer.Abort:
        is_wanted = False
    if not is_wanted:
        raise Stop("Nothing was withdrawn. Say yes, or add --yes.", ExitCode.REFUSED)


def _numbers(file: Path, case_key: bytes | None) -> list[str]:
    """The numbers of the file as tokens, each once; as they are where this machine has no case key."""
    lines = [line.strip() for line in _text(file).splitlines()]
    if not any(lines):
        raise Stop("There is no case number in it. Write one a line.", ExitCode.INPUT_BAD)
    if case_key is None:
        say(NUMBERS_LEAVE)
    return list(dict.fromkeys(_tokens(lines, case_key)))


def _tokens(lines: list[str], case_key: bytes | None) -> Iterator[str]:
    clear = tokenize(case_key or b"")
    for place, line in enumerate(lines, start=1):
        if not line:
            continue
        # The same judgment with and without a key: what is no case number is told here.
        token = clear(line)
        if not isinstance(token, str):
            raise Stop(
                f"What stands in line {place} is no case number. Nothing was withdrawn.", ExitCode.INPUT_BAD
            )
        yield token if case_key is not None else line


def _text(file: Path) -> str:
    try:
        if str(file) == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST_LIST).decode("utf-8-sig")
        return b"".join(SheetFile(file).pieces()).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Stop("The list is not UTF-8. Save it as plain text in UTF-8.", ExitCode.INPUT_BAD) from None


def _show(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        show_json(answer.text)
        return
    show("Withdrawn." if "batch_id" in answer.content else "The withdrawal was accepted.")
    note = answer.content.get("note")
    if isinstance(note, str):
        show(note)
