"""A printed table as plain text for a terminal: one line of headings, then a line a row."""

from __future__ import annotations

import reports

GAP = "  "


def as_text(table: reports.ProtectedTable) -> str:
    """Title, headings and rows, each column as wide as its widest cell; numbers to the right."""
    printed = reports.layout(table)
    lines = [[cell.text for cell in printed.head[-1]]]
    lines += [[row.label, *row.cells] for row in printed.body]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    folded = [GAP.join(_placed(line, widths)).rstrip() for line in lines]
    rule = "─" * max(map(len, folded))
    text = "\n".join([f"{table.text.id}  {table.text.title}", rule, folded[0], rule, *folded[1:]])
    return text.replace("\u202f", " ")  # the space between thousands is none that every terminal prints


def _placed(line: list[str], widths: list[int]) -> list[str]:
    first, *others = zip(line, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
