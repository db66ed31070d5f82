"""Bringing the schema to its newest step. Runs as the owner, before anybody is served."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config

from app.database.engine import Database
from app.database.roles import DatabaseRole

QUEUE_PREFIX = "procrastinate_"
"""Of the tables of the queue's library, which have no models here."""
OUR_SCHEMAS = (None, "link")
"""The one where everything is by default, and that of the linkage."""


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a comparison of the models with the database looks at this: not at the queue's tables."""
    if kind == "schema":
        return name in OUR_SCHEMAS
    return kind != "table" or name is None or not name.startswith(QUEUE_PREFIX)


def migrate(database: Database, *, to: str = "head") -> None:
    """Run every step that is missing, all of them in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")).replace("%", "%%"))
    with database.engine(DatabaseRole.OWNER).connect() as connection:
        config.attributes["connection"] = connection
        if to == "base":
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
        connection.commit()
