"""Review for trade secrets, publication within the consent, taking down (F16, art. 11)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clusters.filed import Filed
from clusters.publicity.models import PublicityCase, PublishedItem
from clusters.publicity.publicity import items_of, problem, require
from engine.due_dates import chinese
from engine.errors import NotAllowed, Problem, Refused

REVIEWS = ("secret_review", "secret_review_province")
PUBLICATIONS = ("publish_case", "publish_case_province")
TAKE_DOWNS = ("take_down", "take_down_province")
FINDINGS = ("none", "redacted", "contains")


def review(row: PublicityCase, form: Filed) -> str:
    """Returns clear, redraft or end. Whoever drafted does not review (10.3)."""
    if form.by == row.drafted_by:
        raise NotAllowed("案例由您撰写，商业秘密应由他人审查。")
    finding = form.text("secret_review")
    require(_review_problems(finding, form))
    row.secrecy, row.review_submission = finding, form.submission_id
    row.reason = form.text("review_reason")
    if finding != "contains":
        row.status = "ready"
        return "clear"
    result = form.text("after_contains")
    row.status = "drafting" if result == "redraft" else "refused"
    return result


def _review_problems(finding: str, form: Filed) -> list[Problem]:
    if finding not in FINDINGS:
        return [problem("请选择审查结论。", "secret_review")]
    found = []
    if finding == "redacted" and not form.text("redacted_body"):
        found.append(problem("已隐去的，请附隐去后的正文，发布以此为准。", "redacted_body"))
    if finding != "none" and not form.text("review_reason"):
        found.append(problem("请说明是哪些内容、依据什么判断。", "review_reason"))
    if finding == "contains" and form.text("after_contains") not in ("redraft", "end"):
        found.append(problem("含有商业秘密的不得发布，请选择退回修改或者终止。", "after_contains"))
    return found


def publish(session: Session, row: PublicityCase, form: Filed, today: date) -> bool:
    """Record what was published; every channel lies within the consent. Returns False when dropped."""
    if form.text("publish_decision") == "drop":
        if not form.text("drop_reason"):
            raise Refused([problem("决定不发布的，请写明理由。", "drop_reason")])
        row.status, row.reason = "dropped", form.text("drop_reason")
        return False
    require(_standing_problems(row))
    require(_item_problems(row, form, today))
    for seq, line in enumerate(form.rows("published_items"), 1):
        session.add(
            PublishedItem(
                case_no=row.no, **form.source, seq=seq, channel=line["channel"],
                url=str(line["url"]).strip(), published_on=date.fromisoformat(line["published_on"]),
            )
        )  # fmt: skip
    row.status = "published"
    session.flush()
    return True


def _standing_problems(row: PublicityCase) -> list[Problem]:
    """Consent and review have to stand at the moment of publication, whatever way led here."""
    found = []
    if row.ended_on is not None:
        found.append(problem("同意已经撤回，不得发布。"))
    elif row.consent_submission is None:
        found.append(problem("没有征得集群和涉及企业的同意，不得发布。"))
    if row.secrecy not in ("none", "redacted"):
        found.append(problem("没有通过商业秘密审查，不得发布。"))
    return found


def _item_problems(row: PublicityCase, form: Filed, today: date) -> list[Problem]:
    lines = form.rows("published_items")
    if form.text("publish_decision") != "publish":
        return [problem("请选择办理结果。", "publish_decision")]
    if not lines:
        return [problem("请登记发布的渠道、网址和日期。", "published_items")]
    found = [] if form.data.get("publication_proof") else [problem("请附发布留痕。", "publication_proof")]
    for at, line in enumerate(lines):
        found += _one_item(row, line, f"published_items.{at}", today)
    return found


def _one_item(row: PublicityCase, line: Mapping[str, Any], path: str, today: date) -> list[Problem]:
    found, channel = [], str(line.get("channel") or "")
    if channel not in row.consent_scope:
        allowed = "、".join(row.consent_scope)
        found.append(problem(f"“{channel}”不在同意的渠道之内（{allowed}）。", f"{path}.channel"))
    if not str(line.get("url") or "").strip():
        found.append(problem("请填写网址或刊物期次。", f"{path}.url"))
    day = date.fromisoformat(line["published_on"]) if line.get("published_on") else None
    first, last = row.consent_date, row.consent_valid_to
    if day is None or day > today or (first is not None and day < first):
        since = f"（{chinese(first)}）" if first else ""
        found.append(problem(f"发布日期应在同意之日{since}与今天之间。", f"{path}.published_on"))
    elif last is not None and day > last:
        message = f"同意有效期至{chinese(last)}，此后不得发布。"
        found.append(problem(message, f"{path}.published_on"))
    return found


def take_down(session: Session, row: PublicityCase, form: Filed, today: date) -> None:
    """Every publication gets the day on which it was taken down."""
    lines = {str(line.get("no")): line for line in form.rows("taken_down_items")}
    found = [] if form.data.get("take_down_proof") else [problem("请附下架留痕。", "take_down_proof")]
    items = items_of(session, [row.no])
    for at, item in enumerate(items):
        line = lines.get(str(at + 1), {})
        day = date.fromisoformat(line["taken_down_on"]) if line.get("taken_down_on") else None
        if day is None or not item.published_on <= day <= today:
            message = f"{item.channel}：下架日期应在发布之日（{chinese(item.published_on)}）与今天之间。"
            found.append(problem(message, f"taken_down_items.{at}.taken_down_on"))
        item.taken_down_on, item.take_down_note = day, str(line.get("take_down_note") or "")
    require(found)
    row.status = "taken_down"
