"""The worker: it stores the batches that wait and links cases at night, beside the server or in a process of its own.

It acts for one organization at a time, as the database's rows demand, and never logs what a job holds.
"""

from app.worker.running import run_what_waits, running_worker

__all__ = ["run_what_waits", "running_worker"]
