"""Batches: opening under a version of the rule, closing dates, extension (F18, art. 21, part 9).

Knows rule versions and dates; the applications of a batch know their batch, not the other way round.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.annex.standard import Standard
from clusters.batches import rules
from clusters.batches.models import Batch, BatchExtension, RuleVersionRow
from clusters.filed import Filed
from engine.due_dates import chinese
from engine.errors import NotFound, Problem, Refused
from engine.ids import new_id

DATA_YEARS = 4  # the base year and three years of growth (D-07)
DEFINITIONS = ("growth_definition", "patent_definition", "honours_definition", "platform_definition")
# What the criteria can compute. Anything else is a change of the standard, not a definition (D-20).
COMPUTABLE: dict[str, dict[str, Any]] = {
    "growth_definition": {"three_intervals": 4, "two_intervals": 3},
    "patent_definition": {"employees": "employees", "resident_population": "resident_population"},
    "honours_definition": {"distinct_enterprises": None},
    "platform_definition": {"all_enterprises": None},
}


def next_key(session: Session, year: int) -> str:
    return numbering.batch_key(session, year)


def get(session: Session, key: str) -> Batch:
    batch = session.get(Batch, key)
    if batch is None:
        raise NotFound(f"没有批次“{key}”，或该批次尚未开放。")
    return batch


def locked(session: Session, key: str) -> Batch:
    """The batch, held until the commit: freezing its list and withdrawing from it exclude each other."""
    batch = session.scalars(sa.select(Batch).where(Batch.key == key).with_for_update(of=Batch)).one_or_none()
    if batch is None:
        raise NotFound(f"没有批次“{key}”，或该批次尚未开放。")
    session.refresh(batch)
    return batch


def list_batches(session: Session) -> list[Batch]:
    return list(session.scalars(sa.select(Batch).order_by(Batch.open_on.desc(), Batch.key.desc())))


def takes_applications(batch: Batch, on: date) -> bool:
    return (
        batch.kind == "application" and batch.status == "open" and batch.open_on <= on <= batch.recommend_due
    )


def open_for_applications(session: Session, on: date) -> list[Batch]:
    return [b for b in list_batches(session) if takes_applications(b, on)]


def applied(standard: Standard, batch: Batch) -> Standard:
    """The standard read with the definitions that the batch has confirmed (D-07, D-09)."""
    growth = COMPUTABLE["growth_definition"].get(batch.definitions.get("growth_definition", ""))
    patents = COMPUTABLE["patent_definition"].get(batch.definitions.get("patent_definition", ""))
    choices = replace(
        standard.choices,
        growth_base=growth or standard.choices.growth_base,
        patent_denominator=patents or standard.choices.patent_denominator,
    )
    return replace(standard, choices=choices)


def rule_for(session: Session, batch: Batch, on: date) -> RuleVersionRow:
    """The version that an act of this batch binds to on a day: in force, or continued for the batch."""
    version = rules.in_force(session, on)
    if version is not None:
        return version
    if batch.continuation_doc:
        return rules.get(session, batch.rule_version)
    last = rules.last_known(session, on)
    message = (
        f"实施细则{last.doc_no}的有效期至{chinese(last.effective_to)}，{chinese(on)}没有有效的实施细则。"
        "须由省厅在批次页面登记延续执行文件后，方可受理本批次的申报。"
    )
    raise Refused([Problem(message, article=rules.ARTICLE)])


def _lapsed(session: Session, on: date) -> Problem:
    last = rules.last_known(session, on)
    return Problem(
        f"{chinese(on)}没有有效的实施细则：{last.doc_no}有效期至{chinese(last.effective_to)}。"
        "须先填写延续执行文件的文号并上传文件，才能开放批次。",
        "continuation_doc",
        rules.ARTICLE,
    )


def open_batch(session: Session, key: str, form: Filed, today: date, now: datetime) -> Batch:
    """Open a batch as the province's clerk filled it in; refused when no rule carries it (art. 21)."""
    if session.get(Batch, key) is not None:
        raise Refused(f"批次“{key}”已经开放。")
    dates = [form.day(name) for name in ("open_on", "county_due", "recommend_due")]
    found = _date_problems(dates, today) + _definition_problems(form)
    # A batch cannot open before the day on which it is registered, whatever its notice says.
    opens = max(dates[0] or today, today)
    version = carrying_rule(session, form, opens, found)
    years = data_years(form, opens, found)
    open_on, county_due, recommend_due = dates
    if found or open_on is None or county_due is None or recommend_due is None:
        raise Refused(found)
    batch = Batch(
        key=key, **form.source, title=form.text("title") or f"{open_on.year}年度集群认定申报批次",
        notice_no=form.text("notice_no"), open_on=open_on, county_due=county_due,
        recommend_due=recommend_due, data_years=years, city_quota=form.data.get("city_quota"),
        total_plan=form.data.get("total_plan"), **continuation_of(form), rule_version=version.code,
        definitions={name: form.text(name) for name in DEFINITIONS}, opened_at=now,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def carrying_rule(session: Session, form: Filed, opens: date, found: list[Problem]) -> RuleVersionRow:
    """The version that carries a batch of any kind; adds to `found` when none does (art. 21, part 9)."""
    version = rules.in_force(session, opens)
    doc, files = form.text("continuation_doc"), form.data.get("continuation_file") or []
    if version is None and not doc:
        found.append(_lapsed(session, opens))
    if doc and not files:
        found.append(Problem("请上传延续执行文件。", "continuation_file", rules.ARTICLE))
    return version or rules.last_known(session, opens)


def continuation_of(form: Filed) -> dict[str, Any]:
    """The columns of the document by which a lapsed version carries the batch."""
    return {
        "continuation_doc": form.text("continuation_doc") or None,
        "continuation_files": form.data.get("continuation_file") or [],
    }


def _date_problems(dates: list[date | None], today: date) -> list[Problem]:
    names = ("open_on", "county_due", "recommend_due")
    found = [Problem("请填写日期。", name) for name, day in zip(names, dates, strict=True) if day is None]
    if found:
        return found
    open_on, county_due, recommend_due = (d for d in dates if d is not None)
    if not open_on <= county_due <= recommend_due:
        found.append(Problem("开放日、县级申报截止日、市州推荐截止日应当依次不早于前者。", "county_due"))
    if county_due < today:
        found.append(Problem("县级申报截止日不能早于今天。", "county_due"))
    return found


def _definition_problems(form: Filed) -> list[Problem]:
    found = []
    for name in DEFINITIONS:
        if not form.text(name):
            found.append(Problem("请在口径确认单中选定本批次的口径。", name, "第二十条"))
        elif form.text(name) not in COMPUTABLE[name]:
            message = "现行标准不按这一口径计算；要改用它，须先导入新的规则版本。"
            found.append(Problem(message, name, "第二十条"))
    if not form.data.get("definitions_confirmed"):
        found.append(Problem("请确认口径确认单。", "definitions_confirmed", "第二十条"))
    if not form.text("notice_no"):
        found.append(Problem("请填写批次通知的文号。", "notice_no"))
    return found


def data_years(form: Filed, opens: date, found: list[Problem]) -> list[int]:
    """The four years whose figures are asked for: Y-4 to Y-1 unless the batch says otherwise (D-07)."""
    text = form.text("data_years").replace("，", ",").replace("、", ",").replace(" ", "")
    if not text:
        return list(range(opens.year - DATA_YEARS, opens.year))
    parts = [p for p in text.split(",") if p]
    years = [int(p) for p in parts if p.isdecimal() and len(p) == 4]
    consecutive = years == list(range(years[0], years[0] + DATA_YEARS)) if years else False
    if len(years) != len(parts) or not consecutive or years[-1] >= opens.year:
        found.append(
            Problem("指标年度应为连续四个已经结束的年度，用逗号分开，如 2020,2021,2022,2023。", "data_years")
        )
    return years


def extend(
    session: Session, key: str, doc_no: str, reason: str, county_due: date, recommend_due: date,
    by: str, now: datetime,
) -> BatchExtension:  # fmt: skip
    """Later closing dates, by a document with a reason; never earlier ones, never after the list."""
    batch = locked(session, key)
    found = []
    if not doc_no.strip():
        found.append(Problem("请填写延期文件的文号。", "doc_no"))
    if not reason.strip():
        found.append(Problem("请填写延期的理由。", "reason"))
    if batch.status != "open":
        found.append(Problem("本批次名单已经形成，不能再延期。"))
    if county_due < batch.county_due or recommend_due < batch.recommend_due:
        found.append(Problem("截止日只能延后，不能提前。", "county_due"))
    if county_due > recommend_due:
        found.append(Problem("县级申报截止日不能晚于市州推荐截止日。", "county_due"))
    if (county_due, recommend_due) == (batch.county_due, batch.recommend_due):
        found.append(Problem("截止日没有变化。", "county_due"))
    if found:
        raise Refused(found)
    row = BatchExtension(
        id=new_id(), batch_key=key, doc_no=doc_no.strip(), reason=reason.strip(),
        old_county_due=batch.county_due, old_recommend_due=batch.recommend_due,
        county_due=county_due, recommend_due=recommend_due, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    batch.county_due, batch.recommend_due = county_due, recommend_due
    session.add(row)
    session.flush()
    return row
