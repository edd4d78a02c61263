"""典型案例: begun from the register, listed there, its consent taken back by whoever gave it (art. 11)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.publicity import publicity
from clusters.register import register
from clusters.register.models import Cluster
from engine import audit, messages
from engine.errors import NotAllowed, NotFound, Refused
from engine.instances import NewInstance
from engine.models import Instance
from web.access import access, may_see, person, roles_of
from web.posted import posted_day, posted_text
from web.services import services

blueprint = Blueprint("publicity", __name__)
LEVELS = {"county_clerk": "county", "city_clerk": "city", "prov_clerk": "province"}
STARTERS = frozenset(LEVELS)
# The county answers for an operator without account and for enterprises.
WITHDRAWERS = frozenset({"county_clerk", "operator_clerk"})


@blueprint.post("/register/<cluster_no>/publicity")
@access(roles=STARTERS, scope="region", articles=["第十一条"], act="发起典型案例")
def start(cluster_no: str) -> Response:
    now = services().now()
    with services().database.write() as session:
        cluster = register.get(session, cluster_no)
        if not may_see(person(), cluster.county_code):
            raise NotAllowed("这个集群不在您的辖区之内。")
        level = next(LEVELS[role] for role in LEVELS if role in roles_of(person()))
        row = publicity.begin(session, cluster, level, person().id, now)
        new = NewInstance(publicity.PROCESS, row.no, f"{cluster.name}典型案例", cluster.county_code)
        data = publicity.start_data(row)
        instance_id = services().engine.start_in(session, new, by=person().id, data=data)
    services().engine.settle()
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


def may_withdraw(cluster: Cluster) -> bool:
    """The cluster's own county, and of the operators there the cluster's own one."""
    seats = {s.role for s in person().seats if s.scope == cluster.county_code}
    own = publicity.is_operator(cluster, person().org_name)
    return "county_clerk" in seats or ("operator_clerk" in seats and own)


def _require_of_case(cluster: Cluster) -> None:
    if not may_withdraw(cluster):
        raise NotAllowed("只有本集群的运营管理机构或者县级经办人可以登记撤回同意。")


def withdrawable(session: Session, instance: Instance) -> bool:
    """Whether this person may take a consent of this case back now: the case's page offers it."""
    if instance.process_key != publicity.PROCESS:
        return False
    row = publicity.get(session, instance.business_key)
    return row.status in publicity.AGREED and may_withdraw(register.get(session, row.cluster_no))


@blueprint.get("/cases/<instance_id>/publicity/withdraw")
@access(roles=WITHDRAWERS, scope="case")
def withdrawal(instance_id: str) -> str:
    return _withdrawal_page(instance_id)


def _withdrawal_page(instance_id: str, refused: Refused | None = None) -> str:
    with services().database.read() as session:
        instance = session.get_one(Instance, instance_id)
        if instance.process_key != publicity.PROCESS:
            raise NotFound
        row = publicity.get(session, instance.business_key)
        cluster = register.get(session, row.cluster_no)
        items = publicity.items_of(session, [row.no])
    return render_template(
        "register/publicity_withdrawal.html", row=row, cluster=cluster, instance_id=instance_id, items=items,
        problems=refused.problems if refused else (), words=publicity, today=services().today(),
        allowed=may_withdraw(cluster),
    )  # fmt: skip


@blueprint.post("/cases/<instance_id>/publicity/withdraw")
@access(roles=WITHDRAWERS, scope="case", articles=["第十一条"], act="撤回宣传同意")
def withdraw(instance_id: str) -> str | Response | tuple[str, int]:
    """Recorded with the message in one transaction: from now on nothing is published any more."""
    try:
        _withdraw(instance_id)
    except Refused as refused:
        return _withdrawal_page(instance_id, refused), 422
    services().engine.settle()
    flash("已登记撤回同意；已经发布的内容转下架。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


def _withdraw(instance_id: str) -> None:
    now, by = services().now(), person().id
    with services().database.write() as session:
        instance = session.get_one(Instance, instance_id)
        row, cluster = publicity.locked(session, instance.business_key)
        _require_of_case(cluster)
        day = posted_day("withdrawn_on", "请填写撤回日期。")
        who, reason = posted_text("withdrawn_by"), posted_text("reason")[:1000]
        publicity.withdraw(row, cluster, who, reason, day, now)
        facts = {"by": who, "on": day.isoformat()}
        audit.record(
            session, now, by, "publicity.withdrawn", instance_id=instance_id, subject=row.no, facts=facts
        )
        messages.post(
            session, now, by, source=f"withdraw:{row.no}", name=publicity.WITHDRAW, to=row.no, payload={}
        )
