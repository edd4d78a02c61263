"""Every table of the engine in one import, so that `Base.metadata` is complete. Adds nothing."""

from engine.columns import ID, KEY
from engine.models_exchange import (
    AuditEntry,
    InboxMessage,
    Incident,
    Message,
    Outbox,
)
from engine.models_processes import (
    Attachment,
    Bundle,
    Draft,
    Instance,
    Opinion,
    ProcessDefinition,
    Snapshot,
    Submission,
    Urge,
    WorkItem,
)
from engine.models_time import (
    ArmedStart,
    CalendarImport,
    CalendarYear,
    ClockSetting,
    DutyMark,
    Reminder,
    ServiceInterval,
    Timer,
)

__all__ = [
    "ID",
    "KEY",
    "ArmedStart",
    "Attachment",
    "AuditEntry",
    "Bundle",
    "CalendarImport",
    "CalendarYear",
    "ClockSetting",
    "Draft",
    "DutyMark",
    "InboxMessage",
    "Incident",
    "Instance",
    "Message",
    "Opinion",
    "Outbox",
    "ProcessDefinition",
    "Reminder",
    "ServiceInterval",
    "Snapshot",
    "Submission",
    "Timer",
    "Urge",
    "WorkItem",
]
