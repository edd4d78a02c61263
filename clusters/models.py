"""Every table of the domain in one import, so that `Base.metadata` is complete. Adds nothing."""

from clusters.models_annual import (
    AnnualAssessment,
    AnnualCorrection,
    AnnualReport,
    AssessmentTemplate,
    Award,
    ReportChase,
)
from clusters.models_applications import (
    Application,
    CorrectionItem,
    DataCorrection,
    OnsiteCheck,
    OnsiteDraw,
    Review,
)
from clusters.models_batches import (
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
from clusters.models_changes import BaselineVersion, ChangeCase
from clusters.models_history import ClusterEvent
from clusters.models_ledger import LedgerEntry
from clusters.models_mail import MailPreference, Parcel
from clusters.models_people import Delegation, Organisation, PastPassword, Person, PersonRole, RegionRow
from clusters.models_publicity import PublicityCase, PublishedItem
from clusters.models_reexamination import Reexamination, ReexaminationCall
from clusters.models_register import (
    Cluster,
    DesignationDecision,
    Notice,
    NoticeInterruption,
    NoticeItem,
    Objection,
    Objector,
    PersonalKey,
)
from clusters.models_revocation import (
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
