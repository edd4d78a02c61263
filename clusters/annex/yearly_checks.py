"""What looks wrong in the yearly figures (F01-Y, 5.3). Warnings ask for an explanation, never decide."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from clusters.annex.indicators import YearlyIndicators
from clusters.annex.metrics import Bound, Case, grows, other_growths, per_ten_thousand_in
from clusters.annex.standard_parts import Criterion
from clusters.annex.trends import rate
from clusters.annex.verdicts import Verdict
from clusters.exact import cut
from engine.errors import Problem

# Field, the field it cannot exceed, and what is said of both.
PARTS = (
    ("sme_count", "enterprise_count", "中小企业户数大于企业户数"),
    ("above_scale_count", "enterprise_count", "规模以上工业企业户数大于企业户数"),
    ("ind_internet_users", "enterprise_count", "应用工业互联网平台的企业数大于企业户数"),
    ("ind_software_users", "enterprise_count", "应用工业软件的企业数大于企业户数"),
    ("cloud_users", "enterprise_count", "上云企业数大于企业户数"),
    ("clean_energy", "energy_total", "清洁能源消费量大于综合能源消费量"),
    ("rd_spend_sme", "rd_spend_total", "中小企业研发经费大于集群研发经费"),
)
MAY_SWING = frozenset({"profit"})  # a change of sign has no rate


def yearly_checks(case: Case) -> Iterator[Problem]:
    used = [case.application.before(before) for before in range(case.standard.choices.growth_base, 0, -1)]
    for row in case.application.years.values():
        if row not in used:
            yield Problem(f"{row.year} 年不在核对的年度之内，没有使用", f"{row.path}.year", row=row.row)
    for row in used:
        yield from _parts(row)
    yield from _price_bases(used)
    yield from _jumps(case, used)
    for criterion in case.standard.criteria:
        yield from _earlier_years(case, criterion)
        yield from _growth_readings(case, criterion)


def _parts(row: YearlyIndicators) -> Iterator[Problem]:
    for name, limit, message in PARTS:
        part, whole = row.get(name), row.get(limit)
        if part is not None and whole is not None and part > whole:
            yield Problem(f"{row.year} 年{message}", f"{row.path}.{name}", row=row.row)
    kinds = [row.get("enterprise_count_production"), row.get("enterprise_count_service")]
    if sum(kind for kind in kinds if kind is not None) > row.figure("enterprise_count"):
        message = f"{row.year} 年生产、服务企业户数之和大于企业户数"
        yield Problem(message, f"{row.path}.enterprise_count_production", row=row.row)
    if not row.figure("employees"):
        yield Problem(f"{row.year} 年从业人员为 0", f"{row.path}.employees", row=row.row)


def _price_bases(rows: list[YearlyIndicators]) -> Iterator[Problem]:
    """Current and constant prices are never mixed (2.9)."""
    if len({row.price_basis for row in rows if row.price_basis}) > 1:
        yield Problem("各年价格口径不一致", "indicators")


def _jumps(case: Case, rows: list[YearlyIndicators]) -> Iterator[Problem]:
    """5.3 no. 8."""
    limit = Fraction(case.standard.plausibility.yearly_change) / 100
    for earlier, later in pairwise(rows):
        for name in later.figures:
            before = earlier.get(name)
            if not before or name in MAY_SWING:
                continue
            change = later.figure(name) / before - 1
            if abs(change) > limit:
                message = f"{later.year} 年较上年变动 {cut(change * 100, 2)}%，请说明原因"
                yield Problem(message, f"{later.path}.{name}", row=later.row)


def _earlier_years(case: Case, criterion: Criterion) -> Iterator[Problem]:
    """Tested on the latest year; an earlier share that fails is worth knowing (A-07)."""
    if criterion.metric not in ("share", "per_ten_thousand"):
        return
    bound = Bound.of(criterion)
    for before in case.recent[:-1]:
        row = case.application.before(before)
        if criterion.metric == "share":
            part = rate(row, criterion)
            value = None if part is None else part * 100
        else:
            value = per_ten_thousand_in(case, criterion, row)
        if value is not None and bound.verdict(value) is Verdict.FAIL:
            message = f"{row.year} 年{criterion.label}为 {cut(value)}，未达 {criterion.id} 的要求"
            yield Problem(message, f"{row.path}.{criterion.of}", row=row.row)


def _growth_readings(case: Case, criterion: Criterion) -> Iterator[Problem]:
    """Where other readings of 年均 would decide otherwise, the reviewer gives a reason (D-07)."""
    if criterion.metric != "growth":
        return
    years = case.standard.choices.growth_base - 1
    base, last = case.application.before(years + 1), case.application.before(1)
    if not base.figure(criterion.of):
        return
    used = grows(last.figure(criterion.of) / base.figure(criterion.of), years, Bound.of(criterion))
    for name, shown, verdict in other_growths(case, criterion):
        if verdict is not used:
            message = f"{criterion.label}按“{name}”为 {shown}%，与采用的算法结论不同，请评审人员说明理由"
            yield Problem(message, f"{last.path}.{criterion.of}", row=last.row)
