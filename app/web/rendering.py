"""Templates into pages. Every value is escaped, a name that a template does not get is a fault, and numbers, dates
and sizes are written in one way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.web.assets import asset_address, script_address
from app.web.wording import MARKS
from reports.rendering import printed_cell

TEMPLATES = Path(__file__).parent / "templates"
IN_BACKTICKS = re.compile(r"`([^`]+)`")
KILO = 1000
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Written out here, because the names that Python gives depend on the machine's language."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says of the clearing point that serves it."""

    public_url: str
    is_demo: bool


def render(template: str, site: Site, **values: object) -> str:
    """One page."""
    return _environment().get_template(template).render(site=site, **values)


def draw_problem(site: Site, status: int, title: str, detail: str) -> str:
    """A refusal as a page: what happened and where to go from here."""
    return render("problem.html", site, status=status, title=title, detail=detail)


def in_words(moment: datetime) -> str:
    """The calendar day, as in 2 March 2026, in UTC."""
    day = moment.astimezone(UTC)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def to_the_minute(moment: datetime) -> str:
    """Day and time, as in 2 March 2026, 12:00 UTC."""
    return f"{in_words(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def size(count: int) -> str:
    """Bytes as people say them: 812 B, 4.2 kB."""
    return f"{count} B" if count < KILO else f"{count / KILO:.1f} kB"


def quoted(note: str) -> str:
    """A note with the names of rows and columns in quotation marks; tables write them between backticks."""
    return IN_BACKTICKS.sub(r"“\1”", note)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "in_words": in_words,
        "to_the_minute": to_the_minute,
        "size": size,
        "quoted": quoted,
        "printed": printed_cell,
    }
    environment.globals |= {
        "asset": asset_address,
        "script": script_address,
        "mark_words": {words.mark: words for words in MARKS},
    }
    return environment
