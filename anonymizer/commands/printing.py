"""Says what was found and what was answered, in plain words and small tables.

It prints conflicts, counts and the clearing point's sentences; it must never be handed a row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from anonymizer import CASES

WIDTH_WITHOUT_TERMINAL = 160
"""Letters in a line of a table in a file or a pipe, where no window folds it."""

CONFLICT_COLUMNS = ("sheet", "row", "column", "number", "severity", "message", "code")


def say(sentence: str) -> None:
    """A remark on the way, beside the result: to the error stream, so that a pipe gets the result alone."""
    typer.echo(plain(sentence), err=True)


def show(sentence: str) -> None:
    """A sentence of the result."""
    typer.echo(plain(sentence))


def show_json(content: Mapping[str, object] | str) -> None:
    """The result for another program: a text as it is, a mapping as JSON."""
    typer.echo(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2))


def show_table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A small table of texts and numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain("" if cell is None else str(cell))) for cell in row))
    _console(error=False).print(table)


def show_conflicts(
    conflicts: Sequence[Mapping[str, object]], *, listed: int | None = None, total: int = 0
) -> None:
    """Conflicts as a table: all, or the first `listed` of them and how many of the `total` there are beside."""
    if not conflicts:
        return
    is_one_sheet = all(conflict.get("sheet", CASES) == CASES for conflict in conflicts)
    titles = CONFLICT_COLUMNS[1:] if is_one_sheet else CONFLICT_COLUMNS
    rows = [[conflict.get(name) or "" for name in titles] for conflict in conflicts[:listed]]
    show_table(titles, rows)
    if listed is not None and len(rows) < max(total, len(conflicts)):
        more = max(total, len(conflicts)) - len(rows)
        show(f"and {count(more, 'problem')} more; `clearpoint check` lists them.")
    show("")


def show_dropped(dropped: Mapping[str, object]) -> None:
    """How many values of which field were left out."""
    if dropped:
        fields = ", ".join(f"{name} {number}" for name, number in sorted(dropped.items()))
        show(f"Left out on the way, kept nowhere: {fields}.")


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 row`, `2,565 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def plain(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)


@dataclass(frozen=True)
class Watch:
    """Is told how far something has come: bytes of the file that are read, and rows."""

    read: Callable[[int], None] = lambda _: None
    rows: Callable[[int], None] = lambda _: None


UNWATCHED = Watch()
"""Nobody is told."""


@contextmanager
def progress(title: str, size: int) -> Iterator[Watch]:
    """A bar of bytes and rows while something goes on; nothing at all when no terminal looks."""
    console = _console(error=True)
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[rows]:,} rows", markup=False),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(title, total=size, rows=0)
        yield Watch(lambda read: bar.update(task, completed=read), lambda rows: bar.update(task, rows=rows))


def _console(*, error: bool) -> Console:
    console = Console(stderr=error, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH_WITHOUT_TERMINAL
    return console
