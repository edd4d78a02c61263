"""What the forms of a designation begin with: the county's, the reviews', the lists' (A-22). Reads only."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from clusters.annex.metrics import spaced
from clusters.annex.verdicts import VERDICT_LABELS, Result
from clusters.applications import applications, assessment, correction_rounds, onsite, reviews
from clusters.applications.application_content import MANDATORY_FILES
from clusters.applications.models import Application
from clusters.applications.starting_rows import starting_rows
from clusters.batches import batches, recommendations, rules, selections
from clusters.designation import designation_notice
from clusters.exact import grouped
from clusters.notices import notice_text, notices
from clusters.objections import objections
from clusters.people import people, regions
from clusters.prefill_opening import Opening, Words
from clusters.register import register
from engine.errors import Refused

DEPARTMENTS = ("应急", "生态环境", "市场监管", "税务", "网信", "信用")

ONSITE_ITEMS = (
    "占地面积", "企业户数", "产值", "从业人员", "称号证书", "专利", "研发台账", "平台应用",
    "能耗水耗", "机构运行", "服务体系", "发展规划",
)  # fmt: skip


def fill(opening: Opening) -> Words:
    application = opening.application
    years = _data_years(opening, application)
    start = years[-1] + 1  # plan years begin with the application year
    return {
        "county_code": application.county_code,
        **_profile(opening),
        **starting_rows(opening.form, years),
        "plan_start_year": start,
        "plan_end_year": start + 2,
        "correction_answers": _asked(opening.session, application),
    }


def _asked(session: Session, application: Application) -> list[Words]:
    """The latest list of what has to be mended, to be answered item by item (art. 14)."""
    items = correction_rounds.items_of(session, application.case_no, application.correction_round)
    return [{"no": item.no, "content": item.content, "answer": item.answer} for item in items]


def _data_years(opening: Opening, application: Application) -> Sequence[int]:
    if application.batch_key is not None:
        return batches.get(opening.session, application.batch_key).data_years
    return range(opening.today.year - batches.DATA_YEARS, opening.today.year)


def _profile(opening: Opening) -> Words:
    person = people.get(opening.session, opening.person_id)
    known = {"contact_name": person.name, "contact_phone": person.phone, "contact_email": person.email}
    return {name: value for name, value in known.items() if value}


def _accept(opening: Opening) -> Words:
    titles = ["申报书（加盖公章）", *(title for title, _ in MANDATORY_FILES.values())]
    return {"completeness_checklist": [{"item": title, "ok": None, "remark": None} for title in titles]}


def _consult(opening: Opening) -> Words:
    return {"joint_review_replies": [{"dept": name} for name in DEPARTMENTS]}


def onsite_record(opening: Opening) -> Words:
    data, _ = applications.effective_application(opening.session, opening.instance.id)
    names = {row.get("uscc"): row.get("name") for row in data.get("enterprises") or []}
    draw = onsite.draw_of(opening.session, opening.instance.id, opening.element)
    drawn = draw.drawn if draw is not None else []
    team = people.get(opening.session, opening.person_id)
    return {
        "team": [{"name": team.name, "org": team.organisation.name}],
        "sites": [{"uscc": code, "name": names.get(code)} for code in drawn],
        "item_results": [{"item": item, "declared": _declared(data, item)} for item in ONSITE_ITEMS],
    }


# What the county declared of an item, from the latest year, with its unit: what is found is typed beside it.
DECLARED = {
    "企业户数": ("enterprise_count", "户"), "产值": ("total_output", "万元"), "从业人员": ("employees", "人"),
    "专利": ("invention_patents", "件"), "平台应用": ("ind_internet_users", "户"),
    "能耗水耗": ("energy_total", "吨标准煤"),
}  # fmt: skip


def _declared(data: Mapping[str, Any], item: str) -> str | None:
    if item == "占地面积":
        return _with_unit(data.get("area_km2"), "平方公里")
    if item == "机构运行":
        return data.get("operator_name")
    if item not in DECLARED:
        return None
    key, unit = DECLARED[item]
    latest = max(data.get("indicators") or [{}], key=lambda row: row.get("year") or 0)
    return _with_unit(latest.get(key), unit)


def _with_unit(number: Any, unit: str) -> str | None:
    return None if number in (None, "") else f"{grouped(str(number))} {unit}"


def review(opening: Opening) -> Words:
    try:
        verdicts = assessment.assess(opening.session, opening.instance.id, opening.today)
    except Refused:
        return {}
    rows = [_criterion_row(result) for result in verdicts.results]
    return {"criteria_results": rows, "criteria_recheck": rows, "reviewers": _reviewers(opening)}


def _criterion_row(result: Result) -> Words:
    value, unit = result.finding.value, result.finding.unit or result.criterion.unit
    shown = f"{grouped(value)}{spaced(unit) if unit else ''}" if value is not None else result.explanation
    return {
        "criterion_id": result.id,
        "label": result.label,
        "system_value": shown,
        "system_result": VERDICT_LABELS[result.verdict],
    }


def _reviewers(opening: Opening) -> list[Words]:
    return [{"name": people.get(opening.session, opening.person_id).name}]


def _recommend(opening: Opening) -> Words:
    city = opening.instance.business_key.partition("/")[2]
    cases = recommendations.signed_cases(opening.session, opening.batch_key, city)
    return {"recommendation_items": [_recommendation_row(opening.session, case) for case in cases]}


def _amount(number: Any) -> str | None:
    return None if number in (None, "") else grouped(str(number))


def _recommendation_row(session: Session, case: Application) -> Words:
    data, _ = applications.effective_application(session, case.instance_id or "")
    years = sorted(data.get("indicators") or [], key=lambda row: row.get("year") or 0)
    review = reviews.latest(session, case.case_no, "city")
    return {
        **_case_words(case),
        "latest_output": _amount(years[-1].get("total_output")) if years else None,
        "score": review.score if review else None,
    }


def _case_words(case: Application) -> Words:
    return {
        "case_no": case.case_no,
        "cluster_name": case.cluster_name,
        "county": regions.name_of(case.county_code),
        "city": regions.name_of(case.city_code),
        "leading_industry": case.leading_industry,
    }


def _select(opening: Opening) -> Words:
    session = opening.session
    standing, planned = register.standing_count(session), register.planned_count(session)
    rows = [_selection_row(session, case) for case in selections.candidates(session, opening.batch_key)]
    plan = f"已认定{standing}个，计划{planned}个左右；计划数供参考，不作上限"
    return {"plan_figure": plan, "selection_items": rows}


def _selection_row(session: Session, case: Application) -> Words:
    review = reviews.latest(session, case.case_no, "province")
    result = {"recommended": "尚未复审", "qualified": "合格"}.get(case.status, "不合格")
    return {
        **_case_words(case), "result": result, "score": (review.score if review else None) or "未评分",
        "city_rank": item.rank if (item := recommendations.item_of(session, case.case_no)) else None,
    }  # fmt: skip


def _publish(opening: Opening) -> Words:
    batch = batches.get(opening.session, opening.batch_key)
    cases = designation_notice.listed(opening.session, batch.key)
    return notice_words(opening, notice_text.title(batch), cases)


def notice_words(opening: Opening, title: str, cases: Sequence[Application]) -> Words:
    """What the form of any notice begins with; whoever publishes takes the objections."""
    person = people.get(opening.session, opening.person_id)
    return {
        "notice_title": title,
        "objection_rule_text": notice_text.OBJECTION_RULE,
        "notice_items": [{"seq": n, **_case_words(case)} for n, case in enumerate(cases, 1)],
        "channel_phone": person.phone,
        "channel_email": person.email,
        "channel_address": person.organisation.name,
    }


def _decide(opening: Opening) -> Words:
    notice = notices.of_batch(opening.session, opening.batch_key)
    if notice is None:
        return {}
    held = objections.held_back(opening.session, notice.no)
    removed = objections.removed(opening.session, notice.no)

    def state(case_no: str) -> str:
        if case_no in held:
            return "异议办理中，本次不认定"
        return f"移出名单：{removed[case_no]}" if case_no in removed else "无异议"

    undecided = [item for item in notice.items if item.result is None]
    return {
        "decision_items": [
            {"case_no": i.case_no, "cluster_name": i.cluster_name, "objection_state": state(i.case_no)}
            for i in undecided
        ]
    }


def open_batch(opening: Opening) -> Words:
    """What a batch of either kind begins with: four ended years, and whether a rule is in force."""
    years = range(opening.today.year - batches.DATA_YEARS, opening.today.year)
    state = rules.state_in_words(opening.session, opening.today)
    return {"data_years": ",".join(str(year) for year in years), "rule_state": state}


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    "fill_application": fill,
    "accept_application": _accept,
    "consult_departments": _consult,
    "city_onsite_check": onsite_record,
    "province_onsite_check": onsite_record,
    "preliminary_review": review,
    "re_review": review,
    "recommend": _recommend,
    "open_batch": open_batch,
    "selection": _select,
    "publish_notice": _publish,
    "decide_designation": _decide,
}
