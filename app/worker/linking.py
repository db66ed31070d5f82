"""The run at night: it links what came since the last one, after a delay that nobody can foresee.

No sender waits for it, and none can tell from the time of anything whether a person was known.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from procrastinate import App
from procrastinate.retry import BaseRetryStrategy

from app.database.transactions import transaction
from app.edge.guards import log_fault
from app.edge.premises import Premises
from app.queries.rotation import hold_epochs
from app.services.linkage.completing import completing, epochs_in_use
from app.services.linkage.lost_keys import forget_lost
from app.services.linkage.nightly import Linked, link_cases
from app.services.linkage.reporting import record_run
from app.services.linkage.settled_tasks import forget_settled_tasks
from app.services.linkage.taking_in import complete_some, take_in_arrivals
from app.services.person_withdrawals import settle_withdrawals

LINK_CASES = "link_cases"
EACH_NIGHT = "13 0 * * *"
"""In the time of the server's clock (UTC): after the day's batches, before a working day."""
LONGEST_DELAY = 3 * 60 * 60
"""Seconds, of which each night has another number."""


def add_nightly_run(queue: App, premises: Premises, retry: BaseRetryStrategy) -> None:
    """Let the queue begin a run each night. It says nothing of when the run begins."""

    @queue.task(name=LINK_CASES, lock=LINK_CASES, queueing_lock=LINK_CASES, retry=retry)
    def link() -> None:
        link_now(premises)

    @queue.periodic(cron=EACH_NIGHT)
    @queue.task(name="begin_linking", queueing_lock="begin_linking")
    async def begin(timestamp: int) -> None:  # noqa: ARG001 - the library's signature
        delay = {"seconds": secrets.randbelow(LONGEST_DELAY)}
        await queue.configure_task(LINK_CASES, schedule_in=delay, queueing_lock=LINK_CASES).defer_async()


def link_now(premises: Premises, *, forgetting: Callable[..., None] = forget_lost) -> Linked:
    """One run. Who takes a case back meanwhile waits only for the single steps of it.

    `forgetting` takes away tokens that nothing can be compared with any more. Raises StateDoesNotAllow where nothing
    is linked.
    """
    now, database = premises.clock(), premises.database
    epochs_in_use(premises.key_store, premises.linkage)  # refuses before anything is tried
    _complete(premises)
    epochs = epochs_in_use(premises.key_store, premises.linkage)
    with transaction(database.linking_session()) as session:
        forgetting(session, premises.key_store, premises.linkage, now=now)
        taken = take_in_arrivals(session, epochs, now=now)
    settle_withdrawals(
        lambda: transaction(database.linking_session()),
        lambda: transaction(database.read_session()),
        lambda: transaction(database.write_session()),
        key_store=premises.key_store,
        epochs=epochs,
        now=now,
    )
    with transaction(database.linking_session()) as linking, database.read_session() as reading:
        forget_settled_tasks(linking, reading, now=now)
    with transaction(database.linking_session()) as linking, database.read_session() as reading:
        linked = link_cases(
            linking, reading, now=now, random=secrets.token_bytes, epochs=epochs, earlier=taken
        )
        with transaction(database.write_session()) as session:
            record_run(session, linked, now=now)
    return linked


def _complete(premises: Premises) -> None:
    """Without the trustee nothing else stops: what lacks its key waits for the next night."""
    try:
        while _complete_some(premises):
            pass
    except Exception as fault:  # a proof that does not fit, a list that cannot be read: to be seen in the log
        log_fault(fault)


def _complete_some(premises: Premises) -> int:
    """The keys are read anew each time: no rotation of the trustee's ends between that and the commit."""
    with transaction(premises.database.linking_session()) as session:
        hold_epochs(session)
        with completing(premises.linkage, random=secrets.token_bytes) as complete:
            epochs = epochs_in_use(premises.key_store, premises.linkage)
            return complete_some(session, epochs, complete) if complete else 0
