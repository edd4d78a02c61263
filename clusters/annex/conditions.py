"""Criteria that are no figure of a year: incidents, titles, operator, coverage, plan, and evidence.

Knows what each needs to be met; not how a person will judge what is left to people (D-13).
"""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from clusters.annex.enterprises import CreditResult, Enterprise
from clusters.annex.incidents import Weight, window
from clusters.annex.metrics import Bound, Case, not_computable, percentage
from clusters.annex.narrative import LIST_LABELS, SHARED_KINDS, Narrative
from clusters.annex.plan_rows import ASPECT_LABELS, Aspect
from clusters.annex.standard_parts import Criterion
from clusters.annex.verdicts import VERDICT_LABELS, Finding, Verdict
from clusters.exact import cut, plain
from engine.due_dates import chinese


def incidents(case: Case, criterion: Criterion) -> Finding:
    """附件序言: excluded grades in the rolling years fail, the rest is weighed by a person (A-05)."""
    rule = case.standard.incidents
    span = window(case.on, case.application.year, rule)
    weights = Counter(incident.weight(span, rule) for incident in case.application.incidents)
    dishonest = sum(row.credit_check_result is CreditResult.SERIOUS for row in case.application.enterprises)
    unclear = weights[Weight.NEEDS_JUDGMENT] + dishonest
    excluding = Fraction(weights[Weight.EXCLUDES])
    verdict = Bound.of(criterion).verdict(excluding)
    if verdict is Verdict.PASS and unclear:
        verdict = Verdict.NEEDS_JUDGMENT
    explanation = (
        f"{chinese(span.recent_from)}至{chinese(span.until)}达到排除等级的 {excluding} 起，"
        f"须由人员判断的 {unclear} 起（件），等级较低的 {weights[Weight.BELOW_GRADE]} 起，"
        f"期间以外的 {weights[Weight.OUTSIDE]} 起，{VERDICT_LABELS[verdict]}。"
    )
    return Finding(
        verdict,
        explanation,
        value=plain(excluding),
        threshold=plain(Bound.of(criterion).threshold),
        margin=plain(Bound.of(criterion).margin(excluding)),
    )


def honours(case: Case, criterion: Criterion) -> Finding:
    """附件二: A national champion or 小巨人 of the leading industry, or B enough firms with other titles."""
    assert criterion.alternative_threshold is not None
    first = Bound.of(criterion)
    second = Bound(first.operator, Fraction(criterion.alternative_threshold))
    members = case.application.members(case.on)
    leading = _distinct(row for row in members if row.is_leading_industry and _is_champion(row, case))
    titled = _distinct(row for row in members if _has_title(row, case))
    by_first = first.verdict(leading) is Verdict.PASS
    bound, count = (first, leading) if by_first else (second, titled)
    verdict = _honours_verdict(bound.verdict(count), members, case)
    return Finding(
        verdict,
        f"主导产业的全国单项冠军或“小巨人”企业 {leading} 家（要求不少于 {first.threshold} 家），"
        f"专精特新、创新型、高新技术企业去重后 {titled} 家（要求不少于 {second.threshold} 家），"
        f"具备其一即可，{VERDICT_LABELS[verdict]}。",
        value=plain(count),
        threshold=plain(bound.threshold),
        margin=plain(bound.margin(count)),
    )


def _honours_verdict(verdict: Verdict, members: tuple[Enterprise, ...], case: Case) -> Verdict:
    """A provincial champion alone is not silently excluded: 附件二 does not say 国家级 (A-03)."""
    provincial = any(row.is_leading_industry and row.is_provincial_champion(case.on) for row in members)
    return Verdict.NEEDS_JUDGMENT if verdict is Verdict.FAIL and provincial else verdict


def _is_champion(row: Enterprise, case: Case) -> bool:
    return row.is_national_champion(case.on) or row.is_little_giant(case.on)


def _has_title(row: Enterprise, case: Case) -> bool:
    schemes = case.standard.choices.innovative_schemes
    return row.is_specialised(case.on, schemes) or row.is_high_tech(case.on)


def _distinct(rows: Iterable[Enterprise]) -> Fraction:
    """One firm counts once, whatever titles it holds (D-10)."""
    return Fraction(len({row.uscc for row in rows}))


def operator_present(case: Case, criterion: Criterion) -> Finding:
    """附件八: the body exists, and a document shows that it does."""
    narrative = case.application.narrative
    missing = []
    if not narrative.operator_name:
        missing.append("机构名称")
    if not narrative.operator_approval_no:
        missing.append("设立批准文号")
    if missing:
        return Finding(Verdict.FAIL, f"{criterion.label}没有填写{'、'.join(missing)}，不符合。")
    return Finding(Verdict.PASS, f"{criterion.label}“{narrative.operator_name}”已设立并有批准文号，符合。")


def coverage(case: Case, criterion: Criterion) -> Finding:
    """全覆盖: as many reached as there are to reach."""
    narrative = case.application.narrative
    total, reached = narrative.policy_coverage_total, narrative.policy_coverage_reached
    if not total:
        return not_computable(criterion, "应宣贯企业数为 0")
    if reached > total:
        explanation = f"已宣贯 {reached} 户多于应宣贯 {total} 户，数字有误，不符合。"
        return Finding(Verdict.FAIL, explanation, cut(Fraction(reached, total) * 100))
    return percentage(criterion, Fraction(reached, total), f"应宣贯 {total} 户，已宣贯 {reached} 户。")


def plan(case: Case, criterion: Criterion) -> Finding:
    """附件八 with 第六条: every aspect has a target and a measure; their quality is for a person."""
    application = case.application
    missing = [] if application.narrative.plan_file else ["规划文件"]
    missing += _missing_aspects("目标", {row.aspect for row in application.plan_targets})
    missing += _missing_aspects("措施", {row.aspect for row in application.plan_measures})
    if missing:
        return Finding(Verdict.FAIL, f"{criterion.label}缺少{'、'.join(missing)}，不符合。")
    explanation = f"规划文件及各方面的目标、措施齐全；{criterion.question}，由评审人员判断。"
    return Finding(Verdict.NEEDS_JUDGMENT, explanation)


def _missing_aspects(what: str, given: set[Aspect]) -> list[str]:
    return [f"“{ASPECT_LABELS[aspect]}”{what}" for aspect in Aspect if aspect not in given]


def evidence(case: Case, criterion: Criterion) -> Finding:
    """What only people can judge: the question, and how much evidence was handed in."""
    narrative = case.application.narrative
    counts = [f"{LIST_LABELS[name]} {rows_of(narrative, name)} 项" for name in criterion.evidence]
    shown = f"已提交：{'、'.join(counts)}。" if counts else ""
    return Finding(Verdict.NEEDS_JUDGMENT, f"{criterion.question}，由评审人员判断。{shown}")


def rows_of(narrative: Narrative, name: str) -> int:
    """Rows of a list of evidence; of the shared mechanisms, the kinds of 附件三 that exist."""
    if name == "shared_mechanisms":
        return len({row.kind for row in narrative.shared_mechanisms if row.established} & set(SHARED_KINDS))
    return narrative.evidence[name]
