"""What looks wrong in the roster or between roster, yearly figures and disclosures (F01-E, 5.3)."""

import re
from collections.abc import Iterator
from fractions import Fraction

from clusters.annex.enterprises import CreditResult, Enterprise
from clusters.annex.incidents import Incident
from clusters.annex.metrics import Case
from clusters.annex.standard_parts import Severity
from clusters.exact import grouped, plain
from engine.errors import Problem

HIGH_TECH_CERTIFICATE = re.compile(r"G[RSF]\d{12}", re.ASCII)
COMPANY = "9"  # first character of a company's code (GB 32100-2015)


def roster_checks(case: Case) -> Iterator[Problem]:
    for row in case.application.enterprises:
        for field, message in _oddities(case, row):
            yield Problem(message, f"{row.path}.{field}", row=row.row)
    yield from _sums(case)
    yield from _counts(case)
    yield from _incidents(case)


def _oddities(case: Case, row: Enterprise) -> Iterator[tuple[str, str]]:
    """Field and message for everything odd about one enterprise."""
    yield from row.title_faults(case.on, case.standard.choices.innovative_schemes)
    county = case.application.narrative.county_code
    if row.region_code and county and row.region_code != county:
        yield "region_code", "注册地不在集群所在县，仍按实际生产经营地计入，请核实"
    if not row.counts_on(case.on):
        yield "in_boundary", "不在集群范围内或参考日期不在名单内，不计入"
    if not row.uscc.startswith(COMPANY):
        yield "uscc", "统一社会信用代码首位不是 9，请核实是否为企业"
    if row.is_hnte and row.hnte.certificate and not HIGH_TECH_CERTIFICATE.fullmatch(row.hnte.certificate):
        yield "hnte_cert_no", "高新技术企业证书编号格式不常见，请核实"
    if row.uses_ind_platform and not row.ind_platform_name:
        yield "ind_platform_name", "应用工业互联网平台但没有填写平台名称"
    if row.credit_check_result in (CreditResult.ABNORMAL, CreditResult.SERIOUS):
        yield "credit_check_result", "信用核查结果异常，请核实"
    yield from _size(case, row)


def _size(case: Case, row: Enterprise) -> Iterator[tuple[str, str]]:
    computed = row.computed_size(case.standard.sizes)
    if row.size_declared and computed and row.size_declared is not computed and not row.size_reason:
        yield "size_class", "填报的企业规模与按划型标准计算的不同，没有理由的按计算结果"


def _sums(case: Case) -> Iterator[Problem]:
    """5.3 no. 1 and 2: the roster adds up to the yearly figures."""
    members = case.application.members(case.on)
    for before in case.recent:
        outputs = [row.outputs[before] for row in members if before in row.outputs]
        yield from _differs(case, before, "total_output", Fraction(sum(outputs)), "名单企业产值之和")
    small = [row.outputs[1] for row in members if 1 in row.outputs and row.is_sme(case.standard.sizes)]
    yield from _differs(case, 1, "sme_output", Fraction(sum(small)), "名单中小企业产值之和")


def _differs(case: Case, before: int, name: str, total: Fraction, label: str) -> Iterator[Problem]:
    row = case.application.before(before)
    declared = row.figure(name)
    if abs(total - declared) * 100 > declared * Fraction(case.standard.plausibility.roster_tolerance):
        both = f"{grouped(plain(total))} 万元与填报数 {grouped(plain(declared))} 万元"
        message = f"{row.year} 年{label} {both}相差过大，请说明"
        yield Problem(message, f"{row.path}.{name}", row=row.row)


def _counts(case: Case) -> Iterator[Problem]:
    """5.3 no. 3 to 5: last year's counts follow from the roster and the lists (A-22)."""
    members = case.application.members(case.on)
    counted = [
        ("enterprise_count", len(members), "计入的名单企业"),
        ("sme_count", sum(row.is_sme(case.standard.sizes) is True for row in members), "名单中小企业"),
        ("ind_internet_users", sum(row.uses_ind_platform is True for row in members), "名单应用平台企业"),
        ("ind_software_users", sum(row.uses_ind_software is True for row in members), "名单应用软件企业"),
        ("cloud_users", sum(row.on_cloud is True for row in members), "名单上云企业"),
        ("invention_patents", sum(row.invention_patents or 0 for row in members), "名单企业发明专利"),
        ("invention_patents", len(case.application.narrative.patents), "有效发明专利清单"),
    ]
    latest = case.application.before(1)
    for name, count, label in counted:
        declared = latest.get(name)
        if declared is not None and declared != count:
            message = f"{latest.year} 年填报 {plain(declared)}，{label}为 {count}，两者不一致"
            yield Problem(message, f"{latest.path}.{name}", row=latest.row)


def _incidents(case: Case) -> Iterator[Problem]:
    disclosed = {incident.uscc for incident in case.application.incidents}
    for row in case.application.enterprises:
        if row.incident_flag and row.uscc not in disclosed:
            yield Problem("标明近三年有重大问题，但没有对应的披露", f"{row.path}.incident_flag", row=row.row)
    roster = {row.uscc for row in case.application.enterprises}
    for incident in case.application.incidents:
        for field, message in _disclosure(case, incident, roster):
            yield Problem(message, f"{incident.path}.{field}", row=incident.row)


def _disclosure(case: Case, incident: Incident, roster: set[str]) -> Iterator[tuple[str, str]]:
    if incident.uscc not in roster:
        yield "uscc", "披露的企业不在名单内，仍予计入"
    if incident.happened_on > case.on:
        yield "date", "发生日期晚于参考日期，没有计入"
    if incident.category in case.standard.incidents.graded and incident.severity is Severity.UNGRADED:
        yield "severity", "该类事件应填写等级"
    if not incident.doc_no:
        yield "doc_no", "没有生效文书号"
