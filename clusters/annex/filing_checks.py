"""What looks incomplete in the header, the lists and the plan of F01. Warnings only."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from clusters.annex.conditions import rows_of
from clusters.annex.metrics import Case
from clusters.annex.narrative import LIST_LABELS, SHARED_KINDS
from clusters.annex.narrative_rows import Patent
from clusters.annex.plan_rows import Direction, PlanTarget
from clusters.people.regions import all_regions
from engine.errors import Problem

PATENT_NO = re.compile(r"ZL\d{4}[18]\d{7}\.[\dX]", re.ASCII)  # numbers before 2003 are shorter
IN_FORCE = "有效"


def filing_checks(case: Case) -> Iterator[Problem]:
    yield from _rule(case)
    for field, message in (*_header(case), *_lists(case), *_proofs(case), *_plan(case)):
        yield Problem(message, case.application.at(field))
    yield from _mechanisms(case)
    yield from _patents(case)
    yield from _targets(case)


def _rule(case: Case) -> Iterator[Problem]:
    """A lapsed rule still binds what began under it (part 9); whoever opens a batch is asked there."""
    if not case.standard.in_force_on(case.on):
        standard = case.standard
        message = f"{standard.title}施行期为 {standard.valid_from} 至 {standard.valid_to}，{case.on} 不在其中"
        yield Problem(message, "reference_date", standard.article)


def _header(case: Case) -> Iterator[tuple[str, str]]:
    narrative = case.application.narrative
    place = all_regions().get(narrative.county_code)
    if place is None or not place.may_apply:
        yield "county_code", "所在县（市、区）代码不在可申报的区划之内"
    if narrative.is_within_county is False:
        note = "" if narrative.cross_county_note else "，且没有说明"
        yield "is_within_county", f"集群不全在县级区划范围内{note}"
    if not narrative.area_km2:
        yield "area_km2", "占地面积为 0"
    if narrative.established_year is not None and narrative.established_year > case.application.year:
        yield "established_year", "形成年份晚于申报年度"
    if narrative.key_supply_ratio is not None and narrative.key_supply_ratio > 100:
        yield "key_supply_ratio", "本地配套率超过 100%"
    if narrative.policy_coverage_total != case.application.before(1).figure("enterprise_count"):
        yield "policy_coverage_total", "应宣贯企业数与最近一年企业户数不一致"
    if not narrative.incident_declaration:
        yield "incident_declaration", "没有承诺已如实披露重大问题"


def _lists(case: Case) -> Iterator[tuple[str, str]]:
    """Row minimums of what reviewers will look for."""
    for criterion in case.standard.criteria:
        for name, least in criterion.evidence.items():
            count = rows_of(case.application.narrative, name)
            if count < least:
                yield name, f"{LIST_LABELS[name]}应不少于 {least} 项，现有 {count} 项"
    narrative = case.application.narrative
    if narrative.is_energy_intensive and not narrative.energy_benchmarks:
        yield "energy_benchmarks", "高耗能行业应填写能效对标表"
    if narrative.is_water_intensive and not narrative.water_benchmarks:
        yield "water_benchmarks", "高用水行业应填写水效对标表"


def _proofs(case: Case) -> Iterator[tuple[str, str]]:
    given = {proof.dept for proof in case.application.narrative.authority_proofs if proof.files}
    missing = [dept for dept in case.standard.plausibility.departments if dept not in given]
    if missing:
        yield "authority_proofs", f"缺少{'、'.join(missing)}部门的证明或回函"


def _plan(case: Case) -> Iterator[tuple[str, str]]:
    narrative, limits = case.application.narrative, case.standard.plausibility
    start, end = narrative.plan_start_year, narrative.plan_end_year
    if start is not None and not 0 <= start - case.application.year <= limits.plan_latest_start:
        yield "plan_start_year", "规划起始年度应为申报年度或次年"
    if start is not None and end is not None and end - start + 1 != limits.plan_years:
        yield "plan_end_year", f"规划起止年度应为 {limits.plan_years} 年"


def _mechanisms(case: Case) -> Iterator[Problem]:
    for row in case.application.narrative.shared_mechanisms:
        if row.established and not row.proof:
            label = SHARED_KINDS.get(row.kind, row.kind)
            yield Problem(f"{label}共享机制没有证明材料", f"{row.path}.proof", row=row.row)


def _patents(case: Case) -> Iterator[Problem]:
    """A patent counts when it was in force on the last day of the latest year (F01-K)."""
    last_day = date(case.application.year - 1, 12, 31)
    for row in case.application.narrative.patents:
        for field, message in _patent(row, last_day):
            yield Problem(message, f"{row.path}.{field}", row=row.row)


def _patent(row: Patent, last_day: date) -> Iterator[tuple[str, str]]:
    if not PATENT_NO.fullmatch(row.patent_no):
        yield "patent_no", "专利号格式不常见，请核实"
    if row.legal_status != IN_FORCE:
        yield "legal_status", f"法律状态不是“{IN_FORCE}”，请核实是否应计入"
    if row.granted_on is not None and row.granted_on > last_day:
        yield "grant_date", f"{last_day} 时尚未授权，请核实是否应计入"
    if row.expires_on is not None and row.expires_on < last_day:
        yield "expires_on", f"{last_day} 前已届满，请核实是否应计入"


def _targets(case: Case) -> Iterator[Problem]:
    targets, limits = case.application.plan_targets, case.standard.plausibility
    if len(targets) < limits.plan_targets:
        yield Problem(f"规划目标应不少于 {limits.plan_targets} 项", "plan_targets")
    if sum(row.quantitative is True for row in targets) < limits.quantitative_targets:
        yield Problem(f"定量目标宜不少于 {limits.quantitative_targets} 项", "plan_targets")
    weights = [row.weight for row in targets if row.weight is not None]
    if weights and sum(weights) != 100:
        yield Problem("规划目标权重之和不是 100%", "plan_targets")
    for row in targets:
        for field, message in _target(row):
            yield Problem(message, f"{row.path}.{field}", row=row.row)


def _target(row: PlanTarget) -> Iterator[tuple[str, str]]:
    if not row.quantitative:
        if not row.qualitative_criterion:
            yield "qualitative_criterion", "定性目标没有验收标准"
        return
    if not row.unit or row.direction is None:
        yield "unit", "定量目标没有计量单位或方向"
    if row.baseline_value is None or row.baseline_year is None:
        yield "baseline_value", "定量目标没有基期值或基期年度"
    values = [value for value in row.values if value is not None]
    if len(values) < len(row.values):
        yield "target_y1", "定量目标没有填全三年目标值"
    ordered = values if row.direction is Direction.HIGHER_BETTER else values[::-1]
    if row.direction is not None and any(later < earlier for earlier, later in pairwise(ordered)):
        yield "target_y1", "三年目标值与所选方向不一致"
