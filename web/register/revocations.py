"""撤销建议: proposing from the register, the evidence of a case, taking a proposal back (art. 19)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from clusters.annex.standard_parts import Category, Severity
from clusters.batches import rules
from clusters.register import cluster_cases, register
from clusters.register.models import Cluster
from clusters.revocation import evidence, proposals, revocation_decisions, revocation_documents, revocations
from clusters.revocation.evidence import Case, Happened, Item, Paper, Served
from engine.attachments import Checked
from engine.errors import NotAllowed, NotFound, Problem, Refused
from engine.instances import NewInstance
from engine.models import Instance
from web.access import CASE_ROLES, access, may_see, person
from web.attachments import check, file_url, keep_all
from web.cases.printing import document_page
from web.services import services

blueprint = Blueprint("revocations", __name__)
PROPOSERS = frozenset({"city_clerk", "city_leader", "prov_clerk", "prov_office_head"})
PAPERS = range(1, 4)
Page = str | Response | tuple[str, int]


# --- proposing --------------------------------------------------------------------------------------


@blueprint.get("/register/<cluster_no>/revocations/new")
@access(roles=PROPOSERS, scope="region")
def new(cluster_no: str) -> str:
    return _new_page(cluster_no)


def _new_page(cluster_no: str, problems: Sequence[Problem] = ()) -> str:
    """What has been typed stays when it is refused; files have to be chosen again."""
    with services().database.read() as session:
        cluster = _cluster(session, cluster_no)
        cases = [
            c for c in cluster_cases.of_cluster(session, cluster_no) if c.process_key != proposals.PROCESS
        ]
        earlier = proposals.of_cluster(session, cluster_no)
        batches = _batches(session)
    return render_template(
        "register/revocation_new.html", cluster=cluster, cases=cases, batches=batches, earlier=earlier,
        words=proposals, categories=list(Category), severities=list(Severity), papers=PAPERS,
        problems=problems, typed=request.form,
    )  # fmt: skip


def _cluster(session: Session, cluster_no: str) -> Cluster:
    """A cluster of the proposer's own city, any one for the province (art. 4)."""
    cluster = register.get(session, cluster_no)
    if not may_see(person(), cluster.county_code):
        raise NotAllowed("这个集群不在您的辖区之内。")
    return cluster


def _batches(session: Session) -> Sequence[Instance]:
    query = sa.select(Instance).where(Instance.business_key.like("FHPC-%"))
    return session.scalars(query.order_by(Instance.started_at.desc())).all()


@blueprint.post("/register/<cluster_no>/revocations/new")
@access(roles=PROPOSERS, scope="region")
def propose(cluster_no: str) -> Page:
    try:
        instance_id = _propose(cluster_no)
    except Refused as refused:
        return _new_page(cluster_no, refused.problems), 422
    services().engine.settle()
    flash("已提出撤销建议，由省级经办审查是否受理。告知当事人之前，您可以撤回。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


def _propose(cluster_no: str) -> str:
    """Row, case and files in one transaction; files are looked at before it."""
    posted, now, today = request.form, services().now(), services().today()
    with services().database.read() as session:
        _cluster(session, cluster_no)
    sent = {n: _sent(n) for n in PAPERS}
    with services().database.write() as session:
        cluster = _cluster(session, cluster_no)
        files = [file for file in sent.values() if file is not None]
        papers = list(_papers({n: keep_all(session, [file] if file else []) for n, file in sent.items()}))
        items: list[Item] = [*_from_cases(session, cluster), *_served(), *_event(session, cluster), *papers]
        proposal = proposals.propose(
            session, cluster, posted.get("ground", ""), facts=posted.get("facts", ""), evidence=items,
            by=person().id, on=today, at=now, source=None, origin=_origin(),
        )  # fmt: skip
        data = proposals.start_data(proposal, cluster)
        case = NewInstance(proposals.PROCESS, proposal.no, data.pop("title"), data.pop("scope"))
        instance_id = services().engine.start_in(session, case, by=person().id, data=data)
        for file in files:  # kept before the case began, now that case's
            file.row.instance_id = instance_id
    return instance_id


def _origin() -> str:
    chosen = request.form.get("origin", "")
    return chosen if chosen in proposals.ORIGINS and chosen != "timer" else "manual"


def _sent(n: int) -> Checked | None:
    file = request.files.get(f"file_{n}")
    return check(file, f"file_{n}", None) if file is not None and file.filename else None


def _papers(files: Mapping[int, list[dict[str, object]]]) -> Iterator[Paper]:
    for n in PAPERS:
        kept, title = files[n], request.form.get(f"title_{n}", "").strip()
        if kept or title:
            doc_no, issued_by = (request.form.get(f"{k}_{n}", "").strip() for k in ("doc_no", "issued_by"))
            shown = title or str(kept[0]["name"])
            yield Paper(shown, kept, doc_no, issued_by, _day(f"effective_on_{n}"))


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused([Problem("请按“2025-03-01”的样式填写日期。", name, proposals.ARTICLE)]) from None


def _from_cases(session: Session, cluster: Cluster) -> Iterator[Item]:
    """Chosen cases of this cluster bring their deadlines and urges with them."""
    chosen = set(request.form.getlist("case"))
    for case in cluster_cases.of_cluster(session, cluster.cluster_no):
        if case.id in chosen:
            yield from evidence.of_case(session, case, services().today())


def _served() -> Iterator[Item]:
    batch, day = request.form.get("batch", ""), _day("batch_served_on")
    if batch.startswith("FHPC-"):
        yield Case(batch, "复核批次")
    if day is not None:
        yield Served("复核通知", day, request.form.get("batch_receipt", "").strip(), batch)


def _event(session: Session, cluster: Cluster) -> Iterator[Item]:
    uscc, day = request.form.get("uscc", "").strip().upper(), _day("happened_on")
    category, severity = request.form.get("category", ""), request.form.get("severity", "")
    if not (uscc or day):
        return
    if day is None or not uscc or category not in list(Category) or severity not in list(Severity):
        message = "请把涉事企业的统一社会信用代码、发生日期、类别和等级填全。"
        raise Refused([Problem(message, "uscc", proposals.ARTICLE)])
    on_roster = proposals.on_roster(session, cluster, uscc)
    name = request.form.get("enterprise", "").strip()
    yield Happened(uscc, name, day, Category(category), Severity(severity), on_roster)


# --- a case of revocation ---------------------------------------------------------------------------


def _proposal_of(session: Session, instance_id: str) -> tuple[proposals.RevocationProposal, Cluster]:
    instance = session.get_one(Instance, instance_id)
    if instance.process_key != proposals.PROCESS:
        raise NotFound
    proposal = proposals.of_key(session, instance.business_key)
    return proposal, register.get(session, proposal.cluster_no)


@blueprint.get("/cases/<instance_id>/revocation")
@access(roles=CASE_ROLES | {"audit_admin"}, scope="case")
def show(instance_id: str) -> str:
    """Everything the decision rests on: deadlines day by day, each urge, documents, what the party said."""
    with services().database.read() as session:
        proposal, cluster = _proposal_of(session, instance_id)
        found: Mapping[str, Any] = {
            "notice": revocations.notice_of(session, proposal.id),
            "statements": revocation_decisions.statements(session, proposal.id),
            "decisions": revocation_decisions.decisions(session, proposal.id),
        }
    return render_template(
        "register/revocation.html",
        proposal=proposal, cluster=cluster, instance_id=instance_id, words=proposals,
        lines=evidence.lines(proposal.evidence), file_url=file_url,
        may_withdraw=revocations.may_withdraw(proposal, person().id), kinds=revocation_decisions.STATED_BY,
        outcomes=revocation_decisions.OUTCOMES, ways=revocations.SERVICE_WAYS, **found,
    )  # fmt: skip


@blueprint.post("/cases/<instance_id>/revocation/withdraw")
@access(roles=PROPOSERS, scope="case")
def withdraw(instance_id: str) -> Response:
    """撤回提案: by whoever made it, before the notice is served."""
    with services().database.read() as session:
        proposal, _ = _proposal_of(session, instance_id)
        if proposal.proposed_by != person().id:
            raise NotAllowed("只有提出人本人可以撤回撤销建议。")
        key = proposal.no
    services().engine.send("withdraw_proposal", key, by=person().id)
    flash("撤销建议已撤回。", "success")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


@blueprint.get("/cases/<instance_id>/print/revocation/<sheet>")
@access(roles=CASE_ROLES, scope="case")
def letter(instance_id: str, sheet: str) -> str:
    """The notice, to be sealed and served, or the decision."""
    with services().database.read() as session:
        proposal, cluster = _proposal_of(session, instance_id)
        if sheet == "notice":
            days = rules.terms(session, None, services().today())["statement"]
            return document_page(revocation_documents.notice(session, proposal, cluster, days), proposal.no)
        if sheet == "decision":
            return document_page(revocation_documents.decision(session, proposal, cluster), proposal.no)
    raise NotFound
