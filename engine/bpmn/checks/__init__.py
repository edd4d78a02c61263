"""What a deployment would refuse, and why (D3). Each room of this package looks at one theme.

Findings are for the process owner: in Chinese, saying what, where and what to do.
"""

from collections.abc import Callable, Iterable, Mapping

from engine.bpmn.checks.code import check_code
from engine.bpmn.checks.conditions import check_conditions
from engine.bpmn.checks.elements import check_elements
from engine.bpmn.checks.events import check_events
from engine.bpmn.checks.examination import Examination, Surroundings
from engine.bpmn.checks.flow import check_flow
from engine.bpmn.checks.reading import check_reading
from engine.bpmn.checks.slots import check_expressions
from engine.bpmn.checks.structure import check_structure
from engine.bpmn.checks.tasks import check_tasks
from engine.bpmn.checks.timers import check_timers
from engine.bpmn.checks.tokens import check_tokens
from engine.bpmn.findings import DiagramRefused, Finding, Report
from engine.bpmn.xml import read_diagram

__all__ = ["Finding", "Report", "Surroundings", "check_bundle", "examine"]

CHECKS: tuple[Callable[[Examination], None], ...] = (
    check_structure,
    check_elements,
    check_code,
    check_expressions,
    check_conditions,
    check_flow,
    check_tokens,
    check_events,
    check_timers,
    check_tasks,
    check_reading,
)


def check_bundle(
    data: bytes,
    forms: Mapping[str, str | None],
    topics: Iterable[str],
    roles: Iterable[str],
    articles: Iterable[str] | None = None,
    terms: Iterable[str] | None = None,
) -> Report:
    """The answer about one diagram with its forms, in this process and without a limit of time.

    For files of strangers call `engine.bpmn.guard.check_guarded` instead.
    """
    return examine(data, Surroundings.of(forms, topics, roles, articles, terms))


def examine(data: bytes, around: Surroundings) -> Report:
    try:
        diagram = read_diagram(data)
    except DiagramRefused as refused:
        return Report.refusing(refused.finding)
    exam = Examination(diagram, around)
    for check in CHECKS:
        check(exam)
    return exam.report()
