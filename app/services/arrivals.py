"""What a batch is while it arrives: under which agreement, in which form, and what has been counted so far."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from anonymizer import (
    ClearedChunk,
    Conflict,
    Profile,
    RawChunk,
    UnknownProfile,
    load_profile,
    read_csv,
    read_json,
)
from app.domain.actors import Affiliation, LegalBasis
from app.domain.errors import WrongInput
from app.services.cases import StoredRows

Form = Literal["csv", "json"]
"""The forms that the door reads."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What the sender says beside the body. None is: as the profile, else as the organization's agreement."""

    form: Form
    dry_run: bool = False
    atomic: bool | None = None
    profile: str | None = None
    legal_basis: LegalBasis | None = None
    law: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What holds for one batch, once the sender's word, the profile and the organization's agreement are weighed."""

    legal_basis: LegalBasis
    law: str | None
    atomic: bool
    profile: Profile | None


def agree(organization: Affiliation, options: BatchOptions) -> Agreement:
    """The sender's word first, then the profile's, then the organization's agreement.

    A profile may be written for one legal basis; then another one beside it is refused. LAW and ARCHIVE name the
    provision that they rest on; without one the batch is refused.
    """
    profile = _profile(options.profile)
    fixed = LegalBasis(profile.legal_basis) if profile and profile.legal_basis else None
    if fixed and options.legal_basis not in (None, fixed):
        raise WrongInput("This mapping profile is for another legal basis. Leave `legal_basis` out.")
    basis = options.legal_basis or fixed or organization.legal_basis
    law = options.law or (profile.law if profile else None) or organization.law
    if basis is not LegalBasis.CONSENT and law is None:
        raise WrongInput("With the legal basis LAW or ARCHIVE, name the provision in `law`.")
    atomic = options.atomic if options.atomic is not None else (profile.atomic if profile else True)
    return Agreement(basis, law if basis is not LegalBasis.CONSENT else None, atomic, profile)


def _profile(name: str | None) -> Profile | None:
    try:
        return load_profile(name) if name is not None else None
    except UnknownProfile:
        raise WrongInput(
            "There is no mapping profile of this name. `clearpoint profile list` has them."
        ) from None


class DigestedBody:
    """The body as it passes, with a keyed digest of it and of the options: what tells a replay from another body."""

    def __init__(self, blocks: Iterable[bytes], *, key: bytes, options: BatchOptions) -> None:
        self._blocks = iter(blocks)
        said = (options.form, options.atomic, options.profile, options.legal_basis, options.law)
        self._digest = hmac.new(key, repr(said).encode(), "sha256")
        self.of_idempotency_key = _digest_of_key(key, options)

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self._digest.update(block)
            yield block

    def read_to_the_end(self) -> None:
        """Let the rest pass unread, for its digest alone."""
        for _ in self:
            pass

    def digest(self) -> bytes:
        """The digest of what has passed."""
        return self._digest.digest()


def _digest_of_key(key: bytes, options: BatchOptions) -> bytes | None:
    """None for a dry run, which is never replayed."""
    if options.idempotency_key is None or options.dry_run:
        return None
    return hmac.digest(key, b"idempotency key" + options.idempotency_key.encode(), "sha256")


def open_body(body: Iterable[bytes], form: Form) -> Iterator[RawChunk]:
    """The body as chunks of raw rows, in the form that the sender named."""
    match form:
        case "csv":
            yield from read_csv(body)
        case "json":
            yield from read_json(b"".join(body))


@dataclass(slots=True)
class Tally:
    """What has been counted of a batch so far."""

    received: int = 0
    rejected: int = 0
    is_unreadable: bool = False
    stored: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, cleared: ClearedChunk, rows: Iterable[bytes]) -> None:
        """Count a chunk that was cleared; `rows` are its accepted rows in canonical form."""
        self.received += cleared.received
        self.rejected += cleared.rejected
        self.dropped.update(cleared.dropped)
        self.conflicts += cleared.conflicts
        for row in rows:
            self._digest.update(row)

    def add_stored(self, stored: StoredRows) -> None:
        """Count what a chunk changed."""
        self.stored.update(created=stored.created, updated=stored.updated, unchanged=stored.unchanged)

    def add_unreadable(self, conflicts: Iterable[Conflict]) -> None:
        """Note that the file could not be read to its end."""
        self.is_unreadable = True
        self.conflicts += conflicts

    def refuses(self, *, atomic: bool) -> bool:
        """Whether nothing may be stored: unreadable, nothing accepted, or all or nothing and something wrong."""
        return self.is_unreadable or self.rejected == self.received or (atomic and self.rejected > 0)

    def status(self, *, atomic: bool) -> Literal["OK", "WARNING", "ERROR"]:
        """ERROR: nothing stored. WARNING: stored, and there is something to look at. OK: all is well."""
        if self.refuses(atomic=atomic):
            return "ERROR"
        return "WARNING" if self.conflicts else "OK"

    def answer(self, *, atomic: bool, dry_run: bool, receipt: Mapping[str, object] | None) -> dict[str, Any]:
        """What the sender is told. Without a receipt nothing was kept, and there is no batch to ask for."""
        status = self.status(atomic=atomic)
        kept = self.stored if status != "ERROR" else Counter()
        stats = {
            "received": self.received,
            **{fate: kept[fate] for fate in ("created", "updated", "unchanged")},
            "rejected": self.rejected,
        }
        return {
            "status": status,
            "dry_run": dry_run,
            "batch_id": receipt["batch_id"] if receipt else None,
            "stats": stats,
            "dropped": dict(sorted(self.dropped.items())),
            "conflicts": [_conflict(conflict) for conflict in self.conflicts],
            "receipt": {**receipt, "digest": f"sha256:{self._digest.hexdigest()}", **stats}
            if receipt
            else None,
        }


def _conflict(conflict: Conflict) -> dict[str, object]:
    told = ("sheet", "entity", "row", "column", "number", "code", "message", "severity")
    return {name: getattr(conflict, name) for name in told}
