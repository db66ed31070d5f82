"""`org owes`: the operator writes down what an organization has agreed to send, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from anonymizer.commands.printing import show
from app.cli.opening import open_premises, read_settings
from app.cli.organizations import org
from app.database.transactions import transaction
from app.edge.premises import utc_now
from app.services import coverage


def add_commands(_: typer.Typer) -> None:
    """Register the commands of this module, in the group of organizations."""
    org.command("owes")(owes)


def owes(
    code: Annotated[str, typer.Argument(help="The organization's code.")],
    year: Annotated[int, typer.Option(help="The year that the sheet is about.")],
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it is in time.")],
    sheet: Annotated[list[str], typer.Option(help="cases, a module or a form; may be given more than once.")],
) -> None:
    """Write down what an organization owes. Said again, it gets another day."""
    with (
        open_premises(read_settings()) as premises,
        transaction(premises.database.write_session()) as session,
    ):
        for name in sheet:
            coverage.agree_obligation(session, code, year=year, sheet=name, due_on=due.date(), now=utc_now())
    show("Written down. `GET /api/v1/coverage` tells the desk who is late.")
