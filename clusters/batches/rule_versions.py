"""A new version of the regulation arrives (art. 21, part 9): taken in, and compared with what is designated.

The comparison informs; it has no effect on anybody's title. Who is bound to which version is decided at
acceptance and by the terms already granted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clusters.annex import criteria
from clusters.annex.standard import Standard, StandardInvalid
from clusters.annex.verdicts import Result
from clusters.applications import assessment
from clusters.batches import rules
from clusters.batches.models import RuleVersionRow
from clusters.register import register
from clusters.register.models import Cluster
from engine.due_dates import chinese
from engine.errors import Problem, Refused


@dataclass(frozen=True)
class Compared:
    """One designated cluster under another version: what would fail that does not fail today.

    `figures` is False where the register holds no application to compute from (imported clusters).
    """

    cluster: Cluster
    figures: bool
    failing: tuple[Result, ...] = ()


def take_in(session: Session, text: str) -> RuleVersionRow:
    """Keep a version from the text of a standard file. Raises Refused with what is wrong in it."""
    try:
        standard = Standard.from_toml(text)
    except StandardInvalid as invalid:
        raise Refused([Problem(str(invalid), "standard", rules.ARTICLE)]) from None
    if any(version.code == standard.id for version in rules.versions(session)):
        message = f"规则版本“{standard.id}”已经在册，不能改动；新的规定请用新的版本号。"
        raise Refused([Problem(message, "standard", rules.ARTICLE)])
    earlier = next((v for v in rules.versions(session) if v.effective_from >= standard.valid_from), None)
    if earlier is not None:
        later_than = f"“{earlier.code}”的{chinese(earlier.effective_from)}"
        message = f"施行日期{chinese(standard.valid_from)}不晚于已有版本{later_than}。"
        raise Refused([Problem(message, "standard", rules.ARTICLE)])
    return rules.keep(session, standard, text)


def compare(session: Session, code: str, today: date) -> list[Compared]:
    """Every standing cluster by this version, on the figures of its latest effective application."""
    standard = rules.standard(session, code)
    return [_compare(session, cluster, standard, today) for cluster in register.standing(session)]


def _compare(session: Session, cluster: Cluster, standard: Standard, today: date) -> Compared:
    instance_id = register.application_instance(session, cluster)
    if instance_id is None:
        return Compared(cluster, figures=False)
    figures = assessment.figures_of(session, instance_id, today)
    now = _failing(criteria.check(figures, rules.standard(session, cluster.rule_version), today).results)
    then = _failing(criteria.check(figures, standard, today).results)
    return Compared(cluster, True, tuple(result for id_, result in then.items() if id_ not in now))


def _failing(results: tuple[Result, ...]) -> Mapping[str, Result]:
    return {result.id: result for result in results if result.verdict == "fail"}
