"""初审 and 复审: what reviewers may conclude from the criteria and the inspection (F03, F06, art. 14–15).

A reviewer may correct data, never the result of a computed test; judged criteria are the reviewer's.
Nothing here decides by itself: it refuses conclusions that contradict the facts (D-13).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.standard import Standard
from clusters.annex.verdicts import Result, Verdict, Verdicts
from clusters.applications import onsite
from clusters.applications.models import Application, OnsiteCheck, Review
from clusters.filed import Filed
from engine.errors import Problem, Refused
from engine.models import Opinion, Submission, WorkItem

ART_14, ART_15 = "第十四条", "第十五条"
REVIEW_TASKS = (
    "accept_application",
    "city_onsite_check",
    "preliminary_review",
    "sign_review",
    "formal_check",
    "province_onsite_check",
    "re_review",
    "sign_re_review",
    "reexam_onsite_check",
    "city_reexam_check",
    "sign_reexam_opinion",
    "review_reexamination",
)
APPLICANT_TASKS = {
    "fill_application": "填报过申报书",
    "approve_application": "审核过申报书",
    "fill_reexamination": "填报过复核申请",
    "approve_reexamination": "审核过复核申请",
}
CITY_TASKS = {
    "accept_application": "办理过受理",
    "city_onsite_check": "参加过市级抽查",
    "preliminary_review": "出具过初审意见",
    "sign_review": "签批过初审意见",
    "reexam_onsite_check": "参加过复核抽查",
    "city_reexam_check": "出具过复核意见",
    "sign_reexam_opinion": "签批过复核意见",
}
GOOD = frozenset({"pass", "not_applicable"})
COMPUTED = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.FAIL})


@dataclass(frozen=True)
class Judgment:
    """The criteria after the reviewer: which do not pass, and what is wrong with the reviewer's table."""

    unmet: tuple[Result, ...]
    problems: tuple[Problem, ...]

    @property
    def meets_standard(self) -> bool:
        return not self.unmet and not self.problems


def judge(verdicts: Verdicts, rows: Sequence[Mapping[str, Any]], field: str) -> Judgment:
    """Put the reviewer's table beside the computed verdicts."""
    table = {str(row.get("criterion_id")): (i, row) for i, row in enumerate(rows)}
    unmet: list[Result] = []
    problems: list[Problem] = []
    for result in verdicts.results:
        index, row = table.get(result.id, (None, {}))
        place = field if index is None else f"{field}.{index}"
        stated = row.get("reviewer_result")
        is_computed = result.kind == "hard" and result.verdict in COMPUTED
        if is_computed:
            problems += _override(result, stated, place)
            good = result.verdict is not Verdict.FAIL
        else:
            problems += _missing_judgment(result, row, place)
            good = stated in GOOD
        if not good:
            unmet.append(result)
    return Judgment(tuple(unmet), tuple(problems))


def _override(result: Result, stated: object, place: str) -> list[Problem]:
    computed_good = result.verdict is not Verdict.FAIL
    if stated in (None, "") or (stated in GOOD) == computed_good:
        return []
    message = f"{result.id}“{result.label}”由系统计算，不能改结果；数据有误的，请在数据更正中更正。"
    return [Problem(message, place, result.article)]


def _missing_judgment(result: Result, row: Mapping[str, Any], place: str) -> list[Problem]:
    stated, remark = row.get("reviewer_result"), str(row.get("remark") or "").strip()
    name = f"{result.id}“{result.label}”"
    if stated not in (*GOOD, "fail"):
        return [Problem(f"{name}需要人工判断，请填写核验结论。", place, result.article)]
    if result.verdict is Verdict.NOT_COMPUTABLE and not remark:
        return [Problem(f"{name}无法计算，判断时必须写明理由。", place, result.article)]
    if (stated == "fail" or result.kind == "hard") and not remark:
        return [Problem(f"{name}的判断必须写明理由。", place, result.article)]
    return []


# --- the city ---------------------------------------------------------------------------------


def city_review_problems(
    data: Mapping[str, Any], verdicts: Verdicts, check: OnsiteCheck | None, standard: Standard
) -> list[Problem]:
    """Why a preliminary opinion cannot stand."""
    judgment = judge(verdicts, data.get("criteria_results") or [], "criteria_results")
    found = [*judgment.problems]
    if check is None:
        found.append(Problem("没有实地抽查记录，不能出具初审意见。", "opinion", ART_14))
    found += _standard_problems(bool(data.get("meets_standard")), judgment)
    least = int(standard.practice["reviewers"].value)
    names = {str(row.get("name") or "").strip() for row in data.get("reviewers") or []} - {""}
    if len(names) < least:
        found.append(Problem(f"初审人员应不少于{least}人。", "reviewers", ART_14))
    if data.get("recommend"):
        if not data.get("meets_standard"):
            found.append(Problem("不符合认定标准的，不能推荐。", "recommend", ART_14))
        found += onsite.permits_recommendation(check, "city") if check is not None else []
    elif not str(data.get("not_recommend_reason") or "").strip():
        found.append(Problem("不推荐的，必须写明理由并告知申报单位。", "not_recommend_reason", ART_14))
    return found


def _standard_problems(stated: bool, judgment: Judgment) -> list[Problem]:
    if stated and judgment.unmet:
        return [
            Problem(
                f"{r.id}“{r.label}”不符合，不能认定符合标准：{r.explanation}", "meets_standard", r.article
            )
            for r in judgment.unmet
        ]
    if not stated and judgment.meets_standard:
        return [Problem("各项指标均符合，不能认定不符合标准。", "meets_standard", ART_14)]
    return []


def _unmet(result: Result, conclusion: str, path: str) -> Problem:
    message = f"{result.id}“{result.label}”不符合，不能{conclusion}：{result.explanation}"
    return Problem(message, path, result.article)


# --- the province -----------------------------------------------------------------------------


def province_review_problems(
    data: Mapping[str, Any], verdicts: Verdicts, check: OnsiteCheck | None, is_exempt: bool
) -> list[Problem]:
    """Why a re-review cannot stand: the standard is tested again on corrected data (art. 15)."""
    judgment = judge(verdicts, data.get("criteria_recheck") or [], "criteria_recheck")
    found = [*judgment.problems, *_expert_problems(data)]
    if check is None and not is_exempt:
        found.append(Problem("没有省级实地抽查记录，也未列入抽样方案的免查名单。", "result", ART_15))
    if data.get("result") == "qualified":
        found += [_unmet(r, "认定合格", "result") for r in judgment.unmet]
        found += onsite.permits_recommendation(check, "province") if check is not None else []
    elif data.get("result") != "unqualified":
        found.append(Problem("请填写复审结论。", "result", ART_15))
    elif not str(data.get("result_reason") or "").strip():
        found.append(Problem("复审不合格的，必须写明理由。", "result_reason", ART_15))
    return found


def _expert_problems(data: Mapping[str, Any]) -> list[Problem]:
    """A recused expert gives no score; a score names its expert."""
    found = []
    for index, row in enumerate(data.get("expert_scores") or []):
        place = f"expert_scores.{index}"
        scored = row.get("score") not in (None, "")
        if row.get("recused") and scored:
            found.append(Problem("已回避的专家不能评分。", f"{place}.score", ART_15, row=index + 1))
        if not str(row.get("expert") or "").strip():
            found.append(Problem("请填写专家姓名。", f"{place}.expert", ART_15, row=index + 1))
    return found


# --- keeping ----------------------------------------------------------------------------------


def keep(
    session: Session, application: Application, level: str, form: Filed, verdicts: Verdicts,
    favourable: bool, reason: str, now: datetime,
) -> Review:  # fmt: skip
    row = Review(
        case_no=application.case_no, **form.source, level=level, favourable=favourable, reason=reason,
        score=form.text("score") or mean_score(form.rows("expert_scores")),
        rule_version=verdicts.standard, verdicts=verdicts.to_json(),
        reviewed_by=form.by, at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def mean_score(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """专家平均分 of those who gave one, recused experts left out; it orders, it never decides (F06)."""
    given = [Decimal(str(row["score"])) for row in rows if not row.get("recused") and row.get("score")]
    if not given:
        return None
    return str((sum(given, Decimal()) / len(given)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def latest(session: Session, case_no: str, level: str) -> Review | None:
    query = sa.select(Review).where(Review.case_no == case_no, Review.level == level)
    return session.scalars(query.order_by(Review.id.desc())).first()


def reviewers_of(session: Session, case_no: str) -> set[str]:
    """Everybody who reviewed the case at any level: they investigate no objection to it (F08)."""
    return set(session.scalars(sa.select(Review.reviewed_by).where(Review.case_no == case_no)))


def people_of(session: Session, instance_id: str) -> set[str]:
    """Everybody with a hand in the reviews of a case: inspected, agreed, wrote or signed."""
    return {person for person, _ in _doers(session, instance_id, REVIEW_TASKS)}


def _doers(session: Session, instance_id: str, tasks: Iterable[str]) -> set[tuple[str, str]]:
    """Who did which of these tasks, by submitting it or by agreeing to what a colleague recorded."""
    wanted = list(tasks)
    filed = sa.select(Submission.by, Submission.element).where(
        Submission.instance_id == instance_id, Submission.element.in_(wanted)
    )
    agreed = (
        sa.select(Opinion.person_id, WorkItem.element)
        .join(WorkItem, WorkItem.id == Opinion.item_id)
        .where(WorkItem.instance_id == instance_id, WorkItem.element.in_(wanted), Opinion.vote.is_not(None))
    )
    return {(row[0], row[1]) for query in (filed, agreed) for row in session.execute(query)}


def require_outsider(session: Session, form: Filed, tasks: Mapping[str, str], what: str) -> None:
    """Refuse self-review (10.3): whoever did one of `tasks` on this case may not do `what`."""
    item = sa.select(Submission.item_id).where(Submission.id == form.submission_id).scalar_subquery()
    joined = session.scalars(sa.select(Opinion.person_id).where(Opinion.item_id == item))
    acting = {form.by, *joined}
    for person, task in sorted(_doers(session, form.instance_id, tasks)):
        if person in acting:
            message = f"办理人在本办件中{tasks[task]}，按回避要求不能再{what}，请由他人办理。"
            raise Refused([Problem(message, article="第四条")])
