"""The rules that one batch is cleared under: whose it is, on what legal basis, with which key, when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from anonymizer.catalogue.fields import CODE_LISTS
from anonymizer.clearing.pseudonyms import check_case_key
from anonymizer.errors import UnknownLegalBasis
from anonymizer.profiles.mapping import Profile

CONSENT = "CONSENT"
LAW = "LAW"
ARCHIVE = "ARCHIVE"
"""Historic records under a named law: only case number and year are required."""


@dataclass(frozen=True, slots=True)
class ClearingRules:
    """What clearing has to know of a batch. Raises UnsuitableKey (under 32 bytes) and UnknownLegalBasis.

    `countries` are those in which the organization is registered, as two letters; `today` is the last day
    that is not in the future. A profile's legal basis wins over `legal_basis`. The key is never shown.
    """

    organization_country: str
    countries: frozenset[str]
    legal_basis: str
    case_key: bytes = field(repr=False)
    today: date
    profile: Profile | None = None

    def __post_init__(self) -> None:
        check_case_key(self.case_key)
        if self.legal_basis not in CODE_LISTS["CL_LEGALBASIS"].codes:
            raise UnknownLegalBasis("The legal basis is none of CONSENT, LAW and ARCHIVE.")

    @property
    def basis(self) -> str:
        """The legal basis that holds."""
        return self.profile.legal_basis if self.profile and self.profile.legal_basis else self.legal_basis
