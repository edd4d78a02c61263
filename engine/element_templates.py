"""Element templates for any Camunda Modeler, made from the catalogue of handlers.

A template offers a topic with its inputs and outputs in a drop-down. The Camunda 7 flavour knows
String, Text, Hidden and Dropdown only: with any other type a template disappears without a word.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.contract import Handler

Template = dict[str, Any]
PREFIX = "qilian"
FOLDER = ".camunda/element-templates"

# What a user task may say beside its form (D2), in the order in which one thinks of it.
USER_TASK = (
    ("article", "依据条款", "如 第十四条、附件一"),
    ("remind", "提醒", "相对期限的工作日，如 -5,-2,0,+1 或 daily:-5..0；自然日，如 -90d；或日期，如 01-20"),
    ("alsoBy", "也可由其办理", "泳道之外的另一岗位，如 operator_clerk；谁先办算谁的"),
    ("notBy", "不得由其办理人办理", "前面环节的标识，如 fill_application"),
    ("notByCase", "连同哪个办件的办理人", "另一办件编号的表达式，如 ${case_no}"),
    ("opinions", "会签", "all:2 为两人一致同意，majority 为过半数"),
    ("clock", "计入的时限", "标准中的期限名，如 acceptance"),
    ("stopsClock", "中止的时限", "补正期间不计入的期限名"),
    ("submit", "提交按钮", "按钮上的话，说明提交什么、送给谁，如 提交初审意见，送签批；不填为“提交：任务名”"),
)


def templates(handlers: Iterable[Handler]) -> list[Template]:
    """One template per topic, one for user tasks, one for messages between processes."""
    return [*(_service(handler) for handler in handlers), _user_task(), _message()]


def template_file(found: Iterable[Mapping[str, Any]]) -> str:
    """The text of a file that a modeler reads."""
    return json.dumps(list(found), ensure_ascii=False, indent=2) + "\n"


def _service(handler: Handler) -> Template:
    inputs = [_input(name, label) for name, label in handler.inputs.items()]
    outputs = [_output(name, label) for name, label in handler.outputs.items()]
    fixed = [_hidden("camunda:type", "external"), _hidden("camunda:topic", handler.topic)]
    return {
        "id": f"{PREFIX}.{handler.topic}",
        "name": handler.label,
        "description": f"由系统办理：{handler.topic}",
        "appliesTo": ["bpmn:ServiceTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "groups": [{"id": "inputs", "label": "输入"}, {"id": "outputs", "label": "结果"}],
        "properties": [*fixed, *inputs, *outputs],
    }


def _input(name: str, label: str) -> dict[str, Any]:
    return _visible(label, {"type": "camunda:inputParameter", "name": name}, "inputs", f"${{{name}}}")


def _output(name: str, label: str) -> dict[str, Any]:
    source = {"type": "camunda:outputParameter", "source": f"${{{name}}}"}
    return _visible(f"{label}，存为", source, "outputs", name)


def _user_task() -> Template:
    said = [
        _visible(label, {"type": "camunda:property", "name": name}, "rules", "", description)
        for name, label, description in USER_TASK
    ]
    form = _visible(
        "表单", _property("camunda:formRef"), "form", "", "表单文件名，不带 .form；与环节标识相同"
    )
    due = _visible("期限", _property("camunda:dueDate"), "form", "", "如 ${working_days_after(today(), 5)}")
    latest = _hidden("camunda:formRefBinding", "latest")
    return {
        "id": f"{PREFIX}.user_task",
        "name": "人员办理",
        "description": "由泳道所示岗位的人员填写表单",
        "appliesTo": ["bpmn:UserTask"],
        "elementType": {"value": "bpmn:UserTask"},
        "groups": [{"id": "form", "label": "表单与期限"}, {"id": "rules", "label": "办理规则"}],
        "properties": [latest, form, due, *said],
    }


def _message() -> Template:
    to = {"type": "camunda:inputParameter", "name": "to"}
    return {
        "id": f"{PREFIX}.message",
        "name": "发消息给另一流程",
        "description": "收件流程的编号写在“发往”中；其余输入参数是消息内容",
        "appliesTo": ["bpmn:IntermediateThrowEvent"],
        "groups": [{"id": "inputs", "label": "消息"}],
        "properties": [_visible("发往", to, "inputs", "", "收件办件的编号，如 ${recommendation_key}")],
    }


def _property(name: str) -> dict[str, str]:
    return {"type": "property", "name": name}


def _hidden(name: str, value: str) -> dict[str, Any]:
    return {"type": "Hidden", "value": value, "binding": _property(name)}


def _visible(
    label: str, binding: Mapping[str, str], group: str, value: str, description: str = ""
) -> dict[str, Any]:
    field: dict[str, Any] = {"label": label, "type": "String", "group": group, "binding": dict(binding)}
    if value:
        field["value"] = value
    if description:
        field["description"] = description
    return field
