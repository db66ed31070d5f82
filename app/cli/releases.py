"""`release`: drafting, checking and publishing from the command line, with the key of the person who does it."""

from __future__ import annotations

import os
from typing import Annotated
from uuid import UUID

import typer

from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.edge.premises import utc_now
from app.services import people, releases

KEY_VARIABLE = "CLEARPOINT_KEY"
"""The key of the person who acts; from the environment and never from the arguments, which others can see."""

release = typer.Typer(help="Releases of the annual report; two persons make one.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(release, name="release")


@release.command("draft")
def draft(year: Annotated[int, typer.Argument(help="The year to count.")]) -> None:
    """Count a year as it stands now (curators)."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
        transaction(premises.database.read_session()) as counting,
    ):
        actor = people.identify(session, _key(), now=utc_now())
        mode = premises.linkage.mode
        summary = releases.draft_release(session, counting, actor, year=year, linkage=mode, now=utc_now())
    show(f"Drafted {summary.year} revision {summary.revision}: {summary.id}")


@release.command("list")
def list_releases() -> None:
    """List what is or was public."""
    with open_premises(read_settings()) as premises, transaction(premises.database.read_session()) as session:
        found = releases.list_published(session)
    rows = [[one.year, one.revision, one.status.value, one.id] for one in found]
    show_table(["year", "revision", "status", "release"], rows)


@release.command("check")
def check(release_id: UUID) -> None:
    """Say, as a second person, that a draft may be published (checkers)."""
    _step(releases.check_release, release_id)


@release.command("publish")
def publish(release_id: UUID) -> None:
    """Make a checked release public."""
    _step(releases.publish_release, release_id)


@release.command("withdraw")
def withdraw(release_id: UUID) -> None:
    """Stop a release that is not public yet."""
    _step(releases.withdraw_release, release_id)


def _step(step: releases.Step, release_id: UUID) -> None:
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        actor = people.identify(session, _key(), now=utc_now())
        summary = step(session, actor, release_id, now=utc_now())
    show(f"{summary.year} revision {summary.revision} is {summary.status.value}.")


def _key() -> str:
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise Stop(f"Put the key of the person who acts into {KEY_VARIABLE}.", ExitCode.NOT_ALLOWED)
    return key
