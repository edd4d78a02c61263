"""Steps that somebody or something carries out: forms, lanes, topics, called processes
(D3: form, lane, topic, unsupported; D13)."""

import re

from engine.bpmn.checks.examination import Examination, label, short
from engine.bpmn.checks.graph import cycles
from engine.bpmn.xml import BPMN, CAMUNDA, Element, camunda, kind, parameters, properties, scope_of
from engine.errors import Problem
from engine.forms.form import Form
from engine.forms.schema import FormInvalid

OPINIONS = re.compile(r"all:[1-9][0-9]?|majority")
ASSIGNMENT = ("assignee", "candidateGroups", "candidateUsers")
MOST_FORM_PROBLEMS = 5
MOST_IN_A_RING = 10


def check_tasks(exam: Examination) -> None:
    forms = _Forms(exam)
    for process in exam.processes:
        tasks = {str(t.get("id")) for t in process.iter(f"{BPMN}userTask")}
        for task in process.iter(f"{BPMN}userTask"):
            _check_place(exam, task)
            _check_lane(exam, task)
            forms.check(task)
            _check_people(exam, tasks, task)
        for task in process.iter(f"{BPMN}serviceTask", f"{BPMN}businessRuleTask"):
            _check_topic(exam, task)
        for activity in process.iter(f"{BPMN}callActivity"):
            _check_call(exam, activity)
    _check_recursion(exam)


# --- people ---------------------------------------------------------------------------------------


def _check_place(exam: Examination, task: Element) -> None:
    if kind(scope_of(task)) != "process":
        message = "在子流程之内，引擎认不出它的泳道：请移到流程中，或改用调用活动。"
        exam.problem(task, "unsupported", message)
    repeated = task.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None
    if repeated or task.find(f"{BPMN}standardLoopCharacteristics") is not None:
        message = "不能设为多实例或循环：会签请用 opinions 属性（all:2 或 majority）。"
        exam.problem(task, "unsupported", message)


def _check_lane(exam: Examination, task: Element) -> None:
    lanes = exam.diagram.lanes.get(task.get("id", ""), [])
    if not lanes:
        exam.problem(task, "lane", "不在任何泳道中，无人办理：请放进写明角色的泳道。")
    elif len(lanes) > 1:
        both = "、".join(label(lane) for lane in lanes[:3])
        exam.problem(task, "lane", f"同时属于{both}，请只放在一条泳道中。")
    else:
        lane_id = lanes[0].get("id") or ""
        role = lane_id.split(".")[0]
        if role not in exam.around.roles:
            message = (
                f"所在{label(lanes[0])}的 id“{short(lane_id)}”不是已有角色："
                "点号前应为角色代码，如 city_clerk 或 city_clerk.batch。"
            )
            exam.problem(task, "lane", message)


def _check_people(exam: Examination, tasks: set[str], task: Element) -> None:
    found = properties(task)
    if "alsoBy" in found and found["alsoBy"] not in exam.around.roles:
        message = f"的 alsoBy“{short(found['alsoBy'])}”不是已有角色：请填写角色代码，如 operator_clerk。"
        exam.problem(task, "lane", message)
    if "notByCase" in found and "notBy" not in found:
        exam.problem(
            task, "lane", "写了 notByCase 而没有写 notBy：请填写那个办件中哪些环节的办理人不能办理。"
        )
    if "notBy" in found:
        for other in (part.strip() for part in found["notBy"].split(",")):
            if other not in tasks and "notByCase" not in found:
                message = f"的 notBy“{short(other)}”不是本流程的用户任务，请填写任务的 id。"
                exam.problem(task, "lane", message)
            elif other == task.get("id"):
                exam.problem(task, "lane", "的 notBy 不能是它自己。")
    if "opinions" in found and not OPINIONS.fullmatch(found["opinions"]):
        message = f"的会签规则“{short(found['opinions'])}”无法识别：请写 all:2（都同意）或 majority（过半）。"
        exam.problem(task, "unsupported", message)
    if any(camunda(task, attribute) for attribute in ASSIGNMENT):
        message = "写了办理人或候选组，不起作用：由谁办理取决于所在泳道。"
        exam.warning(task, "ignored", message)


# --- forms ----------------------------------------------------------------------------------------


class _Forms:
    """Looks at each form once, however many tasks use it."""

    def __init__(self, exam: Examination) -> None:
        self._exam = exam
        self._parsed: dict[str, Form | str] = {}

    def check(self, task: Element) -> None:
        name = camunda(task, "formRef") or ""
        if not name.strip():
            self._exam.problem(task, "form", _without_form(task))
            return
        form = self._form(name)
        if isinstance(form, str):
            self._exam.problem(task, "form", f"的表单 {short(name)} {form}")
        else:
            self._check_outputs(task, form)
        if camunda(task, "formRefBinding") == "version":
            message = "的表单绑定为固定版本，不起作用：表单随流程图一起部署。"
            self._exam.warning(task, "ignored", message)

    def _form(self, name: str) -> Form | str:
        """The form, or why there is none."""
        if name not in self._parsed:
            self._parsed[name] = self._read(name)
        return self._parsed[name]

    def _read(self, name: str) -> Form | str:
        text = self._exam.around.forms.get(name)
        if text is None:
            return f"不存在：请在 forms 目录中新建 {short(name)}.form。"
        try:
            return Form.parse(name, text)
        except FormInvalid as error:
            return f"不符合要求：{_list(error.problems)}"

    def _check_outputs(self, task: Element, form: Form) -> None:
        """`${decision}` on a person's task means the field of that name."""
        keys = {field.key for field in form.fields}
        for name, text in parameters(task, "output").items():
            if text == f"${{{name}}}" and name not in keys:
                message = f"的输出 {short(name)} 在表单 {form.name} 中没有同名字段，请核对。"
                self._exam.warning(task, "variable", message)


def _without_form(task: Element) -> str:
    if camunda(task, "formKey") or next(task.iter(f"{CAMUNDA}formData"), None) is not None:
        return f"用的是内嵌表单，请改为表单引用（formRef），如 {task.get('id')}。"
    return f"没有指定表单，请填写表单引用（formRef），如 {task.get('id')}。"


def _list(problems: list[Problem]) -> str:
    shown = [short(p.message, 120).rstrip("。；") for p in problems[:MOST_FORM_PROBLEMS]]
    rest = len(problems) - len(shown)
    return "；".join(shown) + (f"；另有{rest}处。" if rest else "。")


# --- machines -------------------------------------------------------------------------------------


def _check_topic(exam: Examination, task: Element) -> None:
    topic = camunda(task, "topic") or ""
    if camunda(task, "type") != "external" and kind(task) == "businessRuleTask":
        message = "引用决策表，不受支持：请改为服务任务（外部任务）并选择主题。"
        exam.problem(task, "unsupported", message)
    elif camunda(task, "type") != "external":
        exam.problem(task, "topic", "的实现方式应为外部任务（external），并选择主题（topic）。")
    elif not topic.strip():
        exam.problem(task, "topic", "没有写主题（topic），请从元素模板中选择。")
    elif topic not in exam.around.topics:
        message = f"的主题“{short(topic)}”没有对应的程序，请从元素模板中选择已有主题。"
        exam.problem(task, "topic", message)


def _check_call(exam: Examination, activity: Element) -> None:
    called = activity.get("calledElement") or ""
    if called not in exam.keys:
        message = f"调用的流程“{short(called)}”不在本图中，请把它画在同一张图里。"
        exam.problem(activity, "unsupported", message if called else "没有写明调用哪个流程。")


def _check_recursion(exam: Examination) -> None:
    calls = {str(p.get("id")): _called(p) for p in exam.processes}
    for ring in cycles(calls, calls.__getitem__):
        for process in exam.processes:
            if process.get("id") in ring[:MOST_IN_A_RING]:
                message = "经调用活动又调用自己，永远走不出来，请去掉一处调用。"
                exam.problem(process, "flow", message)


def _called(process: Element) -> list[str]:
    return [a.get("calledElement") or "" for a in process.iter(f"{BPMN}callActivity")]
