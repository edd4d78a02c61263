"""登记变更: opening a change case from the register's page, and what the page lists of changes (art. 17)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.changes import change_kinds, change_prefills, change_review, changes
from clusters.register import baselines, register
from clusters.register.models import Cluster
from engine.errors import NotAllowed, Problem, Refused
from engine.instances import NewInstance
from web.access import access, may_see, person, roles_of
from web.services import services

blueprint = Blueprint("changes", __name__)
OPENERS = frozenset({"county_clerk", "city_clerk", "prov_clerk"})
Page = str | Response | tuple[str, int]


def of_cluster(session: Session, cluster: Cluster) -> list[dict[str, Any]]:
    """Every change of a cluster, newest first, with its differences and timeliness."""
    return [
        {
            "case": case,
            "kinds": change_kinds.words(case.kinds),
            "status": changes.STATUSES[case.status],
            "open": case.status in changes.OPEN,
            "differences": baselines.differences(case),
            "timeliness": change_prefills.timeliness(case) if case.reported_at else "",
            "due": change_prefills.due_words(case) if case.due_on else "",
            "order": change_review.ORDERS[case.province_order],
            "looked": case.looked,
        }
        for case in changes.of_cluster(session, cluster.cluster_no)
    ]


def _cluster(session: Session, cluster_no: str) -> Cluster:
    cluster = register.get(session, cluster_no)
    if not may_see(person(), cluster.county_code):
        raise NotAllowed("这个集群不在您的辖区之内。")
    return cluster


def _ways() -> dict[str, str]:
    """第十七条: the county reports its own; the others say how they found it."""
    own = "county_clerk" in roles_of(person())
    return {k: v for k, v in changes.FOUND_IN.items() if (k == "self_report") == own and k != "annual_report"}


@blueprint.get("/register/<cluster_no>/changes/new")
@access(roles=OPENERS, scope="region")
def new(cluster_no: str) -> str:
    return _new_page(cluster_no)


def _new_page(cluster_no: str, problems: Sequence[Problem] = ()) -> str:
    with services().database.read() as session:
        cluster = _cluster(session, cluster_no)
        under_way = changes.under_way(session, cluster_no)
    return render_template(
        "register/change_new.html",
        cluster=cluster, kinds=change_kinds.KINDS, ways=_ways(), under_way=under_way,
        problems=problems, typed=request.form, today=services().today(),
    )  # fmt: skip


@blueprint.post("/register/<cluster_no>/changes/new")
@access(roles=OPENERS, scope="region", articles=["第十七条"], act="登记变更")
def start(cluster_no: str) -> Page:
    try:
        instance_id = _start(cluster_no)
    except Refused as refused:
        return _new_page(cluster_no, refused.problems), 422
    services().engine.settle()
    flash("变更已登记。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


def _start(cluster_no: str) -> str:
    """Row and case in one transaction; of two for the same matter one is refused (A-09)."""
    posted, ways = request.form, _ways()
    found_in = posted.get("found_in") or next(iter(ways))
    with services().database.write() as session:
        cluster = _cluster(session, cluster_no)
        case = changes.open_case(
            session, cluster, posted.getlist("kinds"), found_in=found_in if found_in in ways else "",
            by=person().id, on=services().today(), at=services().now(),
            completed_on=_day(posted.get("completed_on", "")), note=posted.get("note", "")[:2000],
        )  # fmt: skip
        instance = NewInstance(changes.PROCESS, case.no, f"{cluster.name}变更报备", cluster.county_code)
        return services().engine.start_in(
            session, instance, by=person().id, data={"cluster_no": cluster.cluster_no}
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        message = "请按“2026-01-26”的样式填写日期。"
        raise Refused([Problem(message, "completed_on", changes.ARTICLE)]) from None
