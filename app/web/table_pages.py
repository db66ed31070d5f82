"""What the page of one table shows: its cells as they are printed, what they mean, and the ways to take them along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.releases import PublishedRelease, ReleaseSummary
from app.services.tables import render_table
from app.web.release_pages import citation, newer_than
from app.web.rendering import Site, render
from app.web.wording import MARKS, MarkWords, chapter_of
from reports.percentages import percentages
from reports.rendering import layout
from reports.tables import ProtectedTable

FORMATS: Mapping[str, str] = {"csv": "CSV", "json": "JSON", "xlsx": "Excel (XLSX)"}
"""How readers call the formats, in the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Download:
    """One file of a table."""

    format: str
    address: str
    media_type: str
    size: int


def draw_table(
    published: PublishedRelease, table: ProtectedTable, public: Sequence[ReleaseSummary], site: Site
) -> str:
    """The page of one table: the table first, then what one can do with it."""
    summary, tables = published.summary, published.content.tables
    path = f"/releases/{summary.id}/tables/{table.text.id}"
    place = tables.index(table)
    in_percent = _shown(percentages(table))
    return render(
        "table.html",
        site,
        release=summary,
        newer=newer_than(summary, public),
        address=site.public_url + path,
        text=table.text,
        notes=(*table.notes, *table.text.notes),
        chapter=chapter_of(table.text.id),
        printed=layout(table),
        percent=layout(in_percent) if in_percent else None,
        percent_notes=in_percent.text.notes if in_percent else (),
        marks=_marks_of(*filter(None, (table, in_percent))),
        downloads=_downloads(published, table.text.id),
        api=f"{site.public_url}/api/v1{path}",
        earlier=tables[place - 1].text if place else None,
        later=tables[place + 1].text if place + 1 < len(tables) else None,
        citation=citation(summary, site.public_url + path, table.text),
    )


def _shown(in_percent: ProtectedTable | None) -> ProtectedTable | None:
    """None also where every share is a mark: a second table of nothing but `c` tells a reader nothing."""
    has_shares = in_percent and any(not isinstance(share, str) for share in in_percent.cells.values())
    return in_percent if has_shares else None


def _marks_of(*tables: ProtectedTable) -> tuple[MarkWords, ...]:
    """The marks that a reader meets in these tables."""
    used = {value for table in tables for value in table.cells.values() if isinstance(value, str)}
    return tuple(words for words in MARKS if words.mark in used)


def _downloads(published: PublishedRelease, table_id: str) -> tuple[Download, ...]:
    address = f"/api/v1/releases/{published.summary.id}/tables/{table_id}"
    files = {form: render_table(published, table_id, form) for form in FORMATS}
    return tuple(
        Download(FORMATS[form], f"{address}.{form}", file.media_type, len(file.content))
        for form, file in files.items()
    )
