"""The schema's steps: they go up and down, end where the models are, and the head is written down."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import migrations
from app.database import Database, DatabaseRole, Embedded
from app.database.roles import DATABASE
from app.database.schema import is_ours, migrate
from app.models import Base
from app.services.health import SCHEMA_VERSION
from tests.database_fixture import CloneDatabase

VERSIONS = Path(migrations.__file__).parent / "versions"


def test_the_head_is_the_models(migrated_server: Embedded, clone_database: CloneDatabase) -> None:
    """Autogenerate finds nothing to do."""
    database = clone_database()
    with database.engine(DatabaseRole.OWNER).connect() as connection:
        opts = {"compare_type": True, "include_name": is_ours, "include_schemas": True}
        context = MigrationContext.configure(connection, opts=opts)

        assert compare_metadata(context, Base.metadata) == []


def test_every_step_goes_up_and_down(embedded_server: Embedded, clone_database: CloneDatabase) -> None:
    """Down to nothing and up again: the same tables."""
    database = clone_database("template1")
    with embedded_server.superuser_connection(
        database.engine(DatabaseRole.OWNER).url.database or ""
    ) as connection:
        connection.execute("GRANT ALL ON SCHEMA public TO clearpoint_owner")
    migrate(database)
    first = tables(database)
    migrate(database, to="base")
    bare = tables(database)
    migrate(database)

    assert bare <= {"alembic_version"}
    assert tables(database) == first


def test_the_files_are_numbered_and_the_newest_is_the_head() -> None:
    """Two branches that add a step conflict in git, not in production."""
    names = sorted(path.stem for path in VERSIONS.glob("*.py"))
    head = (VERSIONS.parent / "head.txt").read_text().strip()

    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert head == names[-1]
    assert head.startswith(SCHEMA_VERSION)


def test_every_step_says_why_and_waits_for_no_lock() -> None:
    """A reader learns the reason; a busy table is not blocked behind a step that waits."""
    for path in VERSIONS.glob("*.py"):
        written = path.read_text()
        assert re.search(r"^Why: .+\.$", written, re.MULTILINE), path.name
        assert "lock_timeout" in written, path.name


def test_the_queue_has_the_schema_of_the_library_that_is_installed() -> None:
    """A newer release of procrastinate needs a step of its own, made from its `sql/migrations`."""
    jobs = importlib.import_module("migrations.versions.0008_jobs")

    assert importlib.metadata.version("procrastinate") == jobs.QUEUE_VERSION


def tables(database: Database) -> set[str]:
    with database.engine(DatabaseRole.OWNER).connect() as connection:
        return set(
            connection.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'link')")
            ).scalars()
        )


def test_the_template_of_all_tests_is_the_migrated_database() -> None:
    """What other tests clone is the database of the name that the roles share."""
    assert DATABASE == "clearpoint"
