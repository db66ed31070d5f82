"""`python -m benchmarks intake`, `counting`, `linkage`, `linkage-peers`, `identifiers` and others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks import counting, identifiers, intake, linking, stripping
from benchmarks.linkage import measuring as linkage
from benchmarks.linkage import weights
from benchmarks.peers import linkage as peers

app = typer.Typer(help="Measure the clearing point on this machine.", no_args_is_help=True)

Rounds = Annotated[int, typer.Option(min=1, help="How often each side is timed; the median counts.")]


@app.command("intake")
def measure_intake(
    rows: Annotated[int, typer.Option(min=10, help="Case sheets in one batch.")] = 100_000,
    rounds: Rounds = 3,
    batches: Annotated[int, typer.Option(min=1, help="Usual batches of each of twenty senders.")] = 5,
) -> None:
    """A batch through HTTP to its receipt, beside raw COPY of the rows that it stored."""
    for line in intake.told(intake.measure(rows=rows, rounds=rounds, batches=batches)):
        print(line)


@app.command("counting")
def measure_counting(
    cases: Annotated[int, typer.Option(min=100, help="Cases in the database.")] = 1_000_000,
    rounds: Rounds = 3,
    home: Annotated[
        Path | None, typer.Option(help="A folder that keeps the filled database for the next time.")
    ] = None,
) -> None:
    """All tables and indicators of a year, beside reading their columns from PostgreSQL."""
    for line in counting.told(counting.measure(cases=cases, rounds=rounds, home=home)):
        print(line)


@app.command("linkage")
def measure_linkage(
    size: Annotated[int, typer.Option(min=100, help="Case sheets in each of two registers.")] = 20_000,
) -> None:
    """Precision and recall of the linking rule on invented registers, at three levels of errors."""
    for line in linkage.told(linkage.measure(size=size)):
        print(line)


@app.command("linkage-weights")
def fit_weights(
    size: Annotated[int, typer.Option(min=100, help="Case sheets in each of two registers.")] = 20_000,
) -> None:
    """Fit the weights of the classes of match keys, and print them as the file that the policy keeps."""
    for line in weights.written(size):
        print(line)


@app.command("linkage-peers")
def measure_linkage_peers(
    size: Annotated[int, typer.Option(min=100, help="Case sheets in each of two registers.")] = 20_000,
    rounds: Rounds = 3,
    grow: Annotated[
        list[int] | None, typer.Option(help="Further sizes, each timed once; 80000 takes some minutes.")
    ] = None,
) -> None:
    """Recall and time of linking beside clkhash and anonlink, in an environment of their own."""
    for line in peers.told(peers.measure(size=size, rounds=rounds, growth=tuple(grow or ()))):
        print(line)


@app.command("stripping")
def measure_stripping(
    rows: Annotated[int, typer.Option(min=16, help="Case sheets.")] = 512, rounds: Rounds = 5
) -> None:
    """Making link tokens in the server's memory, beside the operations on the curve alone."""
    for line in stripping.told(stripping.measure(rows=rows, rounds=rounds)):
        print(line)


@app.command("identifiers")
def measure_identifiers(
    texts: Annotated[int, typer.Option(min=100, help="Sentences, half of them with an identifier.")] = 4_000,
    rounds: Rounds = 3,
) -> None:
    """Scanning texts for identifiers, beside Presidio in an environment of its own."""
    for line in identifiers.told(identifiers.measure(texts=texts, rounds=rounds)):
        print(line)


@app.command("linking")
def measure_linking(
    cases: Annotated[int, typer.Option(min=100, help="Cases in the store.")] = 100_000,
) -> None:
    """One case looked up in a filled store of tokens, and whole runs at night."""
    for line in linking.told(linking.measure(cases=cases)):
        print(line)


if __name__ == "__main__":
    app()
