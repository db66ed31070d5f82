"""`law`: the provisions that batches may rest on, for the operator at the machine."""

from __future__ import annotations

from typing import Annotated

import typer

from anonymizer import CODE_LISTS
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import show, show_table
from app.cli.opening import open_premises, read_settings
from app.database.transactions import transaction
from app.edge.premises import utc_now
from app.services import laws

law = typer.Typer(help="Provisions that batches may rest on.", no_args_is_help=True)


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.add_typer(law, name="law")


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
    if country not in CODE_LISTS["CL_COUNTRY"].codes:
        raise Stop("The country is not in CL_COUNTRY. See /api/v1/schema/codelists.", ExitCode.INPUT_BAD)
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        laws.add_law(session, code, title=title, country=country, keeps_years=keeps_years, now=utc_now())
    show("It is on the list.")


@law.command("list")
def list_laws() -> None:
    """List the provisions."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.keeping_session()) as session,
    ):
        found = [(one.code, one.country, one.keeps_years, one.title) for one in laws.list_laws(session)]
    show_table(("code", "country", "keeps years", "title"), found)
