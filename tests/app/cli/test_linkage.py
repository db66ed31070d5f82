"""The operator's commands of linking, as they are typed, on a home of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from anonymizer.__main__ import build_app
from anonymizer.commands.exits import ExitCode
from app.database import Database, running_postgres
from app.database.transactions import transaction
from app.queries.linkage_tokens import Epochs
from app.services.linkage.sealing import keep_arrivals
from tests.database_fixture import FAST, temporary_home
from tests.factories import NOON
from tests.linked_cases import A_BATCH, Woman, a_case_id, tokens_of

Clearpoint = Callable[..., Result]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose database runs already, with two cases of one woman that arrived."""
    with temporary_home() as folder, running_postgres(folder, settings=FAST) as server:
        for command in (["migrate"], ["key", "create"]):
            CliRunner().invoke(build_app(), command, env={"CLEARPOINT_HOME": str(folder)})
        database = Database(server.urls())
        ana = Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan")
        cases = [a_case_id(1), a_case_id(2)]
        with transaction(database.write_session()) as session:
            tokens = [tokens_of(ana, case, epochs=Epochs(1, 0, 1)) for case in cases]
            keep_arrivals(session, cases, tokens, batch_id=A_BATCH, now=NOON)
        database.dispose()
        yield folder


@pytest.fixture
def clearpoint(home: Path) -> Clearpoint:
    """Run a command of `clearpoint` on this home."""

    def run(*arguments: str, **environment: str) -> Result:
        given = {"CLEARPOINT_HOME": str(home), "COLUMNS": "120", **environment}
        return CliRunner().invoke(build_app(), arguments, env=given)

    return run


def counts(result: Result) -> dict[str, int]:
    """What a command printed, by its words."""
    found = re.findall(r"^[\s│|]*([a-z][a-z ,]+?)\s*[│|]?\s+(\d+)", result.output, re.MULTILINE)
    return {words.strip(): int(count) for words, count in found}


def test_where_nothing_is_linked_the_run_says_so(clearpoint: Clearpoint) -> None:
    """The sentence names the setting."""
    refused = clearpoint("link", "run")

    assert refused.exit_code == ExitCode.REFUSED
    assert "CLEARPOINT_LINKAGE" in refused.output


def test_a_run_by_hand_and_what_stands_then(clearpoint: Clearpoint) -> None:
    """Counts, before and after."""
    before = clearpoint("link", "status")
    run = clearpoint("link", "run", CLEARPOINT_LINKAGE="one_custodian")
    after = clearpoint("link", "status")

    assert (before.exit_code, run.exit_code, after.exit_code) == (ExitCode.DONE,) * 3, run.output
    assert "Last run: never" in before.output
    assert counts(before)["arrivals that wait"] == 2
    assert counts(run)["links, automatic"] == 1
    assert counts(after)["cases with tokens"] == 2
    assert counts(after)["persons with several cases, automatic"] == 1


def test_cases_whose_keys_are_lost_are_told_until_they_are_sent_again(
    clearpoint: Clearpoint, home: Path
) -> None:
    """After a backup from before a rotation: who runs it learns how many cases are missing, and what to do."""
    clearpoint("link", "run", CLEARPOINT_LINKAGE="one_custodian")
    with running_postgres(home, settings=FAST) as server:
        database = Database(server.urls())
        with transaction(database.linking_session()) as session:
            session.execute(text("UPDATE link.token_sets SET s_epoch = 0"))  # before the oldest key
        database.dispose()

    run = clearpoint("link", "run", CLEARPOINT_LINKAGE="one_custodian")
    status = clearpoint("link", "status")

    assert run.exit_code == ExitCode.DONE, run.output
    assert "2 cases lost their tokens" in run.output
    assert "2 cases lost their tokens" in status.output
    assert counts(status)["cases with tokens"] == 0


def test_who_says_that_a_key_will_not_come_back_goes_on_without_its_tokens(
    clearpoint: Clearpoint, home: Path
) -> None:
    """From two custodians to one: the sentence of the run that compared nothing names the way out."""
    with running_postgres(home, settings=FAST) as server:
        database = Database(server.urls())
        with transaction(database.linking_session()) as session:
            session.execute(text("UPDATE link.token_sets SET tokens = '{a}', k2_epoch = 7, s_epoch = 1"))
        database.dispose()

    skipped = clearpoint("link", "run", CLEARPOINT_LINKAGE="one_custodian")
    run = clearpoint("link", "run", "--forget-other-keys", CLEARPOINT_LINKAGE="one_custodian")

    assert "Nothing was compared" in skipped.output
    assert "--forget-other-keys" in skipped.output
    assert "2 cases lost their tokens" in run.output
