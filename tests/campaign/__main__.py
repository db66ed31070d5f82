"""`python -m tests.campaign intake`: a campaign by hand, with a summary, and exit code 1 when it found something."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from tests.campaign.intake import Plan, run_intake

app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.callback()
def campaign() -> None:
    """Thousands of generated calls to a server of their own."""


@app.command()
def intake(
    cases: Annotated[int, typer.Option(help="How many files to send.")] = 10_000,
    seed: Annotated[int, typer.Option(help="What they are made of.")] = 1,
    clients: Annotated[int, typer.Option(help="How many send at a time.")] = 4,
    only: Annotated[int | None, typer.Option(help="The number of the one file to send again.")] = None,
) -> None:
    """Bad case batches, while a good client is served."""
    numbers = range(cases) if only is None else [only]
    with tempfile.TemporaryDirectory(prefix="clearpoint-campaign-") as folder:
        report = run_intake(Path(folder), Plan(seed, numbers, clients))
    for line in report.lines():
        typer.echo(line)
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    app()
