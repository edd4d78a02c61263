"""What the sandbox's people write: applications made from one sample, and the forms of every step.

All names, codes and figures are invented; codes are well-formed so that the checks can be seen.
"""

import copy
import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from clusters import uscc
from clusters.people import regions
from engine.forms import Form, Table
from engine.periods import add_years

Data = dict[str, Any]
SAMPLE = Path(__file__).with_name("application.json")
SAMPLE_COUNTY, SAMPLE_YEAR = "621122", 2024
TABLES = ("indicators", "enterprises", "incidents", "plan_targets", "plan_measures")


@cache
def _sample() -> str:
    return SAMPLE.read_text(encoding="utf-8")


def application(
    form: Form, file: Data, county: str, name: str, industry: str, year: int, **changes: Any
) -> Data:
    """A complete application of `county` for the application year `year`; `changes` replace fields."""
    document = json.loads(_renamed(_sample(), county))
    flat: Data = {**document["application"], **{table: document[table] for table in TABLES}}
    flat |= {
        "county_code": county,
        "cluster_name": name,
        "leading_industry_name": industry,
        "segment_name": industry,
        "location_desc": f"{regions.name_of(county)}示例工业园及周边三个乡镇（虚构）",
        "operator_name": f"{regions.name_of(county)}特色产业发展服务中心（虚构）",
        "plan_start_year": year,
        "plan_end_year": year + 2,
    }
    _move_years(flat, year - SAMPLE_YEAR)
    _recode(flat, county)
    return _with_files(form, flat | changes, file)


def _renamed(text: str, county: str) -> str:
    place = regions.name_of(county)
    return (
        text.replace("陇西县", place)
        .replace("陇西", place.removesuffix("县"))
        .replace("（示例）", "（虚构）")
    )


def _move_years(data: Data, by: int) -> None:
    for row in data["indicators"]:
        row["year"] += by
    for row in data["plan_targets"]:
        row["baseline_year"] += by
    for row in data["enterprises"]:
        for key in [k for k in row if "_valid_" in k and row[k]]:
            row[key] = add_years(date.fromisoformat(row[key]), by).isoformat()


def _recode(data: Data, county: str) -> None:
    """Credit codes of this county, each with its right check character."""
    known: dict[str, str] = {}

    def code(old: str) -> str:
        body = old[:2] + county + old[8:17]
        return known.setdefault(old, body + uscc.check_character(body))

    for row in data["enterprises"]:
        row["region_code"] = county
    _walk(data, code)


def _walk(value: Any, code: Any) -> None:
    if isinstance(value, list):
        for entry in value:
            _walk(entry, code)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key.endswith("uscc") and isinstance(entry, str) and len(entry) == uscc.LENGTH:
                value[key] = code(entry)
            else:
                _walk(entry, code)


def _with_files(form: Form, data: Data, file: Data) -> Data:
    """File names become references to one stored file, as uploads would have made them."""

    def put(holder: Data, key: str) -> None:
        name = holder.get(key)
        holder[key] = [{**file, "name": name if isinstance(name, str) else file["name"]}]

    for field in form.fields:
        if field.type == "filepicker":
            put(data, field.key)
        elif isinstance(field, Table):
            for row in data.get(field.key) or []:
                for column in field.columns:
                    if column.type == "filepicker":
                        put(row, column.key)
    return data


def leading_share_of_exactly_70(data: Data) -> Data:
    """The leading industry stands at exactly 70.00 %: one 万元 short of passing."""
    changed = copy.deepcopy(data)
    latest = max(changed["indicators"], key=lambda row: row["year"])
    latest["total_output"], latest["leading_output"] = "280000.00", "196000.00"
    latest["sme_output"] = "224000.00"
    return changed


# --- the forms of the steps -------------------------------------------------------------------------


def approval(file: Data) -> Data:
    return {"decision": "approve", "opinion": "内容属实，同意上报。", "seal_scan": [file]}


def acceptance(blank: Mapping[str, Any]) -> Data:
    rows = [{**row, "ok": True} for row in blank["completeness_checklist"]]
    return {"decision": "accept", "completeness_checklist": rows}


def correction(blank: Mapping[str, Any]) -> Data:
    rows = [{**row, "ok": number > 1} for number, row in enumerate(blank["completeness_checklist"])]
    items = [
        {"field": "area_basis", "content": "占地面积的依据文件未写明批复日期，请补充。"},
        {"field": "brand_desc", "content": "请补充区域公用品牌的认定文件名称。"},
    ]
    return {"decision": "correct", "completeness_checklist": rows, "correction_items": items}


def replies(blank: Mapping[str, Any], today: date) -> Data:
    said = {"sent_on": today.isoformat(), "date": today.isoformat(), "result": "clean", "doc_no": "示例函1号"}
    return {"joint_review_replies": [{**row, **said} for row in blank["joint_review_replies"]]}


def inspection(
    application_data: Mapping[str, Any],
    names: list[str],
    org: str,
    today: date,
    file: Data,
    photos: list[Data],
) -> Data:
    sites = [
        {
            "uscc": row["uscc"],
            "name": row["name"],
            "contact": "示例",
            "items": "产值、用工、平台应用",
            "result": "consistent",
        }
        for row in application_data["enterprises"][:3]
    ]
    return {
        "check_date_from": today.isoformat(), "check_date_to": today.isoformat(),
        "sampling_method": "risk_based",
        "team": [{"name": name, "org": org, "title": "核查人员"} for name in names],
        "sites": sites,
        "item_results": [{"item": "产值", "consistent": True}, {"item": "企业户数", "consistent": True}],
        "photos": photos, "conclusion": "consistent", "cooperation": "cooperative", "county_confirm": [file],
    }  # fmt: skip


def judgments(rows: list[Data]) -> list[Data]:
    """Every row that a person has to judge is judged a pass, with a remark."""
    computed = {"符合", "不符合", "不适用"}
    return [
        row
        if row["system_result"] in computed
        else {**row, "reviewer_result": "pass", "remark": "有佐证材料"}
        for row in rows
    ]


def review(blank: Mapping[str, Any]) -> Data:
    return {
        "criteria_results": judgments(blank["criteria_results"]),
        "meets_standard": "true", "recommend": "true", "score": "88",
        "opinion": "经核验材料、比对部门回函并实地抽查，各项指标符合认定标准，建议推荐。",
        "reviewers": [{"name": "初审人员甲"}, {"name": "初审人员乙"}],
    }  # fmt: skip


def signature(opinion: str = "同意。") -> Data:
    return {"decision": "agree", "opinion": opinion}


def recommendation(blank: Mapping[str, Any], today: date, letter_no: str, file: Data) -> Data:
    rows = [{**row, "recommend": "true", "rank": n} for n, row in enumerate(blank["items"], 1)]
    return {"items": rows, "letter_no": letter_no, "letter_date": today.isoformat(), "letter_file": [file],
            "undertaking": True}  # fmt: skip


def formal_check() -> Data:
    return {"formal_result": "pass", "formal_note": "材料齐全，符合要求。", "onsite_exempt": False}


def re_review(blank: Mapping[str, Any]) -> Data:
    return {
        "criteria_recheck": judgments(blank["criteria_recheck"]),
        "result": "qualified",
        "opinion": "复核材料与实地抽查情况一致，各项指标符合认定标准，复审合格。",
        "expert_opinion": "建议认定。",
    }  # fmt: skip


def batch(title: str, notice_no: str, open_on: date, county_due: date, recommend_due: date) -> Data:
    return {
        "title": title, "notice_no": notice_no, "open_on": open_on.isoformat(),
        "county_due": county_due.isoformat(), "recommend_due": recommend_due.isoformat(), "total_plan": 30,
        "growth_definition": "three_intervals", "patent_definition": "employees",
        "honours_definition": "distinct_enterprises", "platform_definition": "all_enterprises",
        "definitions_confirmed": True,
    }  # fmt: skip


def selection(blank: Mapping[str, Any], today: date, file: Data) -> Data:
    rows = [
        {**row, "recheck": "clean", "selected": "true", "ranking": n}
        for n, row in enumerate(blank["items"], 1)
    ]
    return {"items": rows, "recheck_on": today.isoformat(),
            "meeting_type": "office", "meeting_date": today.isoformat(),
            "meeting_minutes_no": f"示例纪要〔{today.year}〕9期", "minutes_file": [file]}  # fmt: skip


def notice(today: date, file: Data) -> Data:
    return {
        "portal_url": f"https://gxt.gansu.gov.cn/gxt/sandbox/{today:%Y%m}.shtml",
        "published_on": today.isoformat(), "published_time": "09:00", "evidence_file": [file],
        "channel_phone": "0931-0000000", "channel_email": "sandbox@example.org",
        "channel_address": "示例路1号",
    }  # fmt: skip


def decision(today: date, file: Data) -> Data:
    return {
        "decision_no": f"示例认定〔{today.year}〕5号",
        "decision_date": today.isoformat(),
        "decision_file": [file],
        "evidence_end_file": [file],
        "recheck_on": today.isoformat(),
        "recheck_clean": True,
        "validity_policy": "CIVIL_CODE",
    }
