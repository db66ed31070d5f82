"""The frame that `reports` counts: its columns, read at a cut, with what stands for unknown where no module says it."""

from __future__ import annotations

from datetime import datetime

import reports
from anonymizer import FIELDS, stands_for_unknown
from app.database.sessions import Session
from app.queries.frames import read_frame


def frame_at(session: Session, cut: datetime) -> reports.Frame:
    """Every record that is alive at the cut, in the columns that reports names. The reader's role reads it."""
    wanted = {
        entity: {name: _unknown(entity, name) for name in columns}
        for entity, columns in reports.frame_columns().items()
    }
    return reports.Frame(read_frame(session, cut, wanted))


def _unknown(entity: str, name: str) -> str:
    return stands_for_unknown(entity, name) if (entity, name) in FIELDS else ""
