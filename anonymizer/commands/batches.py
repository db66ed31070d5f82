"""`clearpoint send` and `status`: a batch goes to the clearing point, and what became of it comes back.

Unless the reader asks for --raw, only cleared rows leave this machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated
from uuid import UUID

import typer

from anonymizer.commands import answers
from anonymizer.commands.exits import ExitCode
from anonymizer.commands.files import SheetFile
from anonymizer.commands.linking import SenderTokenizer
from anonymizer.commands.options import (
    AtomicOption,
    CaseKeyFileOption,
    DatesOption,
    DryRunOption,
    EncodingOption,
    IdempotencyKeyOption,
    JsonOption,
    KeyFileOption,
    LawOption,
    LegalBasisOption,
    ProfileOption,
    RawOption,
    SheetArgument,
    UrlOption,
    WaitOption,
    clearing_point,
    find_profile,
    is_own_profile,
    key_ring,
)
from anonymizer.commands.pinning import keep_keys
from anonymizer.commands.printing import show, show_conflicts, show_dropped, show_json, show_table
from anonymizer.commands.transmitting import Transmission, Wanted, check_idempotency_key, needed_case_key
from anonymizer.sending import Answer

LISTED_IN_AN_ANSWER = 20
"""Conflicts shown after sending; `clearpoint check` lists them all."""
FATES = ("received", "created", "updated", "unchanged", "rejected")


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command()(send)
    app.command()(status)


def send(
    file: SheetArgument,
    profile: ProfileOption = None,
    dry_run: DryRunOption = False,
    atomic: AtomicOption = None,
    legal_basis: LegalBasisOption = None,
    law: LawOption = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    raw: RawOption = False,
    wait: WaitOption = True,
    idempotency_key: IdempotencyKeyOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    case_key_file: CaseKeyFileOption = None,
) -> None:
    """Send case sheets. They are cleared on this machine first: names never leave it.

    A sending that broke off is repeated by the same command: it stays one batch. Exit codes: 0 stored, or waiting with
    --no-wait; 2 something is to correct; 3 the key is missing or may not; 4 try again later; 5 refused.
    """
    check_idempotency_key(idempotency_key)
    found, is_own = find_profile(profile), is_own_profile(profile)
    wanted = Wanted(
        found, is_own, legal_basis, law, encoding, dates, atomic, dry_run, idempotency_key, waits=wait
    )
    keys = key_ring(key_file, case_key_file)
    case_key = None if raw else needed_case_key(keys)
    with clearing_point(url, keys) as point, SenderTokenizer(point, keys, keys.folder) as tokenizer:
        transmission = Transmission(point, SheetFile(file), wanted, tokenizer, secret=keys.api_key())
        answer = transmission.send(case_key)
        show_answer(answer, as_json=as_json)  # before anything else can end the command
        keep_keys(point, keys.folder)
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
        show_answer(answer, as_json=False)
    else:
        _show_batches(answer.content)


def show_answer(answer: Answer, *, as_json: bool) -> None:
    """What became of a batch, for a person or for another program."""
    if as_json:
        show_json(answer.text)
        return
    content = answer.content
    show_conflicts(answers.conflicts_of(content), listed=LISTED_IN_AN_ANSWER, total=answers.total_of(content))
    show_dropped(answers.counts(content, "dropped"))
    show(_outcome(content))
    if isinstance(modules := content.get("modules"), Mapping):
        for name in modules:
            show(f"{name}: {_numbers(answers.counts(modules, name))}.")
    if isinstance(kept := content.get("receipt"), Mapping):
        show(f"Batch {kept.get('batch_id')}, receipt {_digest_in(kept)}")


def _digest_in(kept: Mapping[str, object]) -> object:
    """The digest of a receipt, also of one that is wrapped in its signature."""
    inner = kept.get("receipt")
    return kept.get("digest") or (inner.get("digest") if isinstance(inner, Mapping) else None)


def _outcome(content: Mapping[str, object]) -> str:
    """What happened, in a sentence."""
    if answers.is_pending(content):
        return f"Batch {content.get('batch_id')} waits to be stored. `clearpoint status` and its id tell how it goes."
    numbers = _numbers(answers.counts(content, "stats"))
    if answers.is_refused(content):
        return f"Nothing was stored ({numbers}). Correct the rows and send the sheet again."
    if content.get("dry_run") is True:
        return f"This would be stored ({numbers}). Nothing was."
    return f"Stored ({numbers})."


def _numbers(stats: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in stats.items())


def _show_batches(content: Mapping[str, object]) -> None:
    listed = content.get("batches")
    batches = [batch for batch in listed if isinstance(batch, Mapping)] if isinstance(listed, list) else []
    if not batches:
        show("Your organization has sent no batch yet.")
        return
    show_table(
        ("batch", "received at", "state", *FATES),
        [
            (
                batch.get("batch_id"),
                batch.get("received_at"),
                batch.get("state"),
                *_fates(answers.counts(batch, "stats")),
            )
            for batch in batches
        ],
    )


def _fates(stats: Mapping[str, int]) -> Iterator[int]:
    return (stats.get(fate, 0) for fate in FATES)
