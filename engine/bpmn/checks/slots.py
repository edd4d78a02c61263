"""Every place of a diagram where an expression may stand, read by the language of D3 (expression).

A text is an expression when its slot says so, or when it begins like one; half an expression is
refused, because it would stand for itself without a word.
"""

import re
from collections.abc import Iterable
from keyword import iskeyword

from engine.bpmn.checks.examination import Examination, short
from engine.bpmn.xml import BPMN, CAMUNDA, Element, kind, parameter_elements, split_name, text_of
from engine.expressions import Expression, ExpressionError, compile_expression

ALWAYS = frozenset({"conditionExpression", "condition", "loopCondition", "completionCondition"})
FREE = frozenset({"formalExpression", "expression", "resourceAssignmentExpression"})
NAMED = frozenset({"message", "signal", "error", "escalation"})
BANNED_NAMES = frozenset({"typename", "null", "true", "false", "in"})
MAX_TIMES = 1000
WHOLE = re.compile(r"[0-9]+")


def check_expressions(exam: Examination) -> None:
    for element in exam.diagram.root.iter("*"):
        name = kind(element)
        if name in ALWAYS:
            _check_condition(exam, element)
        elif name == "loopCardinality":
            _check_times(exam, element, text_of(element))
        elif name == "standardLoopCharacteristics":
            _check_loop(exam, element)
        elif name in FREE:
            _check_text(exam, element, text_of(element))
        elif name in NAMED and is_marked(element.get("name", "")):
            exam.problem(element, "expression", "的名称不能是表达式，请写固定名称。")
        elif element.tag.startswith(CAMUNDA):
            _check_texts(exam, element, (*element.attrib.values(), text_of(element)))
        _check_attributes(exam, element)
        _check_parameters(exam, element)


def is_marked(text: str) -> bool:
    return "${" in text or "#{" in text


def read_expression(exam: Examination, element: Element, text: str) -> Expression | None:
    """The expression, or None after noting what is wrong with it."""
    try:
        found = compile_expression(text)
    except ExpressionError as error:
        exam.problem(element, "expression", f"的表达式“{short(text)}”有误：{error.reason}。")
        return None
    terms = exam.around.terms
    for term in sorted(found.terms):
        if terms is not None and term not in terms:
            message = f"用了期限“{short(term)}”，认定标准中没有，请改正名称。"
            exam.problem(element, "expression", message)
    return found


def _check_condition(exam: Examination, element: Element) -> None:
    text = text_of(element)
    found = read_expression(exam, element, text)
    if found is not None and not is_marked(text):
        message = f"的条件“{short(text)}”没有写在 ${{…}} 之中，请补上以免其他工具误读。"
        exam.warning(element, "expression", message)


def _check_times(exam: Examination, element: Element, text: str) -> None:
    if not WHOLE.fullmatch(text):
        read_expression(exam, element, text)
    elif not _is_bounded(text):
        exam.problem(element, "expression", f"的次数应为 1 至 {MAX_TIMES}，请改小。")


def _check_loop(exam: Examination, element: Element) -> None:
    times = element.get("loopMaximum")
    if times is None and element.find(f"{BPMN}loopCondition") is None:
        exam.problem(element, "expression", "的循环没有写条件或次数（loopMaximum）。")
    elif times is not None and not _is_bounded(times):
        exam.problem(element, "expression", f"的循环次数应为 1 至 {MAX_TIMES} 的整数。")


def _is_bounded(times: str) -> bool:
    return WHOLE.fullmatch(times) is not None and len(times) <= 9 and 1 <= int(times) <= MAX_TIMES


def _check_text(exam: Examination, element: Element, text: str) -> None:
    if is_marked(text):
        read_expression(exam, element, text)


def _check_texts(exam: Examination, element: Element, texts: Iterable[str]) -> None:
    for text in texts:
        _check_text(exam, element, text)
    source = element.get("sourceExpression")
    if source is not None and not is_marked(source):
        read_expression(exam, element, source)


def _check_attributes(exam: Examination, element: Element) -> None:
    for attribute, value in element.attrib.items():
        if attribute.startswith(CAMUNDA):
            _check_text(exam, element, value)
    collection = element.get(f"{CAMUNDA}collection")
    reference = text_of(element) if kind(element) == "loopDataInputRef" else collection
    if reference is not None and not _is_name(_bare(reference)):
        message = f"的集合“{short(reference)}”应是一个变量名，如 ${{items}}。"
        exam.problem(element, "expression", message)


def _bare(reference: str) -> str:
    text = reference.strip()
    return text[2:-1].strip() if text.startswith(("${", "#{")) and text.endswith("}") else text


def _check_parameters(exam: Examination, element: Element) -> None:
    for direction in ("input", "output"):
        for parameter in parameter_elements(element, direction):
            _check_parameter(exam, parameter)


def _check_parameter(exam: Examination, parameter: Element) -> None:
    name = parameter.get("name") or ""
    if not _is_name(name):
        message = f"的参数名“{short(name)}”不能用：应以字母开头，只含字母、数字、下划线，且非保留字。"
        exam.problem(parameter, "expression", message)
    if len(parameter):
        what = split_name(parameter[0].tag)[1]
        if what != "script":  # reported as code
            message = f"的参数 {short(name)} 是 {short(what)}，只支持文字或 ${{…}} 表达式。"
            exam.problem(parameter, "expression", message)
    elif not text_of(parameter):
        exam.problem(parameter, "expression", f"的参数 {short(name)} 没有值，请填写。")


def _is_name(text: str) -> bool:
    """A variable that expressions can read and that SpiffWorkflow's state can hold."""
    readable = text.isidentifier() and not text.startswith("_") and not iskeyword(text)
    return readable and text not in BANNED_NAMES
