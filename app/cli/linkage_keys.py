"""`key create|rotate|status|split|join`: the keys of linkage, of this clearing point or, with --trustee, of a trustee.

No secret is printed but by `split`, whose purpose it is.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import count, say, show, show_table
from anonymizer.policy import SLOTS
from app.cli.opening import open_premises, read_settings
from app.cli.trustee import HOME, HOME_SETTING
from app.database.transactions import transaction
from app.domain.errors import TryAgain
from app.edge.premises import Premises, utc_now
from app.key_store import (
    Factor,
    KeyStore,
    KeyStoreError,
    Purpose,
    choose_provider,
    join_sheets,
    sealing_public_key,
    split_root,
)
from app.key_store.shares import NEEDED, SHARES
from app.services import rotation, trustee_access
from app.services.trustee_rotation import fetch_sealed_factor
from app.settings import Settings
from app.trustee.serving import KEYS_PATH

ATTEMPTS_TO_END = 10
PAUSE = 1.0
"""Seconds between two attempts to end a rotation: as long as most batches need."""


class KeyName(StrEnum):
    """The keys of linkage as people write them."""

    S = "s"
    K1 = "k1"
    K2 = "k2"


PURPOSES = {KeyName(purpose.short): purpose for purpose in Purpose}
Name = Annotated[KeyName, typer.Argument(help="s, k1 or k2.")]
Epoch = Annotated[int, typer.Option(min=1, help="The epoch that stands on the sheets.")]
AtTrustee = Annotated[bool, typer.Option("--trustee", help="On the trustee's machine.")]


def add_commands(key: typer.Typer) -> None:
    """Register the commands of this module with the group `key`."""
    key.command("create")(create)
    key.command("rotate")(rotate)
    key.command("status")(status)
    key.command("split")(split)
    key.command("join")(join)


def create(trustee: AtTrustee = False) -> None:
    """Make the first keys of linkage: s and k1, or with --trustee k2. Never a second time."""
    if trustee:
        with _store(trustee=True) as store:
            made = store.linkage.create(Purpose.TRUSTEE, utc_now())
        show(
            f"Made k2, epoch {made.epoch}, fingerprint {made.fingerprint}. Split it with `clearpoint key split k2`."
        )
        return
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        made_here = rotation.create_linkage_keys(session, premises.key_store, now=utc_now())
    for purpose in made_here:
        show(
            f"Made {purpose.short}. Split it with `clearpoint key split {purpose.short}`, and keep the sheets apart."
        )
    if not made_here:
        show("The keys are there already. Nothing was changed.")


def rotate(key: Name) -> None:
    """Put a new key in place of an old one in every stored token, while batches come in. Repeat it to go on.

    For k2 the trustee begins and ends, with `clearpoint trustee rotate`; the clearing point translates between.
    """
    settings = read_settings()
    with open_premises(settings) as premises:
        factor = _begin(premises, settings, PURPOSES[key])
        began = time.monotonic()
        rows = sum(rotation.rotate_tokens(premises.database.keeping_session, factor))
        seconds = time.monotonic() - began
        rows += _end(premises, factor)
    show(f"Epoch {factor.new} of {key} is in every token; epoch {factor.old} is destroyed here.")
    show(f"{count(rows * SLOTS, 'token')}, {rows * SLOTS / max(seconds, 0.001):,.0f} a second.")
    if key is KeyName.K2:
        show("Tell the trustee that the old key may go: `clearpoint trustee rotate --end`.")


def status(trustee: AtTrustee = False) -> None:
    """Which keys there are, how old they are, and how many rows of tokens have which."""
    if trustee:
        with _store(trustee=True) as store:
            _show_keys(store, (Purpose.TRUSTEE,))
        return
    with open_premises(read_settings()) as premises:
        _show_keys(premises.key_store, (Purpose.STORAGE, Purpose.CLEARING_POINT))
        show("")
        with premises.database.keeping_session() as session:
            counted = {purpose: rotation.count_tokens(session, purpose) for purpose in Purpose}
        rows = [
            (purpose.short, one.epoch, one.rows * SLOTS) for purpose in Purpose for one in counted[purpose]
        ]
        show_table(("key", "epoch", "tokens"), rows)
        show(f"Sealing key, for the trustee: {sealing_public_key(premises.key_store.sealing_key()).hex()}")


def split(key: Name, trustee: AtTrustee = False) -> None:
    """Print a key as three sheets of words, two of which restore it. Print to paper, keep nothing, keep them apart."""
    with _store(trustee=trustee) as store:
        listed = store.linkage.listed(PURPOSES[key])[-1:]
        if not listed:
            raise KeyStoreError(f"There is no key {key}. Make it with `clearpoint key create`.")
        epoch, fingerprint = listed[0].epoch, listed[0].fingerprint
        sheets = split_root(store.linkage.root(PURPOSES[key], epoch))
    say("What follows are secrets. Give each sheet to another person, and clear this screen.")
    for number, words in enumerate(sheets, 1):
        show(
            f"Sheet {number} of {SHARES} of {key}, epoch {epoch}, fingerprint {fingerprint}. Any {NEEDED} restore it:"
        )
        show(f"{words}\n")


def join(key: Name, epoch: Epoch, trustee: AtTrustee = False) -> None:
    """Restore a key from two of its sheets, read from standard input: the words of a sheet in one line."""
    purpose = PURPOSES[key]
    lines = (line.strip() for line in sys.stdin)
    sheets = [line for line, _ in zip((line for line in lines if line), range(NEEDED), strict=False)]
    with _store(trustee=trustee) as store:
        restored = store.linkage.restore(purpose, epoch, join_sheets(sheets), utc_now())
    show(
        f"Restored {key}, epoch {epoch}, fingerprint {restored.fingerprint}. Compare it with the one on the sheets."
    )


def _begin(premises: Premises, settings: Settings, purpose: Purpose) -> Factor:
    """What is under way goes on: of the trustee's key with the factor that is kept, without asking again."""
    kept = premises.key_store.factors.find(purpose)
    if kept is not None:
        return kept
    store, now = premises.key_store, utc_now()
    if purpose is not Purpose.TRUSTEE:
        with transaction(premises.database.keeping_session()) as session:
            return rotation.begin_rotation(session, store, purpose, now=now)
    fetched = fetch_sealed_factor(
        _trustee_url(settings), settings.home / "secrets" / trustee_access.FOLDER, keys_path=KEYS_PATH
    )
    with transaction(premises.database.keeping_session()) as session:
        return rotation.receive_factor(
            session,
            store,
            fetched.sealed,
            old=fetched.old.epoch,
            new=fetched.new.epoch,
            public_keys=(fetched.old.public_key, fetched.new.public_key),
            now=now,
        )


def _trustee_url(settings: Settings) -> str:
    if settings.trustee_url is None:
        raise Stop("There is no trustee. Set CLEARPOINT_TRUSTEE_URL.", ExitCode.INPUT_BAD)
    return settings.trustee_url


def _end(premises: Premises, factor: Factor) -> int:
    """End the rotation as soon as no batch is under way; rows that came meanwhile are rotated, and counted."""
    rows = 0
    for attempt in range(1, ATTEMPTS_TO_END + 1):
        try:
            with transaction(premises.database.keeping_session()) as session:
                rotation.end_rotation(session, premises.key_store, factor, now=utc_now())
        except TryAgain:
            if attempt == ATTEMPTS_TO_END:
                raise
        else:
            return rows
        time.sleep(PAUSE)
        rows += sum(rotation.rotate_tokens(premises.database.keeping_session, factor))
    raise AssertionError("the last attempt returns or raises")


def _show_keys(store: KeyStore, purposes: Sequence[Purpose]) -> None:
    now = utc_now()
    rows = [
        (
            purpose.short,
            key.epoch,
            key.fingerprint,
            f"{(now - key.since).days} days",
            "in use" if key.until is None else key.until.date().isoformat(),
            "there" if key.epoch in store.linkage.epochs(purpose) else "no",
        )
        for purpose in purposes
        for key in store.linkage.listed(purpose)
    ]
    show_table(("key", "epoch", "fingerprint", "age", "until", "secret"), rows)


@contextmanager
def _store(*, trustee: bool) -> Iterator[KeyStore]:
    """The keys alone, without a database: it does not open while one of them is lost."""
    settings = read_settings()
    home = Path(os.environ.get(HOME_SETTING) or HOME) if trustee else settings.home
    folder = home / "secrets"
    try:
        yield KeyStore(folder, provider=choose_provider(settings.key_provider, folder, os.environ))
    except KeyStoreError as error:
        raise Stop(str(error), ExitCode.TRY_AGAIN) from None
