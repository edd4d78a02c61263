"""What a step of a diagram demands, in words: for the owner of a process, who reads no expressions."""

import re
from collections.abc import Mapping

from clusters.annex.standard_parts import Period
from clusters.people import roles
from engine.bpmn.model import ProcessModel, ServiceTask, UserTask

COUNTED = re.compile(r"[$#]\{\s*working_days_after\(\s*([\w.()]+)\s*,\s*term\('(\w+)'\)\s*\)\s*\}")
NAMED = re.compile(r"[$#]\{\s*(\w+)\s*\}")
ALL_OF = re.compile(r"all:(\d+)")


def of_user_task(model: ProcessModel, task: UserTask, periods: Mapping[str, Period]) -> list[str]:
    told = [f"期限：{due_words(task.due, periods)}"] if task.due else []
    told += [f"时限：{_period(task.clock, periods)}"] if task.clock else []
    told += [_opinions(task.opinions)] if task.opinions else []
    told += [f"{roles.label(task.also_by)}也可办理"] if task.also_by else []
    names = [model.nodes[e].name if e in model.nodes else e for e in task.not_by]
    told += [f"办理过“{'”“'.join(names)}”的人不能办理"] if names else []
    return told


def of_service_task(task: ServiceTask) -> list[str]:
    return [task.topic, *(["先提交后办理"] if task.put_off else [])]


def due_words(expression: str, periods: Mapping[str, Period]) -> str:
    """What cannot be said more simply stays as it is written."""
    if counted := COUNTED.fullmatch(expression.strip()):
        start, term = counted.groups()
        since = "送到之日" if start == "today()" else f"“{start}”之日"
        return f"{since}起 {_period(term, periods)}"
    if named := NAMED.fullmatch(expression.strip()):
        return f"前面环节算出的日期（{named.group(1)}）"
    return expression


def _period(name: str, periods: Mapping[str, Period]) -> str:
    period = periods.get(name)
    if period is None:
        return name
    return f"{period.value} 个工作日（{period.label}）" if period.unit == "working_days" else period.label


def _opinions(rule: str) -> str:
    if wanted := ALL_OF.fullmatch(rule):
        return f"{wanted.group(1)} 人会签，全部同意"
    return "会签，过半数同意" if rule == "majority" else f"会签：{rule}"
