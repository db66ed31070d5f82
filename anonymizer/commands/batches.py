"""`clearpoint send`, `status` and `receipt`: a batch goes to the clearing point, and its receipt comes back.

Unless the reader asks for --raw, only cleared rows leave this machine.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from anonymizer import Profile
from anonymizer.commands import answers
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.files import SheetFile, check_can_write, write_private
from anonymizer.commands.keys import NO_CASE_KEY, KeyRing
from anonymizer.commands.options import (
    AtomicOption,
    CaseKeyFileOption,
    ForceOption,
    JsonOption,
    KeyFileOption,
    LawOption,
    LegalBasis,
    LegalBasisOption,
    ProfileOption,
    SheetArgument,
    UrlOption,
    basis,
    clearing_point,
    find_profile,
    key_ring,
    rules_of,
)
from anonymizer.commands.printing import (
    progress,
    show,
    show_conflicts,
    show_dropped,
    show_json,
    show_table,
)
from anonymizer.commands.reading import LaptopClearing
from anonymizer.commands.sheets import read_through
from anonymizer.sending import Answer, Batch, ClearingPoint, Organization

LISTED_IN_AN_ANSWER = 20
"""Conflicts shown after sending; `clearpoint check` lists them all."""

IDEMPOTENCY_KEY_SHAPE = re.compile(r"[!-~]{1,200}", re.ASCII)
"""What a header carries unchanged, and what the clearing point keeps."""

CSV = "text/csv"
JSON = "application/json"
FATES = ("received", "created", "updated", "unchanged", "rejected")


@dataclass(frozen=True)
class Wanted:
    """How the reader wants the batch cleared and sent. None is left to the profile and the agreement."""

    profile: Profile | None
    legal_basis: LegalBasis | None
    law: str | None
    atomic: bool | None
    dry_run: bool
    idempotency_key: str


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(send)
    app.command()(status)
    app.command()(receipt)


def send(
    file: SheetArgument,
    profile: ProfileOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only ask what would be stored.")] = False,
    atomic: AtomicOption = None,
    legal_basis: LegalBasisOption = None,
    law: LawOption = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Send it as it is; the clearing point drops names.")
    ] = False,
    idempotency_key: Annotated[
        str | None, typer.Option("--idempotency-key", metavar="TEXT", help="To repeat an earlier call.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    case_key_file: CaseKeyFileOption = None,
) -> None:
    """Send a case sheet. It is cleared on this machine first: names never leave it."""
    wanted = Wanted(
        find_profile(profile), legal_basis, law, atomic, dry_run, _idempotency_key(idempotency_key)
    )
    keys = key_ring(key_file, case_key_file)
    case_key = None if raw else _needed_case_key(keys)
    with clearing_point(url, keys) as point:
        # Asked first in both cases, so that a wrong key is told before a large sheet is on its way.
        organization = point.read_organization()
        if case_key is None:
            answer = _send_raw(point, SheetFile(file), wanted)
        else:
            answer = _send_cleared(point, SheetFile(file), wanted, organization, case_key)
    _show_answer(answer, as_json=as_json)
    if answers.is_refused(answer.content):
        raise typer.Exit(ExitCode.INPUT_BAD)


def status(
    batch: Annotated[
        UUID | None, typer.Argument(metavar="BATCH", help="One batch; all of yours without it.")
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Say what became of your organization's batches."""
    with clearing_point(url, key_ring(key_file, None)) as point:
        answer = point.read_batch(batch) if batch else point.list_batches()
    if as_json:
        show_json(answer.text)
    elif batch:
        _show_answer(answer, as_json=False)
    else:
        _show_batches(answer.content)


def receipt(
    batch: Annotated[UUID, typer.Argument(metavar="BATCH", help="The batch.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file.")] = None,
    force: ForceOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Fetch the receipt of a batch. It has no case in it."""
    if out is not None:
        check_can_write(out, replace=force)
    with clearing_point(url, key_ring(key_file, None)) as point:
        answer = point.read_receipt(batch)
    if out is None:
        show_json(answer.text)
        return
    write_private(out, [answer.text.encode()], replace=force)
    show("The receipt is written.")


def _idempotency_key(chosen: str | None) -> str:
    """The reader's own key, or a new one that serves every attempt of this call."""
    if chosen is None:
        return str(uuid.uuid4())
    if not IDEMPOTENCY_KEY_SHAPE.fullmatch(chosen):
        raise Stop(
            "--idempotency-key takes up to 200 letters, digits and signs, no spaces.", ExitCode.INPUT_BAD
        )
    return chosen


def _needed_case_key(keys: KeyRing) -> bytes:
    case_key = keys.case_key()
    if case_key is None:
        raise Stop(NO_CASE_KEY + " Or send the sheet as it is with --raw.", ExitCode.NOT_ALLOWED)
    return case_key


def _send_raw(point: ClearingPoint, sheet: SheetFile, wanted: Wanted) -> Answer:
    """Send the sheet as it is. The clearing point clears it in memory before anything is kept."""
    name = wanted.profile.name if wanted.profile else None
    options = _options(wanted, wanted.atomic, wanted.legal_basis, wanted.law, name)
    form = JSON if sheet.is_json else CSV
    with progress("Sending", sheet.size) as read_so_far:
        body = partial(sheet.pieces, read_so_far)
        return point.send_batch(Batch(body, form, options, wanted.idempotency_key))


def _send_cleared(
    point: ClearingPoint, sheet: SheetFile, wanted: Wanted, organization: Organization, case_key: bytes
) -> Answer:
    """Clear the sheet here and send the result. All rows or nothing is decided before anything leaves."""
    on = basis(wanted.profile, wanted.legal_basis, wanted.law, wanted.atomic, agreement=organization)
    clearing = LaptopClearing(sheet, rules_of(organization, on, case_key))
    reading = read_through(clearing)
    if reading.accepted == 0 or (on.atomic and reading.rejected):
        return _own_answer(answers.nothing_sent(reading, dry_run=wanted.dry_run))
    options = _options(wanted, on.atomic, on.legal_basis, on.law)
    with progress("Sending", sheet.size) as read_so_far:
        body = partial(clearing.cleared_sheet, reading, read_so_far)
        answer = point.send_batch(Batch(body, CSV, options, wanted.idempotency_key))
    return _own_answer(answers.joined(answer.content, reading)) if answers.is_changed_by(reading) else answer


def _options(
    wanted: Wanted, atomic: bool | None, legal_basis: str | None, law: str | None, profile: str | None = None
) -> dict[str, str]:
    """The query of the call. What is None or empty is left to the clearing point."""
    named = {
        "dry_run": "true" if wanted.dry_run else None,
        "atomic": None if atomic is None else str(atomic).lower(),
        "profile": profile,
        "legal_basis": legal_basis,
        "law": law,
    }
    return {name: value for name, value in named.items() if value}


def _own_answer(content: Mapping[str, object]) -> Answer:
    return Answer(json.dumps(content, ensure_ascii=False, indent=2), content)


def _show_answer(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        show_json(answer.text)
        return
    content = answer.content
    show_conflicts(answers.conflicts_of(content), listed=LISTED_IN_AN_ANSWER)
    show_dropped(answers.counts(content, "dropped"))
    show(_outcome(content))
    if isinstance(kept := content.get("receipt"), Mapping):
        show(f"Batch {kept.get('batch_id')}, receipt {kept.get('digest')}")


def _outcome(content: Mapping[str, object]) -> str:
    """What happened, in a sentence."""
    stats = answers.counts(content, "stats")
    numbers = ", ".join(f"{number:,} {name}" for name, number in stats.items())
    if answers.is_refused(content):
        return f"Nothing was stored ({numbers}). Correct the rows and send the sheet again."
    if content.get("dry_run") is True:
        return f"This would be stored ({numbers}). Nothing was."
    return f"Stored ({numbers})."


def _show_batches(content: Mapping[str, object]) -> None:
    listed = content.get("batches")
    batches = [batch for batch in listed if isinstance(batch, Mapping)] if isinstance(listed, list) else []
    if not batches:
        show("Your organization has sent no batch yet.")
        return
    show_table(
        ("batch", "received at", *FATES),
        [
            (batch.get("batch_id"), batch.get("received_at"), *_fates(answers.counts(batch, "stats")))
            for batch in batches
        ],
    )


def _fates(stats: Mapping[str, int]) -> Iterator[int]:
    return (stats.get(fate, 0) for fate in FATES)
