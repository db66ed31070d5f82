"""What the pages of releases show, put together from a published release. Nothing is counted or hidden here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import reports
from app.domain.statuses import ReleaseStatus
from app.services.releases import PublishedRelease, ReleaseSummary
from app.web.figures import bars_by_country, key_figures
from app.web.rendering import Site, in_words, render
from app.web.wording import MARKS, chapter_of, method_in_words, rules_in_words
from reports.tables import TableText

CHART_TITLE = "Victims identified, by reporting country"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Tables that stand together."""

    title: str
    tables: tuple[TableText, ...]


def draw_home(published: PublishedRelease | None, site: Site) -> str:
    """The home page, with the key figures of the newest release when there is one."""
    if published is None:
        return render("home.html", site, release=None, figures=None)
    return render("home.html", site, release=published.summary, figures=key_figures(published.content))


def draw_releases(public: Sequence[ReleaseSummary], site: Site) -> str:
    """The list of everything that is or was public."""
    return render("releases.html", site, releases=public)


def draw_release(published: PublishedRelease, public: Sequence[ReleaseSummary], site: Site) -> str:
    """The page of one release."""
    content, summary = published.content, published.summary
    address = f"{site.public_url}/releases/{summary.id}"
    return render(
        "release.html",
        site,
        release=summary,
        newer=newer_than(summary, public),
        sha256=published.sha256,
        figures=key_figures(content),
        chapters=_chapters(content),
        chart_title=CHART_TITLE,
        bars=bars_by_country(content),
        marks=MARKS,
        rules=rules_in_words(content.rules),
        method=method_in_words(content.method),
        address=address,
        citation=citation(summary, address),
    )


def draw_chart(published: PublishedRelease) -> str:
    """The one chart of a release as a file that can be taken into a text."""
    year = published.summary.year
    description = (
        f"One bar a country, the most persons first. All figures stand in table A1 of the release of {year}; "
        "a country without a bar has a figure that is not shown or not available."
    )
    bars = [(bar.label, bar.value) for bar in bars_by_country(published.content)]
    return reports.draw_bars(f"{CHART_TITLE}, {year}", description, bars)


def newer_than(summary: ReleaseSummary, public: Sequence[ReleaseSummary]) -> ReleaseSummary | None:
    """The release that took the place of a superseded one."""
    if summary.status is ReleaseStatus.PUBLISHED:
        return None
    same_year = (one for one in public if one.year == summary.year and one.status is ReleaseStatus.PUBLISHED)
    return next(same_year, None)


def citation(summary: ReleaseSummary, address: str, text: TableText | None = None) -> str:
    """How a reader cites: who, when, what, which revision, where."""
    published = "" if summary.published_at is None else f"Published {in_words(summary.published_at)}. "
    year = summary.year if summary.published_at is None else summary.published_at.year
    table = "" if text is None else f"Table {text.id}: {text.title}. "
    return (
        f"Regional Clearing Point ({year}). Victims of human trafficking and their assistance, {summary.year}. "
        f"{table}Revision {summary.revision}. {published}{address}"
    )


def _chapters(content: reports.Release) -> tuple[Chapter, ...]:
    texts = [table.text for table in content.tables]
    return tuple(
        Chapter(title, tuple(standing))
        for title, standing in groupby(texts, lambda text: chapter_of(text.id))
    )
