"""The tables. A comment stands where a column needs one; the migrations say the same, and a test compares them."""

from app.models.audit import AuditEvent
from app.models.base import Base
from app.models.batches import Case, CaseBatch, CasePart
from app.models.people import ApiKey, Organization, Person
from app.models.records import (
    AssistanceEpisode,
    CaseRecord,
    Consent,
    ExploitationEpisode,
    Identification,
    LegalStatus,
    Recruitment,
    Return,
)
from app.models.releases import Release, ReleaseContent

__all__ = [
    "ApiKey",
    "AssistanceEpisode",
    "AuditEvent",
    "Base",
    "Case",
    "CaseBatch",
    "CasePart",
    "CaseRecord",
    "Consent",
    "ExploitationEpisode",
    "Identification",
    "LegalStatus",
    "Organization",
    "Person",
    "Recruitment",
    "Release",
    "ReleaseContent",
    "Return",
]
