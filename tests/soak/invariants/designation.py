"""Notices run for full working days and nobody is designated over an open objection (第十五条)."""

import sqlalchemy as sa

from clusters.reexamination.models import Reexamination
from clusters.register.models import Cluster, DesignationDecision, Notice, NoticeItem, Objection
from engine.clock import legal_day
from tests.soak.invariants.look import Faults, Look

NOTICE_DAYS = 5


def nobody_is_designated_before_the_notice_is_over(look: Look) -> Faults:
    """D-03: five full working days after the day of publication, by an announced calendar."""
    row = DesignationDecision
    fresh = look.new("designated", row.decision_no, row.notice_no.is_not(None))
    for decision in look.session.scalars(sa.select(row).where(row.decision_no.in_(fresh))) if fresh else ():
        notice = look.session.get_one(Notice, decision.notice_no)
        full = look.calendar.due(legal_day(notice.published_at), NOTICE_DAYS).due
        if notice.last_day < full or decision.decision_date <= notice.last_day:
            yield f"{decision.decision_no} of {decision.decision_date}: the notice runs to {full}"
        if not look.is_confirmed(notice.first_day, notice.last_day):
            yield f"{decision.decision_no} rests on a notice of an unannounced calendar"


def nobody_is_designated_over_an_open_objection(look: Look) -> Faults:
    fresh = look.new("clusters", Cluster.cluster_no, Cluster.case_no.is_not(None))
    rows = sa.select(Cluster, Objection).join(Objection, Objection.case_no == Cluster.case_no)
    for cluster, objection in (
        look.session.execute(rows.where(Cluster.cluster_no.in_(fresh))) if fresh else ()
    ):
        is_open = objection.closed_at is None or objection.closed_at > cluster.designated_at
        if not objection.is_lead and is_open and objection.registered_at <= cluster.designated_at:
            yield f"{cluster.cluster_no} was designated while {objection.no} was open"


def results_of_reexaminations_are_on_notice_for_full_days(look: Look) -> Faults:
    row = Reexamination
    fresh = look.new("on notice", row.case_no, row.conclusion.is_not(None))
    if not fresh:
        return
    published = sa.select(Reexamination, Notice).join(NoticeItem, NoticeItem.case_no == Reexamination.case_no)
    published = published.join(Notice, Notice.no == NoticeItem.notice_no)
    standing = Reexamination.case_no.in_(fresh), Notice.cancelled_at.is_(None)
    for found, notice in look.session.execute(published.where(*standing)):
        full = look.calendar.due(legal_day(notice.published_at), NOTICE_DAYS).due
        if found.decision_date is None or found.decision_date <= max(full, notice.last_day):
            yield f"{found.case_no} was decided on {found.decision_date}, the notice runs to {full}"
