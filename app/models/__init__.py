"""The tables. A comment stands where a column needs one; the migrations say the same, and a test compares them."""

from app.models.annual_forms import NrmProfile, ShelterCapacity
from app.models.audit import AuditEvent
from app.models.base import Base
from app.models.batches import Case, CaseBatch, CasePart
from app.models.evaluations import EvaluationCount
from app.models.laws import Law
from app.models.linkage import (
    Edge,
    ErasureTask,
    LinkDecision,
    LinkEvent,
    LinkRun,
    Membership,
    PersonWithdrawal,
    TokenArrival,
    TokenSet,
)
from app.models.modules import (
    CarePlan,
    CaseDetail,
    Child,
    ConsentDetail,
    IdentificationDetail,
    JourneyLeg,
    Justice,
    LegalStatusDetail,
    RecruitmentDetail,
    Referral,
    Reintegration,
)
from app.models.obligations import Obligation
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
from app.models.retention import Erasure, FinishedYear, RetiredCounts
from app.models.staging import StagedRows

__all__ = [
    "ApiKey",
    "AssistanceEpisode",
    "AuditEvent",
    "Base",
    "CarePlan",
    "Case",
    "CaseBatch",
    "CaseDetail",
    "CasePart",
    "CaseRecord",
    "Child",
    "Consent",
    "ConsentDetail",
    "Edge",
    "Erasure",
    "ErasureTask",
    "EvaluationCount",
    "ExploitationEpisode",
    "FinishedYear",
    "Identification",
    "IdentificationDetail",
    "JourneyLeg",
    "Justice",
    "Law",
    "LegalStatus",
    "LegalStatusDetail",
    "LinkDecision",
    "LinkEvent",
    "LinkRun",
    "Membership",
    "NrmProfile",
    "Obligation",
    "Organization",
    "Person",
    "PersonWithdrawal",
    "Recruitment",
    "RecruitmentDetail",
    "Referral",
    "Reintegration",
    "Release",
    "ReleaseContent",
    "RetiredCounts",
    "Return",
    "ShelterCapacity",
    "StagedRows",
    "TokenArrival",
    "TokenSet",
]
