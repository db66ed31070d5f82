"""The files of a release: every table in every format, and the manifest that lists their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import reports
from app.domain.errors import NotFound
from app.services.releases import PublishedRelease

FILES_KEPT_READY = 512
"""Rendered files of published releases, which never change: eleven tables in three formats fit many times over."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table as it is downloaded."""

    name: str
    media_type: str
    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class _Format:
    media_type: str
    render: Callable[[reports.ProtectedTable, reports.ReleaseFacts], bytes]


FORMATS: Mapping[str, _Format] = {
    "csv": _Format("text/csv; charset=utf-8", reports.to_csv),
    "json": _Format("application/json", reports.to_json),
    "xlsx": _Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", reports.to_xlsx),
}


def list_tables(published: PublishedRelease) -> list[dict[str, Any]]:
    """Each table's id, title and formats."""
    return [
        {"table": table.text.id, "title": table.text.title, "formats": sorted(FORMATS)}
        for table in published.content.tables
    ]


def render_table(published: PublishedRelease, table_id: str, form: str) -> TableFile:
    """One table in one format; NotFound for a table or a format that does not exist."""
    if form not in FORMATS or published.content.table(table_id) is None:
        raise NotFound
    return _render(_Rendering(published), table_id, form)


def make_manifest(published: PublishedRelease) -> dict[str, Any]:
    """What holds for the whole release, and the hash of every file of it."""
    files = [
        render_table(published, table.text.id, form)
        for table in published.content.tables
        for form in sorted(FORMATS)
    ]
    return {
        "rules": dict(published.content.rules),
        "method": dict(published.content.method),
        "sha256": published.sha256,
        "files": [{"name": file.name, "sha256": file.sha256} for file in files],
    }


def as_document(published: PublishedRelease) -> Any:
    """The whole protected content, as the database keeps it."""
    return json.loads(reports.release_to_json(published.content))


def facts_of(published: PublishedRelease) -> reports.ReleaseFacts:
    """What every rendering says of the release."""
    summary = published.summary
    return reports.ReleaseFacts(
        id=str(summary.id),
        year=summary.year,
        revision=summary.revision,
        cut=summary.cut,
        published_at=summary.published_at,
    )


class _Rendering:
    """A release as a key of the cache: the same when its id and content are the same."""

    def __init__(self, published: PublishedRelease) -> None:
        self.published = published
        self._key = (published.summary.id, published.sha256, published.summary.published_at)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rendering) and self._key == other._key


@lru_cache(maxsize=FILES_KEPT_READY)
def _render(rendering: _Rendering, table_id: str, form: str) -> TableFile:
    table = rendering.published.content.table(table_id)
    if table is None:
        raise NotFound
    content = FORMATS[form].render(table, facts_of(rendering.published))
    facts = rendering.published.summary
    name = f"clearpoint-{facts.year}-r{facts.revision}-{table_id}.{form}"
    return TableFile(name, FORMATS[form].media_type, content, hashlib.sha256(content).hexdigest())
