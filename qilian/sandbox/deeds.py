"""What the sandbox's people do of their own accord, because no task asks them to: each once, if it is open.

Every deed first looks whether it has been done, by a visitor or before; then it does nothing.
"""

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.annual import assessment_templates
from clusters.applications.models import Application
from clusters.changes import changes
from clusters.people import regions
from clusters.publicity import publicity
from clusters.reexamination import reexamination_batches
from clusters.register.models import Cluster
from engine import audit, messages
from engine.instances import NewInstance
from engine.models import Instance, Urge
from qilian.sandbox import cast
from qilian.sandbox.acting import Acting

Deed = Callable[[Acting], None]
RECENT = timedelta(days=5)
IN_HAND = ("drafting", "correcting")


def cluster_of(session: Session, county: str) -> Cluster | None:
    query = sa.select(Cluster).where(Cluster.county_code == county).order_by(Cluster.cluster_no)
    return session.scalars(query.limit(1)).first()


# --- 年度考核, 批次 -----------------------------------------------------------------------------------


def publish_template(acting: Acting) -> None:
    """第十六条: nobody is assessed by what has not been published."""
    head = acting.play.holder("prov_office_head", cast.PROVINCE)
    today, now = acting.play.today, acting.engine.clock.now()
    with acting.engine.database.write() as session:
        for row in assessment_templates.all_versions(session):
            if row.published_on is None:
                doc_no = f"示例考〔{today.year}〕1号"
                assessment_templates.publish(session, row.version, doc_no, today, head, today, now)


def withdraw_application(county: str) -> Deed:
    """The county takes back what it has not sent in: it will apply in a later batch."""

    def withdraw(acting: Acting) -> None:
        with acting.engine.database.read() as session:
            query = sa.select(Application).where(
                Application.county_code == county, Application.batch_key.is_not(None)
            )
            row = session.scalars(query.order_by(Application.case_no.desc()).limit(1)).first()
            is_in_hand = row is not None and row.status in IN_HAND
        if row is not None and is_in_hand:
            acting.engine.send("withdraw", row.case_no, by=acting.play.holder("county_clerk", county))

    return withdraw


# --- 年报, 变更 ---------------------------------------------------------------------------------------


def urge(county: str, element: str, year: int | None, text: str) -> Deed:
    """The city rings up, with proof of who answered; not when somebody has urged within these days."""

    def ring(acting: Acting) -> None:
        clerk = acting.play.holder("city_clerk", regions.city_of(county).code)
        now = acting.engine.clock.now()
        for task in acting.open_tasks():
            if (task.element, task.county, task.year) != (element, county, year):
                continue
            with acting.engine.database.read() as session:
                query = sa.select(Urge.number).where(
                    Urge.item_id == task.id, Urge.by.is_not(None), Urge.receipt != "", Urge.at > now - RECENT
                )
                is_urged = session.scalar(query.limit(1)) is not None
            if not is_urged:
                with acting.engine.desk(clerk) as desk:
                    desk.urge(task.id, "phone", f"{text}（虚构）", "接听人：县级经办（虚构）")

    return ring


def report_change(county: str, completed_on: date) -> Deed:
    """第十七条: the county registers that the operator has changed, as on the register's page."""

    def report(acting: Acting) -> None:
        by, today = acting.play.holder("county_clerk", county), acting.play.today
        with acting.engine.database.write() as session:
            cluster = cluster_of(session, county)
            known = changes.of_cluster(session, cluster.cluster_no) if cluster else []
            if cluster is None or any(case.opened_on >= completed_on for case in known):
                return
            case = changes.open_case(
                session, cluster, ["operator"], found_in="self_report", by=by, on=today,
                at=acting.engine.clock.now(), completed_on=completed_on,
            )  # fmt: skip
            new = NewInstance(changes.PROCESS, case.no, f"{cluster.name}变更报备", county)
            acting.engine.start_in(session, new, by=by, data={"cluster_no": cluster.cluster_no})
        acting.engine.settle()

    return report


# --- 复核 ---------------------------------------------------------------------------------------------


def open_reexamination(acting: Acting) -> None:
    """The province begins a batch for whatever term ends within the window, unless one is being opened."""
    by, today = acting.play.holder("prov_clerk", cast.PROVINCE), acting.play.today
    with acting.engine.database.write() as session:
        running = sa.select(Instance.id).where(
            Instance.process_key == "reexamination_batch", Instance.status == "running"
        )
        if session.scalar(running.limit(1)) or not reexamination_batches.candidates(session, today):
            return
        key = numbering.reexamination_batch_key(session, today.year)
        new = NewInstance("reexamination_batch", key, f"复核批次 {key}", cast.PROVINCE)
        acting.engine.start_in(session, new, by=by)
    acting.engine.settle()


def serve_reexamination(acting: Acting) -> None:
    """Proof that the notice of the batch has reached each cluster: nothing adverse follows without (D-08)."""
    by, today, now = (
        acting.play.holder("prov_clerk", cast.PROVINCE),
        acting.play.today,
        acting.engine.clock.now(),
    )
    with acting.engine.database.write() as session:
        for batch in reexamination_batches.list_batches(session):
            for call in reexamination_batches.calls(session, batch.key):
                if call.served_on is None:
                    receipt = "县级主管部门签收（虚构）"
                    reexamination_batches.serve(session, batch.key, call.cluster_no, today, receipt, today)
                    facts = {
                        "cluster_no": call.cluster_no,
                        "served_on": today.isoformat(),
                        "receipt": receipt,
                    }
                    audit.record(session, now, by, "reexamination.served", subject=batch.key, facts=facts)


# --- 典型案例 -----------------------------------------------------------------------------------------


def begin_case_study(county: str) -> Deed:
    def begin(acting: Acting) -> None:
        by, now = acting.play.holder("county_clerk", county), acting.engine.clock.now()
        with acting.engine.database.write() as session:
            cluster = cluster_of(session, county)
            if cluster is None or publicity.of_cluster(session, cluster.cluster_no):
                return
            row = publicity.begin(session, cluster, "county", by, now)
            new = NewInstance(publicity.PROCESS, row.no, f"{cluster.name}典型案例", county)
            acting.engine.start_in(session, new, by=by, data=publicity.start_data(row))
        acting.engine.settle()

    return begin


def withdraw_consent(county: str) -> Deed:
    """第十一条: whoever agreed may take it back at any time; what was published is taken down."""

    def withdraw(acting: Acting) -> None:
        by, now = acting.play.holder("county_clerk", county), acting.engine.clock.now()
        with acting.engine.database.write() as session:
            cluster = cluster_of(session, county)
            rows = publicity.of_cluster(session, cluster.cluster_no) if cluster else []
            for row in rows:
                if cluster is None or row.status != "published":
                    continue
                publicity.withdraw(
                    row,
                    cluster,
                    publicity.OPERATOR,
                    "宣传材料中的数据已经过时（虚构）",
                    acting.play.today,
                    now,
                )
                facts = {"by": publicity.OPERATOR, "on": acting.play.today.isoformat()}
                audit.record(session, now, by, "publicity.withdrawn", subject=row.no, facts=facts)
                messages.post(
                    session, now, by, source=f"withdraw:{row.no}", name=publicity.WITHDRAW, to=row.no,
                    payload={},
                )  # fmt: skip
        acting.engine.settle()

    return withdraw
