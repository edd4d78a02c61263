"""Which elements may stand in a diagram at all (D3: unsupported). An allow-list: the unknown is refused."""

from engine.bpmn.checks.code import SCRIPTS
from engine.bpmn.checks.examination import Examination, names_in, short
from engine.bpmn.xml import CAMUNDA, CONTAINERS, XINCLUDE, Element, is_set, kind, split_name

STRUCTURE = names_in(
    "definitions import extension extensionElements documentation text textAnnotation association"
    " group category categoryValue categoryValueRef collaboration participant participantMultiplicity"
    " messageFlow process laneSet lane flowNodeRef childLaneSet partitionElement incoming outgoing"
    " sequenceFlow conditionExpression message signal error escalation itemDefinition interface"
    " operation inMessageRef outMessageRef errorRef interfaceRef endPoint resource resourceParameter"
    " relationship source target auditing monitoring property dataObject dataObjectReference"
    " dataStore dataStoreReference dataState ioSpecification inputSet outputSet dataInputRefs"
    " dataOutputRefs optionalInputRefs optionalOutputRefs whileExecutingInputRefs"
    " whileExecutingOutputRefs outputSetRefs inputSetRefs performer humanPerformer potentialOwner"
    " resourceRole resourceRef resourceAssignmentExpression resourceParameterBinding formalExpression"
    " expression rendering conversation conversationLink subConversation messageFlowRef"
    " participantRef sourceRef targetRef transformation assignment from to"
)
STEPS = names_in(
    "startEvent endEvent intermediateThrowEvent intermediateCatchEvent boundaryEvent exclusiveGateway"
    " parallelGateway inclusiveGateway eventBasedGateway userTask serviceTask sendTask receiveTask"
    " businessRuleTask callActivity subProcess messageEventDefinition timerEventDefinition timeDate"
    " timeDuration timeCycle errorEventDefinition escalationEventDefinition signalEventDefinition"
    " conditionalEventDefinition condition terminateEventDefinition standardLoopCharacteristics"
    " loopCondition multiInstanceLoopCharacteristics loopCardinality loopDataInputRef"
    " loopDataOutputRef inputDataItem outputDataItem completionCondition"
)
REASONS = {
    "task": "没有指明任务类型，请改为用户任务或服务任务",
    "manualTask": "不在系统中办理，请改为用户任务，或改写成注释",
    "linkEventDefinition": "是链接事件，不受支持，请用连线直接相连",
    "compensateEventDefinition": "是补偿事件，不受支持，请画出更正的步骤",
    "cancelEventDefinition": "是取消事件，不受支持，请用终止结束事件",
    "complexGateway": "不受支持，请改用排他、并行或包容网关",
    "transaction": "不受支持，请改用普通子流程",
    "adHocSubProcess": "不受支持，请用网关画出先后次序",
    "eventDefinitionRef": "引用了别处的事件定义，请直接在事件上设置",
}
# Documents drawn beside the steps. The parser takes them out before SpiffWorkflow looks for their data.
UNREAD = {
    "dataInputAssociation": "的数据关联",
    "dataOutputAssociation": "的数据关联",
    "dataInput": "的数据输入",
    "dataOutput": "的数据输出",
}
CAMUNDA_READ = names_in("inputOutput inputParameter outputParameter properties property")
CAMUNDA_IGNORED = names_in(
    "in out failedJobRetryTimeCycle potentialStarter formData formField formProperty validation"
    " constraint value"
)
CAMUNDA_ELSEWHERE = names_in(
    "script executionListener taskListener connector connectorId field string expression"
    " errorEventDefinition list map entry"
)


def check_elements(exam: Examination) -> None:
    for element in exam.diagram.root.iter("*"):
        name = kind(element)
        if name:
            _check_known(exam, element, name)
        elif element.tag.startswith(CAMUNDA):
            _check_camunda(exam, element)
        elif element.tag.startswith(XINCLUDE):
            exam.problem(element, "doctype", "引用了外部内容（XInclude），不予读取，请删去。")


def _check_known(exam: Examination, element: Element, name: str) -> None:
    if name in UNREAD:
        exam.warning(element, "ignored", f"{UNREAD[name]}只作说明，流程不读取。")
    elif name not in STRUCTURE and name not in STEPS and name not in SCRIPTS:
        if any(kind(a) == "extensionElements" for a in element.iterancestors()):
            exam.warning(element, "ignored", f"含有不认识的扩展 {short(name)}，本系统不读取。")
            return
        reason = REASONS.get(name, f"所含元素 {short(name)} 不受支持，请删去")
        exam.problem(element, "unsupported", f"{reason}。")
    if name.endswith("EventDefinition") and not kind(element.getparent()).endswith("Event"):
        exam.problem(element, "unsupported", "不在任何事件之内，请直接在事件上设置。")
    if name in CONTAINERS and is_set(element, "triggeredByEvent"):
        message = "是事件子流程，不受支持：请改用从开头并行的分支，等待消息后终止流程。"
        exam.problem(element, "unsupported", message)
    if is_set(element, "isForCompensation"):
        exam.problem(element, "unsupported", "用于补偿，不受支持，请画出更正的步骤。")
    if is_set(element, "instantiate"):
        exam.problem(element, "unsupported", "不能启动流程，请改用消息开始事件。")


def _check_camunda(exam: Examination, element: Element) -> None:
    _, name = split_name(element.tag)
    if name in CAMUNDA_IGNORED:
        message = f"上的 Camunda 扩展 {name} 在本系统中不起作用。"
        exam.warning(element, "ignored", message)
    elif name not in CAMUNDA_READ and name not in CAMUNDA_ELSEWHERE:
        exam.problem(element, "unsupported", f"上的 Camunda 扩展 {short(name)} 不受支持，请删去。")
