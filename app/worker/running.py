"""Running the worker in a thread with an event loop of its own, and bringing it back when the database was away."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from procrastinate import App

from app.edge.premises import Premises
from app.worker.jobs import make_queue

HEARTBEAT = 5
"""Seconds between two signs of life of a worker."""
SILENCE = 20
"""Seconds without one after which its jobs are taken from it. Should it live after all, the second attempt finds
the batch stored."""
POLL = 5
"""Seconds between two looks into the queue, which tells by itself when something comes."""
SECONDS_TO_FINISH = 5
"""After these a job that is under way is interrupted between two chunks."""
PAUSE_AFTER_A_FAULT = 2

logger = logging.getLogger("clearpoint.worker")


@contextmanager
def running_worker(premises: Premises) -> Iterator[None]:
    """Store what waits, and what comes to wait, while the block lasts."""
    worker = _Worker(premises)
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()


def run_what_waits(premises: Premises) -> None:
    """Store what waits now, and return."""
    asyncio.run(_run_once(make_queue(premises)))


async def _run_once(queue: App) -> None:
    async with queue.open_async():
        await _take_over_from_the_dead(queue)
        await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")


class _Worker:
    """One worker; `stop` may be called from any thread."""

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """Work until stopped."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._work_until_stopped())

    def stop(self) -> None:
        """End the work soon."""
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _work_until_stopped(self) -> None:
        while not self._stopped.is_set():
            try:
                await self._work()
            except Exception as fault:  # the database may be away: nothing else brings the worker back
                logger.error("worker fault", extra={"kind": type(fault).__name__})  # noqa: TRY400 - its words may hold a value
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stopped.wait(), PAUSE_AFTER_A_FAULT)

    async def _work(self) -> None:
        """Until stopped, or until one of the two that work fails."""
        async with make_queue(self._premises).open_async() as queue:
            tasks = [
                asyncio.create_task(_serve(queue)),
                asyncio.create_task(_look_after_the_dead(queue)),
                asyncio.create_task(self._stopped.wait()),
            ]
            done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            for task in done:
                task.result()


async def _serve(queue: App) -> None:
    await queue.run_worker_async(
        install_signal_handlers=False,
        delete_jobs="successful",
        fetch_job_polling_interval=POLL,
        abort_job_polling_interval=POLL,
        update_heartbeat_interval=HEARTBEAT,
        stalled_worker_timeout=SILENCE,
        shutdown_graceful_timeout=SECONDS_TO_FINISH,
    )


async def _look_after_the_dead(queue: App) -> None:
    while True:
        await _take_over_from_the_dead(queue)
        await asyncio.sleep(HEARTBEAT)


async def _take_over_from_the_dead(queue: App) -> None:
    """Give the jobs of workers that ended without a word back to the queue."""
    for job in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        await queue.job_manager.retry_job(job)
