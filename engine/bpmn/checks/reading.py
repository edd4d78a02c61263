"""The last check: SpiffWorkflow itself reads the diagram (D1). Only where nothing else was found."""

from engine.bpmn.checks.examination import Examination, short


def check_reading(exam: Examination) -> None:
    """Whatever the other checks do not foresee is refused here rather than when a case begins."""
    if exam.has_problems or not exam.processes:
        return
    from engine.bpmn.parser import parse_bundle

    try:
        parse_bundle(exam.diagram.text)
    except Exception as error:  # whatever the library raises, the process owner needs an answer
        if "recursion" in str(error).lower() or isinstance(error, RecursionError):
            first = exam.processes[0]
            exam.problem(first, "too_large", "首尾相连的步骤太多，请拆成几个流程。")
            return
        exam.problem(None, "unsupported", f"流程引擎读不了这张图：{short(str(error), 120)}")
