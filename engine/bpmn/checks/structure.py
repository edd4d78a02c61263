"""The file as a whole: ids, references, executable processes, properties, the drawing
(D3: not_xml, flow, unsupported)."""

import re

from engine.bpmn.checks.examination import Examination, short
from engine.bpmn.checks.graph import Graph
from engine.bpmn.xml import BPMN, Element, camunda, is_flow_node, kind, properties, text_of

ID = re.compile(r"\w[\w.\-]{0,199}")
PROCESS_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,99}")
NAMED = frozenset({"process", "lane"})  # a flow needs none unless it is a default
# Names that SpiffWorkflow gives to steps of its own: a second bearer is lost without a word.
RESERVED = re.compile(
    r"Start|End|StartEventSplit|StartEventJoin|.*\.(EndJoin|BoundaryEventSplit|BoundaryEventJoin)"
)
PROPERTIES = {
    "article": None,
    "remind": {"userTask"},
    "notBy": {"userTask"},
    "notByCase": {"userTask"},
    "alsoBy": {"userTask"},
    "opinions": {"userTask"},
    "clock": {"userTask"},
    "stopsClock": {"userTask"},
    "submit": {"userTask"},
    "forEach": {"startEvent"},
    "occurrence": {"startEvent"},
    "businessKey": {"startEvent"},
}
PUT_OFF = frozenset({"serviceTask", "businessRuleTask"})
ARTICLES = re.compile(r"[、，,；;\s]+")
MOST_UNDRAWN = 5


def check_structure(exam: Examination) -> None:
    _check_processes(exam)
    _check_ids(exam)
    _check_lanes(exam)
    _check_collaboration(exam)
    for element in exam.diagram.elements():
        _check_properties(exam, element)
        _check_async(exam, element)
    _check_drawing(exam)


def _check_processes(exam: Examination) -> None:
    every = exam.diagram.processes
    if not every:
        exam.problem(None, "not_xml", "图中没有流程，请至少画一个流程。")
    idle = [p for p in every if p.get("isExecutable") == "false"]
    for process in every:
        if process not in exam.processes:
            why = "未勾选“可执行”" if process in idle else "没有画任何步骤"
            exam.warning(process, "not_executable", f"{why}，只作说明，不会运行。")
    if every and len(idle) == len(every):
        message = "未勾选“可执行”，部署后没有可运行的流程：请在属性面板勾选。"
        exam.problem(idle[0], "unsupported", message)


def _check_ids(exam: Examination) -> None:
    seen: set[str] = set()
    for element in exam.diagram.elements():
        id_, is_named = element.get("id"), is_flow_node(element) or kind(element) in NAMED
        if id_ is None:
            if is_named:
                exam.problem(element, "not_xml", "没有 id，请用建模工具重新保存。")
        elif id_ in seen:
            message = f"的 id“{short(id_)}”出现了两次，请改成不同的 id。"
            exam.problem(element, "not_xml", message)
        elif is_named and not ID.fullmatch(id_):
            message = f"的 id“{short(id_)}”不能用：只能含文字、数字、点、横线、下划线。"
            exam.problem(element, "not_xml", message)
        elif is_flow_node(element) and RESERVED.fullmatch(id_):
            message = f"的 id“{short(id_)}”与引擎内部名称相同，请换一个。"
            exam.problem(element, "unsupported", message)
        seen.add(id_ or "")
    for process in exam.processes:
        if process.get("id") and not PROCESS_KEY.fullmatch(process.get("id")):
            message = "的 id 是流程的编号，只能用英文字母、数字、点、横线、下划线。"
            exam.problem(process, "not_xml", message)


def _check_lanes(exam: Examination) -> None:
    for lane in exam.diagram.elements("lane"):
        for reference in lane.findall(f"{BPMN}flowNodeRef"):
            if text_of(reference) not in exam.diagram.by_id:
                missing = short(text_of(reference))
                message = f"引用了不存在的元素 {missing}，请用建模工具重新保存。"
                exam.problem(lane, "flow", message)


def _check_collaboration(exam: Examination) -> None:
    for element in exam.diagram.elements("participant", "messageFlow", "association"):
        ends = ("processRef",) if kind(element) == "participant" else ("sourceRef", "targetRef")
        for end in ends:
            reference = element.get(end)
            if reference is not None and reference.split(":")[-1] not in exam.diagram.by_id:
                message = f"的 {end}“{short(reference)}”不存在，请重新连接。"
                exam.problem(element, "flow", message)


def _check_properties(exam: Examination, element: Element) -> None:
    for name, value in properties(element).items():
        if name not in PROPERTIES:
            message = f"的属性“{short(name)}”无人读取，请核对名称：{'、'.join(PROPERTIES)}。"
            exam.warning(element, "property", message)
            continue
        places = PROPERTIES[name]
        if places is not None and kind(element) not in places:
            exam.warning(element, "property", f"上的属性 {name} 不起作用，请删去。")
        if name == "article":
            _check_article(exam, element, value)


def _check_article(exam: Examination, element: Element, value: str) -> None:
    known = exam.around.articles
    for article in ARTICLES.split(value.strip()):
        if known is not None and article not in known:
            message = f"的依据“{short(article)}”不是细则的条款，请写如 第十五条、附件二。"
            exam.warning(element, "article", message)


def _check_async(exam: Examination, element: Element) -> None:
    if camunda(element, "asyncBefore") == "true" and kind(element) not in PUT_OFF:
        message = "上的 asyncBefore 不起作用：只有服务任务可以稍后执行。"
        exam.warning(element, "ignored", message)
    if camunda(element, "asyncAfter") == "true":
        exam.warning(element, "ignored", "上的 asyncAfter 不起作用。")


def _check_drawing(exam: Examination) -> None:
    if not exam.diagram.has_drawing:
        exam.warning(None, "drawing", "文件没有图形信息，建模工具打不开画面；流程仍可运行。")
        return
    nodes = [n for process in exam.processes for n in Graph(process).nodes.values()]
    undrawn = [n for n in nodes if n.id not in exam.diagram.drawn]
    for node in undrawn[:MOST_UNDRAWN]:
        exam.warning(node.element, "drawing", "没有画在图上，请在建模工具中补画。")
