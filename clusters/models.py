"""Every table of the domain in one import, so that `Base.metadata` is complete. Adds nothing."""

from clusters.annual.models import (
    AnnualAssessment,
    AnnualCorrection,
    AnnualReport,
    AssessmentTemplate,
    Award,
    ReportChase,
)
from clusters.applications.models import (
    Application,
    CorrectionItem,
    DataCorrection,
    OnsiteCheck,
    OnsiteDraw,
    Review,
)
from clusters.batches.models import (
    Batch,
    BatchExtension,
    Interpretation,
    Numbering,
    Recommendation,
    RecommendationItem,
    RuleContinuation,
    RuleVersionRow,
    SamplingPlan,
    Selection,
    SelectionItem,
)
from clusters.changes.models import BaselineVersion, ChangeCase
from clusters.cultivation.models import LedgerEntry
from clusters.people.models import Delegation, Organisation, PastPassword, Person, PersonRole, RegionRow
from clusters.post.models import MailPreference, Parcel
from clusters.publicity.models import PublicityCase, PublishedItem
from clusters.reexamination.models import Reexamination, ReexaminationCall
from clusters.register.models import (
    Cluster,
    DesignationDecision,
    Notice,
    NoticeInterruption,
    NoticeItem,
    Objection,
    Objector,
    PersonalKey,
)
from clusters.register.models_history import ClusterEvent
from clusters.revocation.models import (
    RevocationDecision,
    RevocationNotice,
    RevocationProposal,
    RevocationStatement,
)

__all__ = [
    "AnnualAssessment",
    "AnnualCorrection",
    "AnnualReport",
    "Application",
    "AssessmentTemplate",
    "Award",
    "BaselineVersion",
    "Batch",
    "BatchExtension",
    "ChangeCase",
    "Cluster",
    "ClusterEvent",
    "CorrectionItem",
    "DataCorrection",
    "Delegation",
    "DesignationDecision",
    "Interpretation",
    "LedgerEntry",
    "MailPreference",
    "Notice",
    "NoticeInterruption",
    "NoticeItem",
    "Numbering",
    "Objection",
    "Objector",
    "OnsiteCheck",
    "OnsiteDraw",
    "Organisation",
    "Parcel",
    "PastPassword",
    "Person",
    "PersonRole",
    "PersonalKey",
    "PublicityCase",
    "PublishedItem",
    "Recommendation",
    "RecommendationItem",
    "Reexamination",
    "ReexaminationCall",
    "RegionRow",
    "ReportChase",
    "Review",
    "RevocationDecision",
    "RevocationNotice",
    "RevocationProposal",
    "RevocationStatement",
    "RuleContinuation",
    "RuleVersionRow",
    "SamplingPlan",
    "Selection",
    "SelectionItem",
]
