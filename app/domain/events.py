"""What the audit trail can say: `noun:verb-in-the-past`, one word for one kind of event, kept for ever."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """Every change, every refusal and every read of what is not public has one of these."""

    ORGANIZATION_REGISTERED = "organization:registered"
    ORGANIZATION_READ = "organization:read"
    """Somebody asked what is known of their own organization."""
    PERSON_REGISTERED = "person:registered"
    KEY_ISSUED = "key:issued"
    KEY_REVOKED = "key:revoked"
    SIGNING_KEY_ROTATED = "signing_key:rotated"
    LINKAGE_KEY_CREATED = "linkage_key:created"
    LINKAGE_ROTATION_BEGUN = "linkage_key:rotation-begun"
    LINKAGE_KEY_ROTATED = "linkage_key:rotated"
    """No token has the old key any more, and it is destroyed."""

    BATCH_RECEIVED = "batch:received"
    BATCH_STORED = "batch:stored"
    """The rows of a batch that waited are stored."""
    BATCH_REFUSED = "batch:refused"
    """A batch that waited could not be stored."""
    BATCH_TRIED = "batch:tried"
    """A dry run: nothing of it is stored."""
    BATCH_READ = "batch:read"
    BATCH_WITHDRAWN = "batch:withdrawn"
    CASES_WITHDRAWN = "cases:withdrawn"
    """Its organization took cases back, by their numbers; the trail has how many, never which."""
    CASES_ERASED = "cases:erased"
    """The operator erased cases of an organization, by their numbers."""

    ELEMENTS_EVALUATED = "elements:evaluated"
    """A custodian's key was applied to blinded link keys; the trail has how many, never one of them."""

    PERSONS_WITHDRAWN = "persons:withdrawn"
    """An organization handed on that persons want to be erased; the trail has how many, never who."""
    PERSON_ERASED = "person:erased"
    """Such a wish was carried out at night."""
    ERASURE_TASKS_READ = "erasure_tasks:read"
    ERASURE_TASK_SETTLED = "erasure_task:settled"
    ERASURES_REPEATED = "erasures:repeated"
    """A database from a backup erased again what the ledger of erasures names."""

    CASES_LINKED = "cases:linked"
    """The run at night compared tokens; the trail has counts."""
    LINK_READ = "link:read"
    LINK_DECIDED = "link:decided"

    OBLIGATION_AGREED = "obligation:agreed"
    NOTHING_TO_SEND = "obligation:nothing-said"
    """An organization said that it has nothing to send for a year."""
    COVERAGE_READ = "coverage:read"

    RELEASE_DRAFTED = "release:drafted"
    RELEASE_CHECKED = "release:checked"
    RELEASE_PUBLISHED = "release:published"
    RELEASE_SUPERSEDED = "release:superseded"
    RELEASE_WITHDRAWN = "release:withdrawn"
    RELEASE_READ = "release:read"
    """A read of a release that is not public."""

    YEAR_FINISHED = "year:finished"
    RETENTION_RUN = "retention:run"
    LAW_ADDED = "law:added"

    AUDIT_READ = "audit:read"
    CALL_REFUSED = "call:refused"
