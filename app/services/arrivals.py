"""What a batch is while it arrives: under which agreement, in which form, and how its body becomes raw rows."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from anonymizer import Profile, RawChunk, UnknownProfile, load_profile
from anonymizer.declared import Reading
from anonymizer.reading.formats import MEDIA_TYPES, Form, open_sheets
from app.domain.actors import Affiliation, LegalBasis
from app.domain.errors import WrongInput

__all__ = ["MEDIA_TYPES", "Agreement", "BatchOptions", "DigestedBody", "Form", "agree", "open_body"]

STREAMED: frozenset[Form] = frozenset({"csv", "ndjson"})
"""Read as they come. Every other form is one object, which is read whole or not at all."""
SHEET_BY_SHEET: frozenset[Form] = frozenset({"zip", "xlsx"})
"""All cases come before the first row of a module, so that clearing has to know every case until the end."""


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
    encoding: str | None = None
    dates: str | None = None
    respond_async: bool = False
    """Whether to be answered once the rows are cleared, before they are stored (RFC 7240, section 4.1)."""


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
        said = (
            *(options.form, options.encoding, options.dates),
            *(options.atomic, options.profile, options.legal_basis, options.law),
        )
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


def open_body(body: Iterable[bytes], options: BatchOptions, profile: Profile | None) -> Iterator[RawChunk]:
    """The body as chunks of raw rows of its sheets, in the form and with the words that the sender named."""
    columns = profile.sources if profile else frozenset[str]()
    return open_sheets(body, options.form, Reading(options.encoding, options.dates, columns))
