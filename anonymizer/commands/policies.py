"""`clearpoint policy`: what becomes of each field, as a record of processing; a linter; and a file's counts.

Nothing here needs a connection, and `policy test` shows counts alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from anonymizer import CASES, Clearing, RawChunk, Unreadable
from anonymizer.commands import answers
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile
from anonymizer.commands.options import (
    CountryOption,
    DatesOption,
    EncodingOption,
    JsonOption,
    LegalBasisOption,
    ProfileOption,
    SheetArgument,
    basis,
    find_profile,
    reading_of,
    rules_without_server,
)
from anonymizer.commands.printing import (
    count,
    progress,
    show,
    show_conflicts,
    show_dropped,
    show_json,
    show_table,
)
from anonymizer.errors import UnsuitablePolicy
from anonymizer.linking.encoding import encode_texts
from anonymizer.policy import load_policy, problems_of, read_policy
from anonymizer.policy.explaining import explain
from anonymizer.reading.formats import open_sheets

LONGEST_POLICY = 100_000
"""Characters. What is longer is another file, given by mistake."""


@dataclass
class Counted:
    """What the policy makes of some sheets, in numbers. It never holds a row."""

    cases: int = 0
    rejected: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    linkable: int = 0
    """Cases of which one match key at least can be made."""
    keys: Counter[str] = field(default_factory=Counter)
    """Cases with a match key of a class."""

    def read(self, clearing: Clearing, chunks: Iterable[RawChunk]) -> None:
        """Count all cases of the sheets. Raises Unreadable."""
        for cleared in map(clearing.clear, chunks):
            self.dropped += cleared.dropped
            if cleared.sheet == CASES:
                self.cases += cleared.received
                self.rejected += cleared.rejected

    def count_keys(self, rows: Sequence[Sequence[bytes]]) -> Sequence[None]:
        """Stands where a tokenizer stands: counts which slots are no fillers, and makes no token."""
        for slots in rows:
            classes = {name for name, opening in _openings().items() if any(_begins(slots, opening))}
            self.keys.update(classes)
            self.linkable += bool(classes)
        return [None] * len(rows)

    def as_mapping(self) -> dict[str, object]:
        """For another program."""
        return {
            "policy": load_policy().name,
            "cases": self.cases,
            "rejected": self.rejected,
            "dropped": dict(self.dropped),
            "linkable": self.linkable,
            "link_keys": {key.id: self.keys[key.id] for key in load_policy().link_keys},
        }

    def show(self) -> None:
        """For a person."""
        show_dropped(self.dropped)
        show_table(
            ("link key", "strength", "cases with one"),
            [(key.id, key.strength, self.keys[key.id]) for key in load_policy().link_keys],
        )
        show(
            f"{count(self.cases, 'case')} read, {self.rejected:,} to correct. {self.linkable:,} could be recognized "
            "when they come again."
        )


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    policy = typer.Typer(
        help="The policy: what becomes of each field, and which link keys are made.", no_args_is_help=True
    )
    policy.command("explain")(explain_policy)
    policy.command("lint")(lint_policy)
    policy.command("test")(try_policy)
    app.add_typer(policy, name="policy")


def explain_policy() -> None:
    """Print the policy as a record of processing (GDPR, Art. 30), with the frame of an impact assessment (Art. 35)."""
    typer.echo(explain(load_policy()))


def lint_policy(
    file: Annotated[Path, typer.Argument(metavar="FILE.toml", help="A policy that somebody wants to use.")],
) -> None:
    """Say what a policy may not do. Exit code 2 when there is something."""
    try:
        with file.open(encoding="utf-8") as opened:
            problems: Sequence[str] = problems_of(read_policy(opened.read(LONGEST_POLICY)))
    except UnsuitablePolicy as unsuitable:
        problems = unsuitable.problems
    except (OSError, UnicodeDecodeError):
        raise Stop("The file cannot be read. Check its name.", ExitCode.INPUT_BAD) from None
    for problem in problems:
        show(problem)
    if problems:
        raise typer.Exit(ExitCode.INPUT_BAD)
    show("The policy breaks no rule.")


def try_policy(
    file: SheetArgument,
    profile: ProfileOption = None,
    country: CountryOption = None,
    legal_basis: LegalBasisOption = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count what the policy makes of case sheets: what is dropped, and which link keys. Nothing leaves this machine."""
    on = basis(find_profile(profile), legal_basis, law=None, atomic=None)
    rules = rules_without_server(on, country, case_key=None)
    sheets = SheetFile(file)
    counted = Counted()
    try:
        with progress("Counting", sheets.size) as watch:
            chunks = open_sheets(
                sheets.pieces(watch.read), sheets.form, reading_of(on.profile, encoding, dates)
            )
            counted.read(Clearing(rules, keeps_cases=True, tokenizer=counted.count_keys), chunks)
    except Unreadable as unreadable:
        show_conflicts([answers.as_mapping(conflict) for conflict in unreadable.conflicts])
        raise typer.Exit(ExitCode.INPUT_BAD) from None
    if as_json:
        show_json(counted.as_mapping())
    else:
        counted.show()


def _openings() -> Mapping[str, bytes]:
    """How the match keys of each class begin; a filler begins like none of them."""
    policy = load_policy()
    return {key.id: encode_texts(policy.domain, policy.normalizer, key.id) for key in policy.link_keys}


def _begins(slots: Sequence[bytes], opening: bytes) -> Iterable[bool]:
    return (slot.startswith(opening) for slot in slots)
