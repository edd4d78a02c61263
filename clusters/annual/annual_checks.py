"""What makes an annual report incomplete or impossible (F10, art. 6, 18). Pure: reads no database."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from clusters.annex.indicators import READ_AMOUNTS, YearlyIndicators, read_year
from clusters.annex.row_reader import RowReader, Source
from clusters.annex.yearly_checks import MAY_SWING, PARTS
from clusters.annual import plan_progress
from clusters.annual.annual_deadlines import ARTICLE
from clusters.annual.plan_progress import number
from clusters.exact import cut
from engine.errors import Problem

TOPICS = {
    "plan_execution": "发展规划执行情况",
    "target_progress": "目标进展",
    "work_experience": "工作经验",
    "problems": "存在的问题",
    "improvement_measures": "改进措施",
}
ASPECTS = {
    "a1_leading_industry": "（一）主导产业优势",
    "a2_quality_enterprises": "（二）优质企业培育",
    "a3_innovation": "（三）创业创新",
    "a4_digital": "（四）数字化升级",
    "a5_green": "（五）绿色低碳",
    "a6_openness": "（六）开放合作",
    "a7_governance": "（七）治理和服务",
}
NOTE = "figure_note"
SHOWN = 6

Data = Mapping[str, Any]


def problems(data: Data, year: int, plan: Data, before: Data | None, most_change: Fraction) -> list[Problem]:
    """Everything that stands in the way of filing. `before`: the figures of the year before, if known;
    `most_change`: the share by which a figure may differ from them without an explanation."""
    return [
        *_topics(data, plan),
        *_aspects(data),
        *_figures(data, year, before, most_change),
        *_disclosures(data),
    ]


def _topics(data: Data, plan: Data) -> Iterator[Problem]:
    for name, label in TOPICS.items():
        if name != "target_progress" and not str(data.get(name) or "").strip():
            yield Problem(f"年度报告应包括“{label}”。", name, ARTICLE)
    missing = plan_progress.missing_targets(plan, data.get("target_progress") or [])
    if missing:
        listed = "、".join(missing)
        yield Problem(
            f"目标进展缺少：{listed}。定量目标填完成值，定性目标选完成情况。", "target_progress", ARTICLE
        )


def _aspects(data: Data) -> Iterator[Problem]:
    for name, label in ASPECTS.items():
        if not str(data.get(name) or "").strip():
            yield Problem(f"请填写{label}方面的工作情况。", name, "第六条")


def _disclosures(data: Data) -> Iterator[Problem]:
    rows, none = data.get("incidents") or [], data.get("no_incidents") is True
    if bool(rows) == none:
        message = (
            "列了事故、处罚的，不能同时勾选“没有”。" if none else "本年度没有事故、处罚的，请勾选“没有”。"
        )
        yield Problem(message, "no_incidents", "第十九条")
    if data.get("truth_commitment") is not True:
        yield Problem("请作出真实性承诺。", "truth_commitment", "第十九条")


# --- figures ----------------------------------------------------------------------------------


def _figures(data: Data, year: int, before: Data | None, most_change: Fraction) -> Iterator[Problem]:
    rows = data.get("indicators") or []
    if [row.get("year") for row in rows] != [year]:
        yield Problem(f"年度指标应为{year}年一行。", "indicators", ARTICLE)
        return
    source = Source(is_form=True)
    row = read_year(RowReader(rows[0], source, "indicators.0", 1), range(year, year + 1))
    yield from source.problems
    if source.problems or str(data.get(NOTE) or "").strip():
        return
    odd = [*_too_large(row), *_compared(row, before or {}, most_change)]
    if odd:
        more = f"等{len(odd)}处" if len(odd) > SHOWN else ""
        message = f"请核对并在“指标异常的说明”中写明原因：{'；'.join(odd[:SHOWN])}{more}。"
        yield Problem(message, NOTE, ARTICLE)


def _too_large(row: YearlyIndicators) -> Iterator[str]:
    for name, limit, message in PARTS:
        part, whole = row.get(name), row.get(limit)
        if part is not None and whole is not None and part > whole:
            yield message


def _compared(row: YearlyIndicators, before: Data, most_change: Fraction) -> Iterator[str]:
    """A large change, and an amount carried over that is the same to the last digit (快报 not updated)."""
    for name in row.figures:
        old, new = number(before.get(name)), row.figure(name)
        if not old or name in MAY_SWING:
            continue
        change = new / old - 1
        if abs(change) > most_change:
            yield f"{name_of(name)}较上年变动{cut(change * 100, 2)}%"
        elif change == 0 and name in READ_AMOUNTS:
            yield f"{name_of(name)}与上年完全相同"


FIGURES = {
    "enterprise_count": "企业户数",
    "enterprise_count_production": "生产企业户数",
    "enterprise_count_service": "服务企业户数",
    "sme_count": "中小企业户数",
    "above_scale_count": "规模以上工业企业户数",
    "total_output": "集群总产值",
    "sme_output": "中小企业产值",
    "leading_output": "主导产业产值",
    "revenue": "营业收入",
    "profit": "利润总额",
    "tax_paid": "实缴税金",
    "export_value": "出口额",
    "employees": "从业人员期末人数",
    "resident_population": "所在县常住人口",
    "rd_spend_sme": "中小企业研发经费",
    "rd_spend_total": "集群研发经费",
    "invention_patents": "有效发明专利拥有量",
    "ind_internet_users": "应用工业互联网平台企业数",
    "ind_software_users": "应用工业软件企业数",
    "cloud_users": "上云用云企业数",
    "co2_emission": "二氧化碳排放量",
    "energy_total": "综合能源消费量",
    "clean_energy": "清洁能源消费量",
    "water_total": "工业用水量",
}


def name_of(figure: str) -> str:
    """A figure of the yearly row in words."""
    return FIGURES.get(figure, figure)


def compared_rows(before: Data | None) -> Sequence[dict[str, Any]]:
    """Last year's figures, one line each, to be read beside the form."""
    known = before or {}
    return [
        {"figure": label, "value": str(known[n])} for n, label in FIGURES.items() if known.get(n) is not None
    ]
