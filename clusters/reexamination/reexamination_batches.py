"""复核批次: the province calls clusters whose term ends to be re-examined (F18, art. 16, 21; part 9).

The same gate as for application batches: without a rule in force none opens but by a continuation
document. Knows which clusters are called and how that reached them; what follows is for the case.
"""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.batches import batches, rules
from clusters.batches.models import Batch
from clusters.filed import Filed
from clusters.reexamination.models import Reexamination, ReexaminationCall
from clusters.register import register
from clusters.register.models import Cluster
from engine.errors import NotFound, Problem, Refused
from engine.periods import days_after

ARTICLE = "第十六条"
KIND = "reexamination"


def window_opens(session: Session, cluster: Cluster) -> date:
    """The day from which the province may call the cluster (D-08); the standard says how early."""
    window = rules.standard(session, cluster.rule_version).terms["reexamination_window"]
    return days_after(cluster.valid_to, -window)


def candidates(session: Session, on: date) -> list[Cluster]:
    """Clusters whose term ends within the window, or has ended, and that no batch has called yet."""
    called = {(c.cluster_no, c.term_no) for c in session.scalars(sa.select(ReexaminationCall))}
    return [
        c
        for c in register.standing(session)
        if window_opens(session, c) <= on and (c.cluster_no, c.term_no) not in called
    ]


def list_batches(session: Session) -> list[Batch]:
    return [b for b in batches.list_batches(session) if b.kind == KIND]


def calls(session: Session, batch_key: str) -> Sequence[ReexaminationCall]:
    query = sa.select(ReexaminationCall).where(ReexaminationCall.batch_key == batch_key)
    return session.scalars(query.order_by(ReexaminationCall.cluster_no)).all()


def call_of(session: Session, cluster_no: str, term_no: int) -> ReexaminationCall | None:
    """The latest batch that has called this cluster in this term."""
    query = sa.select(ReexaminationCall).where(
        ReexaminationCall.cluster_no == cluster_no, ReexaminationCall.term_no == term_no
    )
    return session.scalars(query.order_by(ReexaminationCall.id.desc()).limit(1)).first()


def open_batch(session: Session, key: str, form: Filed, today: date, now: datetime) -> Batch:
    """Open a re-examination batch for the clusters ticked in the form; Refused with every reason."""
    if session.get(Batch, key) is not None:
        raise Refused(f"批次“{key}”已经开放。")
    open_on, due = form.day("open_on"), form.day("apply_due")
    found = _date_problems(open_on, due, today) + _paper_problems(form)
    opens = max(open_on or today, today)
    version = batches.carrying_rule(session, form, opens, found)
    years = batches.data_years(form, opens, found)
    chosen = _chosen(session, form, opens, found)
    if found or open_on is None or due is None:
        raise Refused(found)
    batch = Batch(
        key=key, **form.source, kind=KIND, title=form.text("title") or f"{open_on.year}年度集群复核批次",
        notice_no=form.text("notice_no"), open_on=open_on, county_due=due, recommend_due=due,
        data_years=years, **batches.continuation_of(form), rule_version=version.code, definitions={},
        opened_at=now,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add_all(
        ReexaminationCall(batch_key=key, cluster_no=c.cluster_no, term_no=c.term_no) for c in chosen
    )
    session.flush()
    return batch


def _date_problems(open_on: date | None, due: date | None, today: date) -> list[Problem]:
    if open_on is None or due is None:
        named = {"open_on": open_on, "apply_due": due}
        return [Problem("请填写日期。", name, ARTICLE) for name, day in named.items() if day is None]
    if due < max(open_on, today):
        return [Problem("申请截止日不能早于开放日和今天。", "apply_due", ARTICLE)]
    return []


def _paper_problems(form: Filed) -> list[Problem]:
    found = []
    if not form.text("notice_no"):
        found.append(Problem("请填写复核通知的文号。", "notice_no", ARTICLE))
    if not form.data.get("notice_file"):
        found.append(Problem("请上传复核通知。", "notice_file", ARTICLE))
    return found


def _chosen(session: Session, form: Filed, opens: date, found: list[Problem]) -> list[Cluster]:
    """The clusters that are called; each stands in the register, near its term's end, and waits."""
    chosen = []
    for number, row in enumerate(form.rows("reexam_clusters")):
        if not row.get("include"):
            continue
        cluster = session.get(Cluster, str(row.get("cluster_no") or "").strip())
        wrong = _against(session, cluster, opens)
        if wrong or cluster is None:
            place = f"reexam_clusters.{number}.cluster_no"
            found.append(Problem(wrong, place, ARTICLE, number + 1))
        else:
            chosen.append(cluster)
    if not chosen and not any(p.path and p.path.startswith("reexam_clusters") for p in found):
        found.append(Problem("请至少选定一个集群。", "reexam_clusters", ARTICLE))
    return chosen


def _against(session: Session, cluster: Cluster | None, opens: date) -> str:
    if cluster is None or cluster not in register.standing(session):
        return "集群名录中没有这个有效的集群。"
    if window_opens(session, cluster) > opens:
        last = cluster.valid_to
        return f"“{cluster.name}”有效期至{last}，{window_opens(session, cluster)}起才可以列入复核批次。"
    if call_of(session, cluster.cluster_no, cluster.term_no) is not None:
        return f"“{cluster.name}”本届已列入复核批次，不重复列入。"
    return ""


def serve(
    session: Session, batch_key: str, cluster_no: str, on: date | None, receipt: str, today: date
) -> None:
    """The proof that the batch's notice reached a cluster; without it nothing adverse follows (D-08)."""
    query = sa.select(ReexaminationCall).where(
        ReexaminationCall.batch_key == batch_key, ReexaminationCall.cluster_no == cluster_no
    )
    call = session.scalars(query).first()
    if call is None:
        raise NotFound("这个批次没有列入这个集群。")
    found = []
    opened = batches.get(session, batch_key).open_on
    if on is None or not opened <= on <= today:
        found.append(Problem(f"送达日期应在批次开放日（{opened}）与今天之间。", "served_on", ARTICLE))
    if not receipt.strip():
        found.append(Problem("请填写送达凭据（签收人、邮件号等）。", "receipt", ARTICLE))
    if call.served_on is not None:
        found.append(Problem("已经登记过送达。", "served_on", ARTICLE))
    if case_is_closed(session, call):
        found.append(Problem("本届复核已有结论，无需登记。", "served_on", ARTICLE))
    if found:
        raise Refused(found)
    call.served_on, call.receipt = on, receipt.strip()


def case_is_closed(session: Session, call: ReexaminationCall) -> bool:
    query = sa.select(Reexamination.conclusion).where(
        Reexamination.cluster_no == call.cluster_no, Reexamination.term_no == call.term_no
    )
    return session.scalar(query) is not None
