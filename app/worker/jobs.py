"""The jobs that there are: storing a batch, and linking at night.

A job that fails or is interrupted has done nothing, and comes again.
"""

from __future__ import annotations

from typing import Any

from procrastinate import App, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy

from app.database import DatabaseRole
from app.database.transactions import transaction
from app.edge.guards import log_fault
from app.edge.premises import Premises
from app.queries.staging import STORE_BATCH
from app.services.staging import PendingBatch, store_pending_batch
from app.worker.linking import add_nightly_run

MOST_ATTEMPTS = 50
LONGEST_PAUSE = 300
"""Seconds before the next attempt; with the attempts above, a database may be away for four hours."""
CONNECTIONS = 2
"""The queue's own, beside the one that listens and the one that stores."""


class JobFailed(Exception):
    """A job did not get to its end. What went wrong is in the log already, without its words."""

    def __init__(self) -> None:
        super().__init__("A job failed. Nothing of it was stored; it comes again.")


class ComeAgain(BaseRetryStrategy):
    """Twice as long before each attempt, up to a limit."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:  # noqa: ARG002 - the library's signature
        """When the job comes again, if it does."""
        if job.attempts >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(2**job.attempts, LONGEST_PAUSE)})


def make_queue(premises: Premises) -> App:
    """The queue of these premises, with the jobs that it knows."""
    connector = PsycopgConnector(
        conninfo=premises.database.address(DatabaseRole.APP),
        kwargs={"application_name": "clearpoint queue", "options": "-c timezone=UTC"},
        min_size=1,
        max_size=CONNECTIONS,
    )
    queue = App(connector=connector)

    @queue.task(name=STORE_BATCH, pass_context=True, retry=ComeAgain())
    def store_batch(context: JobContext, /, **facts: Any) -> None:
        _store_batch(premises, context, PendingBatch.from_facts(**facts))

    if premises.linkage.is_on:
        add_nightly_run(queue, premises, ComeAgain())
    return queue


def _store_batch(premises: Premises, context: JobContext, pending: PendingBatch) -> None:
    def go_on() -> None:
        if context.should_abort():
            raise JobAborted

    try:
        with transaction(premises.database.write_session()) as session:
            store_pending_batch(
                session,
                pending,
                key_store=premises.key_store,
                now=premises.clock(),
                between_chunks=go_on,
            )
    except JobAborted:
        raise
    except Exception as fault:
        log_fault(fault)
        raise JobFailed from None
