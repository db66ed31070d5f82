"""The run at night in the worker: begun each night after a delay, and by hand; and nothing where nothing is linked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.database import DatabaseRole
from app.database.transactions import transaction
from app.domain.errors import StateDoesNotAllow
from app.domain.linkage import LinkageMode, LinkageSettings
from app.edge.premises import Premises
from app.key_store import Purpose
from app.queries.linkage_tokens import Epochs
from app.worker import run_what_waits
from app.worker.jobs import make_queue
from app.worker.linking import EACH_NIGHT, LINK_CASES, LONGEST_DELAY, link_now
from tests.factories import NOON
from tests.linked_cases import Woman, a_case_id, arrive, persons, tokens_of

ANA = Woman("Ana", "Petrovic", "05-14", "1999", "Nis", "Milan")
ALONE = Epochs(k1=1, k2=0, s=1)


@pytest.fixture
def linking(premises: Premises) -> Premises:
    """A clearing point with one custodian and two cases of one woman that arrived today."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)
    arrive(premises, {a_case_id(n): tokens_of(ANA, a_case_id(n), epochs=ALONE) for n in (1, 2)})
    return replace(premises, linkage=LinkageSettings(LinkageMode.ONE_CUSTODIAN))


def test_a_run_links_and_is_in_the_trail(linking: Premises) -> None:
    """Counts, and nothing of a case."""
    linked = link_now(linking)

    assert (linked.arrived, linked.automatic) == (2, 1)
    assert persons(linking) == {frozenset({a_case_id(1), a_case_id(2)})}
    with linking.database.engine(DatabaseRole.OWNER).connect() as connection:
        asked = text("SELECT facts FROM audit_events WHERE event = 'cases:linked'")
        assert connection.execute(asked).scalars().all() == [
            {"compared": 2, "automatic": 1, "review": 0, "skipped": False, "forgotten": 0}
        ]


def test_the_job_of_the_night_does_the_same(linking: Premises) -> None:
    """The queue has it once, however often it is begun."""

    async def begin() -> None:
        async with make_queue(linking).open_async() as queue:
            await queue.configure_task(LINK_CASES, queueing_lock=LINK_CASES).defer_async()

    asyncio.run(begin())
    run_what_waits(linking)

    assert persons(linking) == {frozenset({a_case_id(1), a_case_id(2)})}


def test_each_night_has_another_delay(linking: Premises) -> None:
    """Nobody can tell from the time of work how much there was, or since when it waited."""
    queue = make_queue(linking)
    (periodic,) = queue.periodic_registry.periodic_tasks.values()
    moments = set()
    for _ in range(3):

        async def begin() -> None:
            async with queue.open_async():
                await periodic.task.func(0)

        asyncio.run(begin())
        with transaction(linking.database.write_session()) as session:
            asked = "DELETE FROM procrastinate_jobs RETURNING extract(epoch FROM scheduled_at - now())::int"
            moments.add(session.execute(text(asked)).scalar_one())

    assert periodic.cron == EACH_NIGHT
    assert len(moments) > 1
    assert all(-1 <= moment <= LONGEST_DELAY for moment in moments)


def test_where_nothing_is_linked_there_is_no_run(premises: Premises) -> None:
    """Neither at night nor by hand."""
    assert make_queue(premises).periodic_registry.periodic_tasks == {}
    with pytest.raises(StateDoesNotAllow):
        link_now(premises)


def test_two_custodians_without_a_trustee_link_nothing(premises: Premises) -> None:
    """The sentence says what is missing."""
    for purpose in (Purpose.CLEARING_POINT, Purpose.STORAGE):
        premises.key_store.linkage.create(purpose, NOON)

    with pytest.raises(StateDoesNotAllow, match="trustee"):
        link_now(replace(premises, linkage=LinkageSettings(LinkageMode.TWO_CUSTODIANS)))
