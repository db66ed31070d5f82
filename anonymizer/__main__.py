"""The command line `clearpoint`: the laptop's commands, and the server's where the server is installed.

It must never end in a traceback: what stands in one may come from a row.
"""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from anonymizer.commands import add_commands
from anonymizer.commands.exits import ExitCode, Stop
from anonymizer.commands.printing import say
from anonymizer.errors import NoReader

ENTRY_POINTS = "clearpoint.commands"
"""Who adds commands to `clearpoint` names a function here that takes the Typer application."""

SERVER_PACKAGE = "app"

SERVER_COMMANDS = (
    "up",
    "demo",
    "migrate",
    "worker",
    "trustee",
    "org",
    "key",
    "release",
    "request",
    "audit",
    "retention",
    "backup",
    "restore",
    "doctor",
)

SERVER_MISSING = (
    "This command belongs to the server, which is not installed here. "
    "Install it with: pip install 'regional-clearing-point[server]'"
)


@dataclass(frozen=True)
class Brought:
    """The commands that other packages brought, and whether some could not come for want of an extra."""

    commands: dict[str, Any]
    is_missing_some: bool


class Commands(TyperGroup):
    """The laptop's commands, the server's when one is asked for, and one sentence when a command stops.

    The server's are loaded late, because a laptop should not wait for a database library to see its template.
    """

    # Typer keeps its context and command types to itself, hence Any.
    def invoke(self, ctx: Any) -> Any:
        """Run the command; a Stop becomes its sentence and its exit code."""
        try:
            return super().invoke(ctx)
        except Stop as stop:
            say(stop.text)
            raise typer.Exit(stop.exit_code) from None
        except NoReader as no_reader:
            say(str(no_reader))
            raise typer.Exit(ExitCode.TRY_AGAIN) from None

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of that name; raises Stop when it is the server's and the server is not installed."""
        command = self.commands.get(cmd_name) or self._brought.commands.get(cmd_name)
        if command is None and cmd_name in SERVER_COMMANDS and self._brought.is_missing_some:
            raise Stop(SERVER_MISSING, ExitCode.REFUSED)
        return command

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Every command that is here, for the help."""
        return [*self.commands, *self._brought.commands]

    @cached_property
    def _brought(self) -> Brought:
        return _load_brought()


def build_app() -> typer.Typer:
    """The whole command line as one Typer application."""
    app = typer.Typer(
        cls=Commands,
        help="Clear case sheets on this machine and send them to the Regional Clearing Point.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    add_commands(app)
    return app


def main() -> None:
    """Run `clearpoint`. A fault of the program is told by its kind and place alone."""
    try:
        build_app()(prog_name="clearpoint")
    except Exception as fault:
        place = traceback.extract_tb(fault.__traceback__)[-1]
        where = f"{type(fault).__name__} in {Path(place.filename).name}, line {place.lineno}"
        say(f"The program itself failed ({where}). Nothing more was done. Please report this line.")
        sys.exit(ExitCode.FAULT)


def _load_brought() -> Brought:
    brought, found = typer.Typer(), list(entry_points(group=ENTRY_POINTS))
    added = [_add(entry_point, brought) for entry_point in found]
    return Brought(dict(get_group(brought).commands), is_missing_some=not all(added) or not added)


def _add(entry_point: EntryPoint, brought: typer.Typer) -> bool:
    """Add what the entry point names; False when its package lacks something that an extra would bring."""
    try:
        add = entry_point.load()
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith(f"{SERVER_PACKAGE}."):
            raise  # a fault of ours, not an extra that was left out
        return False
    add(brought)
    return True


if __name__ == "__main__":
    main()
