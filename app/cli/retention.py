"""`retention`: how long what is kept, for the operator at the machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from anonymizer.commands.printing import show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.edge.premises import utc_now
from app.services.withdrawals import CaseNumbers, erase_cases

retention = typer.Typer(help="How long cases are kept.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(retention, name="retention")


@retention.command("run")
def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Make weeks of finished years quarters, and cases whose time is over protected counts."""
    from app.services.retention import run_retention  # brings what counts, which no other command here needs

    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        retained = run_retention(session, key_store=premises.key_store, now=utc_now(), dry_run=dry_run)
    show_table(
        ("what", "where", "rows or cases"),
        [("weeks made quarters", table, rows) for table, rows in retained.coarsened.items()]
        + [("cases made counts", year, cases) for year, cases in retained.retired.items()],
    )
    show("Nothing was changed." if dry_run else "Done, and written into the trail.")


@retention.command("erase")
def erase(
    organization: Annotated[str, typer.Argument(help="The organization's code.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many it would be.")] = False,
) -> None:
    """Erase the cases whose numbers are read from standard input, one a line, at once and for ever."""
    named = CaseNumbers(tuple(line.strip() for line in sys.stdin if line.strip()))
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        erased = erase_cases(
            session, organization, named, key_store=premises.key_store, now=utc_now(), dry_run=dry_run
        )
    show(f"{erased} of {len(named.numbers)} cases {'would be' if dry_run else 'are'} erased.")


@retention.command("finish")
def finish(
    year: Annotated[int, typer.Argument(help="The year whose published release is the final one.")],
) -> None:
    """Say that a year is finished: it is not counted again, and retention may coarsen it."""
    from app.services.retention import finish_year

    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        finish_year(session, year, now=utc_now())
    show("Finished. `clearpoint retention run --dry-run` says what may be coarsened now.")
