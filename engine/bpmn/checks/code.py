"""Whatever could hold a program: scripts, listeners, delegates, other engines' extensions (D3: code).

Nothing of it would run here; it is refused so that nobody believes it does, and nobody's later
version makes it true.
"""

import re

from engine.bpmn.checks.examination import Examination, names_in, short
from engine.bpmn.xml import BPMN, CAMUNDA, Element, kind, split_name, text_of

SCRIPTS = frozenset({"scriptTask", "script", "globalScriptTask"})
CAMUNDA_CODE = {
    "script": "脚本",
    "executionListener": "执行监听器",
    "taskListener": "任务监听器",
    "connector": "连接器",
    "connectorId": "连接器",
    "field": "字段注入",
    "string": "字段注入",
    "expression": "字段注入",
    "errorEventDefinition": "错误表达式",
}
CODE_ATTRIBUTES = names_in(
    "class delegateExpression expression resource scriptFormat variableMappingClass"
    " variableMappingDelegateExpression formHandlerClass script"
)
# Languages of one expression. Anything else is a script in disguise.
PLAIN_LANGUAGES = frozenset({"", "juel", "feel", "https://www.omg.org/spec/dmn/20191111/feel/"})

# Engines by a part of the namespace of their extensions.
ENGINES = {
    "zeebe": "Camunda 8",
    "activiti": "Activiti",
    "flowable": "Flowable",
    "spiff": "SpiffWorkflow",
    "drools": "jBPM",
    "jbpm": "jBPM",
    "kogito": "Kogito",
    "operaton": "Operaton",
    "fluxnova": "Fluxnova",
    "imixs": "Imixs",
    "bonita": "Bonita",
    "camunda.org": "Camunda",
    "camunda.com": "Camunda",
    "ibm.com": "IBM BPM",
    "oracle.com": "Oracle BPM",
}
# What of those extensions holds names and numbers only.
HARMLESS = names_in(
    "properties property versionTag formDefinition userTaskForm userTask taskDefinition taskHeaders"
    " header assignmentDefinition priorityDefinition calledElement formProperty value localization"
    " metaData metaValue"
)
# Words in the names of extensions that nobody knows: where they occur, code is meant.
CODE_WORDS = names_in(
    "script scripts listener listeners delegate expression groovy javascript python eval exec"
)
CODE_NAMES = names_in("class classname javaclass code function onentry onexit")
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
EVALUATED = re.compile(r"[$#]\{|^\s*=")


def check_code(exam: Examination) -> None:
    told: set[str] = set()
    for element in exam.diagram.root.iter("*"):
        namespace, name = split_name(element.tag)
        if kind(element):
            _check_bpmn(exam, element, name)
        elif element.tag.startswith(CAMUNDA):
            _check_camunda(exam, element, name)
        else:
            _check_foreign(exam, element, namespace, name, told)
        _check_attributes(exam, element)


def _check_bpmn(exam: Examination, element: Element, name: str) -> None:
    if name in SCRIPTS:
        exam.problem(element, "code", "含有脚本，不予执行：请改为服务任务并选择主题。")
    language = (element.get("language") or "").strip().lower()
    if language not in PLAIN_LANGUAGES:
        # An address names a language of expressions (XPath), a word an engine of scripts (groovy).
        code = "expression" if language.startswith("http") else "code"
        exam.problem(element, code, f"用了别的语言 {short(language)}：请改写为 ${{…}} 表达式。")


def _check_camunda(exam: Examination, element: Element, name: str) -> None:
    what = CAMUNDA_CODE.get(name)
    if name == "constraint" and element.get("name") == "validator":
        what = "表单校验程序"
    if what is not None:
        message = f"含有{what}（camunda:{name}），不允许程序代码，请删去。"
        exam.problem(element, "code", message)


def _check_foreign(exam: Examination, element: Element, namespace: str, name: str, told: set[str]) -> None:
    engine = engine_of(namespace)
    if _holds_code(element, name, engine is not None):
        message = f"含有{engine or '外部'}扩展 {short(name)}，其中可以写程序代码，请删去。"
        exam.problem(element, "code", message)
    elif engine is not None and namespace not in told:
        told.add(namespace)
        message = f"含有 {engine} 的扩展（如 {short(name)}），本系统不读取，以 Camunda 7 的设置为准。"
        exam.warning(element, "ignored", message)


def _holds_code(element: Element, name: str, is_engine: bool) -> bool:
    if means_code(name):
        return True
    if not is_engine:
        return False
    values = (*element.attrib.values(), text_of(element))
    return name not in HARMLESS or any(EVALUATED.search(value) for value in values)


def means_code(name: str) -> bool:
    """Whether a name speaks of code: preScript and onEntry-script do, description does not."""
    return name.lower() in CODE_NAMES or any(w.lower() in CODE_WORDS for w in WORDS.findall(name))


def _check_attributes(exam: Examination, element: Element) -> None:
    for attribute, value in element.attrib.items():
        namespace, name = split_name(attribute)
        if not namespace:
            if name == "scriptFormat":
                exam.problem(element, "code", "写了脚本格式（scriptFormat），请删去。")
            continue
        if _is_code_attribute(attribute, name, value, engine_of(namespace)):
            message = f"的属性 {short(name)} 指向程序代码，不允许，请删去并改用主题（topic）。"
            exam.problem(element, "code", message)


def _is_code_attribute(attribute: str, name: str, value: str, engine: str | None) -> bool:
    if engine is None and not attribute.startswith(CAMUNDA):
        return means_code(name)
    if name in CODE_ATTRIBUTES or name.endswith(("Class", "Expression", "Listener")):
        return True
    return engine is not None and EVALUATED.search(value) is not None


def engine_of(namespace: str) -> str | None:
    """The other engine whose extensions live in a namespace; None for drawings and our own dialect."""
    if f"{{{namespace}}}" in (CAMUNDA, BPMN):
        return None
    return next((engine for part, engine in ENGINES.items() if part in namespace.lower()), None)
