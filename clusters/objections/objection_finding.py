"""调查结论: what an investigator may conclude about an objection, and what may follow from it (F08, art. 15).

Whoever reviewed the case does not investigate. A finding takes effect when somebody else signs it.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from clusters.applications import applications, assessment, data_corrections
from clusters.filed import Filed
from clusters.objections import objections
from clusters.register import cluster_cases
from clusters.register.models import Cluster, Objection
from clusters.revocation import proposals
from clusters.revocation.evidence import Case, Item, Paper
from engine.errors import NotAllowed, Problem, Refused

ARTICLE = objections.ARTICLE
# Where the form asks for what a proposal to revoke lacks.
FIELDS = {"ground": "revocation_ground", "evidence": "finding_files", "facts": "finding_text"}


def cluster_of(session: Session, row: Objection) -> Cluster | None:
    """The designated cluster that the case is about, when there is one."""
    return cluster_cases.titled(session, row.case_no)


def effects_for(session: Session, row: Objection) -> tuple[str, ...]:
    """What is listed can be corrected or taken off; a title that stands only be proposed for revocation."""
    if cluster_of(session, row) is None:
        return ("keep", "correct_data", "return_for_correction", "remove_from_list")
    if objections.listed_item(session, row).result is not None:
        return ("keep", "revocation_lead")
    return ("keep", "correct_data", "remove_from_list", "revocation_lead")


def record_finding(session: Session, row: Objection, form: Filed, today: date) -> None:
    """The investigator's finding; it takes effect when it is signed."""
    if form.by in objections.reviewers(session, row.case_no):
        raise NotAllowed("您参与过这个集群的审核或抽查，按回避要求不能调查对它的异议，请由他人办理。")
    found = [*_finding_problems(session, row, form), *_revocation_problems(session, row, form, today)]
    if found:
        raise Refused(found)
    if form.text("effect") == "correct_data":
        _require_still_passing(session, row, form, today)
    row.finding, row.effect = form.text("finding"), form.text("effect")
    row.finding_text, row.finding_files = form.text("finding_text"), form.data.get("finding_files") or []
    row.investigator, row.status = form.by, "signing"


def _finding_problems(session: Session, row: Objection, form: Filed) -> list[Problem]:
    finding, effect, found = form.text("finding"), form.text("effect"), []
    if finding not in objections.FINDINGS:
        found.append(Problem("请选择调查结论。", "finding", ARTICLE))
    if effect not in effects_for(session, row):
        allowed = "、".join(objections.EFFECTS[e] for e in effects_for(session, row))
        message = f"这个集群{_stands(session, row)}，处理结果只能是：{allowed}。"
        found.append(Problem(message, "effect", ARTICLE))
    if finding == "established" and effect == "keep":
        found.append(Problem("异议成立的，不能原样保留。", "effect", ARTICLE))
    if finding == "not_established" and effect != "keep":
        found.append(Problem("异议不成立的，应保留在名单中。", "effect", ARTICLE))
    if not form.text("finding_text"):
        found.append(Problem("请写明调查情况。", "finding_text", ARTICLE))
    if finding in ("established", "partly_established") and not form.data.get("finding_files"):
        found.append(Problem("异议成立或部分成立的，请上传调查取得的证据。", "finding_files", ARTICLE))
    if effect == "correct_data" and not form.rows(data_corrections.FORM_FIELD):
        found.append(Problem("请填写要更正的数据。", data_corrections.FORM_FIELD, ARTICLE))
    return found


def _stands(session: Session, row: Objection) -> str:
    if cluster_of(session, row) is None:
        return "尚未认定"
    return "已经认定" if objections.listed_item(session, row).result is not None else "尚未作出复核结论"


def _require_still_passing(session: Session, row: Objection, form: Filed, today: date) -> None:
    """A cluster whose corrected figures fail a computed criterion does not stay on the list."""
    application = applications.get(session, row.case_no)
    data, _ = applications.effective_application(session, str(application.instance_id))
    wanted = data_corrections.wanted_changes(form.rows(data_corrections.FORM_FIELD), data)
    changes = [(field, new) for field, _, new, _ in wanted]
    verdicts = assessment.assess_changed(session, application, changes, today)
    failing = [
        Problem(f"更正后{r.id}“{r.label}”不符合，不能保留在名单中：{r.explanation}", "effect", r.article)
        for r in verdicts.blocking
    ]
    if failing:
        raise Refused(failing)


# --- art. 19 ----------------------------------------------------------------------------------


def evidence_of(row: Objection, form: Filed) -> Sequence[Item]:
    """What a proposal to revoke rests on: this case and the papers that it found."""
    files = form.data.get("finding_files") or []
    paper = Paper(
        "异议和线索核查取得的证据", files, form.text("document_no"), form.text("document_issuer"),
        form.day("document_effective_on"),
    )  # fmt: skip
    return [Case(row.no, "公示异议和线索的核查"), *([paper] if files else [])]


def _revocation_problems(session: Session, row: Objection, form: Filed, today: date) -> list[Problem]:
    """A title is proposed for revocation only with what art. 19 asks; another case decides (A-10)."""
    cluster = cluster_of(session, row)
    if form.text("effect") != "revocation_lead" or cluster is None:
        return []
    found = proposals.problems(
        session, cluster, form.text("revocation_ground"), facts=form.text("finding_text"),
        evidence=evidence_of(row, form), by=form.by, on=today,
    )  # fmt: skip
    return [Problem(p.message, FIELDS.get(p.path or "", p.path), p.article) for p in found]
