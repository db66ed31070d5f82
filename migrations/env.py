"""Runs the steps on a connection of the owner: the one that `clearpoint migrate` hands over, or `-x url=`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from app.database.schema import is_ours
from app.models import Base


def run() -> None:
    """Take the connection that was handed over, or open one."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    engine = create_engine(context.get_x_argument(as_dictionary=True)["url"], hide_parameters=True)
    with engine.connect() as opened:
        migrate(opened)


def migrate(connection: Connection) -> None:
    """Run all steps that are wanted in one transaction: all of them hold, or none."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
        include_name=is_ours,
        include_schemas=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
