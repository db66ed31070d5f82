"""One JSON line for each thing worth a line. No bodies, no values, no addresses of people: only codes and counts."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

FIELDS = ("method", "route", "status", "milliseconds", "kind", "places", "port")
"""The only extras that reach the log; whatever else a call adds is left out."""


class JsonLine(logging.Formatter):
    """A record as one line: JSON escapes what could forge a second one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. An exception's text is left out, because it may hold a value; its kind is kept."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "what": record.getMessage() if record.name.startswith("clearpoint") else record.msg,
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["kind"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(*, calls: bool = True) -> None:
    """Send every log of this process to standard error as JSON lines; without `calls`, only what went wrong."""
    written = logging.StreamHandler(sys.stderr)
    written.setFormatter(JsonLine())
    root = logging.getLogger()
    root.handlers = [written]
    root.setLevel(logging.WARNING)
    logging.getLogger("clearpoint").setLevel(logging.INFO if calls else logging.WARNING)
