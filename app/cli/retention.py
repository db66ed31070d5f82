"""`retention` and `law`: how long what is kept, for the operator at the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from anonymizer import CODE_LISTS
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.edge.premises import utc_now

retention = typer.Typer(help="How long cases are kept.", no_args_is_help=True)
law = typer.Typer(help="Provisions that batches may rest on.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(retention, name="retention")
    app.add_typer(law, name="law")


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
        retained = run_retention(session, now=utc_now(), dry_run=dry_run)
    show_table(
        ("what", "where", "rows or cases"),
        [("weeks made quarters", table, rows) for table, rows in retained.coarsened.items()]
        + [("cases made counts", year, cases) for year, cases in retained.retired.items()],
    )
    show("Nothing was changed." if dry_run else "Done, and written into the trail.")


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


@law.command("add")
def add_law(
    code: Annotated[str, typer.Argument(help="A short code, as ZAGREB-2001.")],
    title: Annotated[str, typer.Option(help="What it is, so that a reader finds it.")],
    country: Annotated[str, typer.Option(help="The country whose law it is; ZZ for an international text.")],
    keeps_years: Annotated[
        int | None,
        typer.Option(min=0, max=100, help="Years after closing that it lets historic cases be kept."),
    ] = None,
) -> None:
    """Put a provision on the list, or say anew what it says."""
    from app.services.retention import add_law as add

    if country not in CODE_LISTS["CL_COUNTRY"].codes:
        raise Stop("The country is not in CL_COUNTRY. See /api/v1/schema/codelists.", ExitCode.INPUT_BAD)
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        add(session, code, title=title, country=country, keeps_years=keeps_years, now=utc_now())
    show("It is on the list.")


@law.command("list")
def list_laws() -> None:
    """List the provisions."""
    from app.services.retention import list_laws as laws

    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        found = [(one.code, one.country, one.keeps_years, one.title) for one in laws(session)]
    show_table(("code", "country", "keeps years", "title"), found)
