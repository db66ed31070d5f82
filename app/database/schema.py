"""Bringing the schema to its newest step. Runs as the owner, before anybody is served."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config

from app.database.engine import Database
from app.database.roles import DatabaseRole


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
