"""`clearpoint owed`: what an organization owes the clearing point for a year, what came, and how complete it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from anonymizer import SHEETS
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.options import JsonOption, KeyFileOption, UrlOption, clearing_point, key_ring
from anonymizer.commands.printing import show, show_json, show_table

STANDINGS: Mapping[str, str] = {
    "ON_TIME": "came in time",
    "CAME_LATE": "came late",
    "NOT_DUE_YET": "not due yet",
    "OVERDUE": "overdue",
}


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command()(owed)


def owed(
    year: Annotated[int, typer.Argument(metavar="YEAR", help="The year that the cases are about.")],
    nothing: Annotated[
        str | None,
        typer.Option("--nothing", metavar="SHEET", help="Say that there is nothing to send of it."),
    ] = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Say what your organization owes for a year, what came of it, and how complete it is."""
    if nothing is not None and nothing not in SHEETS:
        raise Stop("--nothing takes the name of a sheet, as cases or referral.", ExitCode.INPUT_BAD)
    with clearing_point(url, key_ring(key_file, None)) as point:
        answer = point.say_nothing_to_send(year, nothing) if nothing else point.read_owed(year)
    if as_json:
        show_json(answer.text)
    else:
        _show(answer.content)


def _show(content: Mapping[str, object]) -> None:
    listed = content.get("owed")
    rows = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if not rows:
        show("Nothing is written down that your organization owes for this year.")
    else:
        show_table(("sheet", "due on", "rows", "standing"), [_row(one) for one in rows])
    complete = content.get("item_completeness")
    if isinstance(complete, Mapping) and complete.get("denominator"):
        show(f"{complete.get('numerator')} of {complete.get('denominator')} required values are known.")


def _row(owed: Mapping[str, object]) -> tuple[object, ...]:
    standing = STANDINGS.get(str(owed.get("standing")), "")
    said = "nothing to send" if owed.get("nothing_to_send") else owed.get("rows")
    return owed.get("sheet"), owed.get("due_on"), said, standing
