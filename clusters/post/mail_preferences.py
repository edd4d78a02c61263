"""Which messages somebody gets by mail, and when. In-app messages are not asked about: they always come."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from clusters.post.models import MailPreference
from engine import audit
from engine.errors import Problem, Refused

AT_ONCE, DIGEST, NONE = "at_once", "digest", "none"
WISHES = {AT_ONCE: "立即发送", DIGEST: "每日汇总", NONE: "不发邮件"}
KINDS = {"reminder": "期限提醒", "urge": "催办", "task": "新待办", "result": "办理结果"}
# Reminders are never sent one by one: a person with ten deadlines would get ten mails a morning.
CHOICES = {kind: (DIGEST, NONE) if kind == "reminder" else (AT_ONCE, DIGEST, NONE) for kind in KINDS}
DEFAULTS = {"reminder": DIGEST, "urge": AT_ONCE, "task": DIGEST, "result": AT_ONCE}


def wishes_of(session: Session, person_id: str) -> Mapping[str, str]:
    """kind -> at_once, digest or none."""
    row = session.get(MailPreference, person_id)
    return DEFAULTS if row is None else {kind: getattr(row, kind) for kind in KINDS}


def save(session: Session, now: datetime, person_id: str, wishes: Mapping[str, str]) -> None:
    """All kinds at once; recorded in the audit trail."""
    found = [
        Problem(f"请选择{label}怎样发送。", path=kind)
        for kind, label in KINDS.items()
        if wishes.get(kind) not in CHOICES[kind]
    ]
    if found:
        raise Refused(found)
    chosen = {kind: wishes[kind] for kind in KINDS}
    session.merge(MailPreference(person_id=person_id, **chosen))
    audit.record(session, now, person_id, "account.mail_changed", subject=person_id, facts=chosen)
