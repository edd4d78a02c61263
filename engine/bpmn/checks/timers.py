"""When things happen: timer events, due dates, reminders, service clocks (D3: timer; D4, D5, D14)."""

import re
from datetime import date, datetime

from engine.bpmn.checks.examination import Examination, short
from engine.bpmn.checks.slots import is_marked, read_expression
from engine.bpmn.xml import BPMN, CAMUNDA, Element, definitions_of, kind, properties, text_of

DURATION = re.compile(
    r"P(?=.)(?:[0-9]{1,4}W)?(?:[0-9]{1,5}D)?(?:T(?=.)(?:[0-9]{1,6}H)?(?:[0-9]{1,7}M)?(?:[0-9]{1,8}S)?)?"
)
YEARS_OR_MONTHS = re.compile(r"P[^T]*[YM]")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
REMINDER = re.compile(r"[+-]?[0-9]{1,3}|-[0-9]{1,3}d|daily:[+-]?[0-9]{1,3}\.\.[+-]?[0-9]{1,3}")
DAY_OF_YEAR = re.compile(r"[0-9]{2}-[0-9]{2}")
YEARS = range(1900, 2200)
NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_timers(exam: Examination) -> None:
    for element in exam.diagram.elements("timerEventDefinition"):
        if kind(element.getparent()).endswith("Event"):
            _check_definition(exam, element)
    for element in exam.diagram.elements("timeDate", "timeDuration", "timeCycle"):
        if kind(element.getparent()) != "timerEventDefinition":
            exam.problem(element, "timer", "的时间没有写在定时事件之内，请用建模工具重新设置。")
    for element in exam.diagram.elements():
        for name in ("dueDate", "followUpDate"):
            text = element.get(f"{CAMUNDA}{name}")
            if text is not None:
                _check_date(exam, element, f"的 {name}", text)
    for element in exam.diagram.elements("startEvent"):
        _check_start(exam, element)
    for element in exam.diagram.elements("userTask"):
        _check_reminders(exam, element)
    for process in exam.processes:
        _check_clocks(exam, process)


def _check_definition(exam: Examination, element: Element) -> None:
    times = [child for child in element if kind(child) in ("timeDate", "timeDuration", "timeCycle")]
    if len(times) != 1:
        exam.problem(element, "timer", "应设一个日期（timeDate）或时长（timeDuration）。")
    for time in times:
        text = text_of(time)
        if kind(time) == "timeCycle":
            message = "用了循环定时（timeCycle），停机后会补发每一次：请改用催办属性或日期。"
            exam.problem(time, "timer", message)
        elif kind(time) == "timeDate":
            _check_date(exam, time, "的日期", text)
        else:
            _check_duration(exam, time, text)


def _check_date(exam: Examination, element: Element, what: str, text: str) -> None:
    if is_marked(text):
        if element.tag.startswith(BPMN) and kind(element) == "timeDate":
            read_expression(exam, element, text)
        return  # attributes are read with all the others
    if not _is_moment(text):
        message = (
            f"{what}“{short(text)}”无法识别：请写 ${{…}} 表达式，"
            "或 2024-05-20，或带时区的 2024-05-20T09:00:00+08:00。"
        )
        exam.problem(element, "timer", message)


def _is_moment(text: str) -> bool:
    try:
        if ISO_DAY.fullmatch(text):
            return date.fromisoformat(text).year in YEARS
        moment = datetime.fromisoformat(text)
        return moment.tzinfo is not None and moment.year in YEARS
    except ValueError:
        return False


def _check_duration(exam: Examination, element: Element, text: str) -> None:
    if is_marked(text):
        read_expression(exam, element, text)
    elif YEARS_OR_MONTHS.match(text):
        message = f"的时长“{short(text)}”含有年或月，长短不定：请改用日期，如 ${{years_after(…, 3)}}。"
        exam.problem(element, "timer", message)
    elif not DURATION.fullmatch(text):
        message = f"的时长“{short(text)}”无法识别：请写 P10D、PT2H 这样的天、时、分、秒。"
        exam.problem(element, "timer", message)


def _check_start(exam: Examination, element: Element) -> None:
    found = properties(element)
    for_each, occurrence = found.get("forEach"), found.get("occurrence")
    timers = [d for d in definitions_of(element) if kind(d) == "timerEventDefinition"]
    if for_each is not None and not timers:
        exam.problem(element, "timer", "写了 forEach，却不是定时开始事件。")
    if for_each is not None and not NAME.fullmatch(for_each):
        message = f"的 forEach“{short(for_each)}”应是一类对象的名称，如 designated_clusters。"
        exam.problem(element, "timer", message)
    known = exam.around.subjects
    if timers and known is not None and for_each is not None and for_each not in known:
        message = f"的 forEach“{short(for_each)}”没有对应的对象，不会启动；可用：{'、'.join(sorted(known))}。"
        exam.warning(element, "property", message)
    if occurrence not in (None, "year", "term"):
        message = f"的 occurrence“{short(occurrence)}”应是 year（每年一次）或 term（每个有效期一次）。"
        exam.problem(element, "timer", message)
    for timer in timers:
        if timer.find(f"{BPMN}timeDuration") is not None:
            message = "不能从时长开始：没有起算的时刻，请改用日期（timeDate）。"
            exam.problem(element, "timer", message)
        if for_each is None:
            message = "没有 forEach 属性，不会为任何对象启动，请写明，如 designated_clusters。"
            exam.warning(element, "property", message)


def _check_reminders(exam: Examination, element: Element) -> None:
    remind = properties(element).get("remind")
    if remind is None:
        return
    for part in (p.strip() for p in remind.split(",")):
        if not REMINDER.fullmatch(part) and not _is_day(part):
            message = (
                f"的催办“{short(part)}”无法识别：请写 -5,-2,0,+1 或 daily:-5..0（相对到期日的工作日），"
                "-90d（到期日前的自然日），01-20（到期日当年的这一天），或 2025-01-20 这样的日期。"
            )
            exam.problem(element, "timer", message)
        elif part.startswith("daily:") and not _is_stretch(part):
            exam.problem(element, "timer", f"的催办“{part}”起止颠倒，请先写早的一天。")
    if not element.get(f"{CAMUNDA}dueDate") and "clock" not in properties(element):
        message = "写了催办却没有到期日（dueDate），催办不会发出。"
        exam.warning(element, "property", message)


def _is_day(part: str) -> bool:
    """A certain day, or a day that every year has (not 29 February)."""
    if DAY_OF_YEAR.fullmatch(part):
        return _is_moment(f"2023-{part}")
    return ISO_DAY.fullmatch(part) is not None and _is_moment(part)


def _is_stretch(part: str) -> bool:
    first, last = part.removeprefix("daily:").split("..")
    return int(first) <= int(last)


def _check_clocks(exam: Examination, process: Element) -> None:
    tasks = list(process.iter(f"{BPMN}userTask"))
    running = {properties(t)["clock"] for t in tasks if "clock" in properties(t)}
    for task in tasks:
        found = properties(task)
        clock, stops = found.get("clock"), found.get("stopsClock")
        if stops is not None and stops not in running:
            message = f"要停的时钟“{short(stops)}”没有任何任务在走，请核对 clock 的名称。"
            exam.problem(task, "timer", message)
        if stops is not None and stops == clock:
            exam.problem(task, "timer", f"不能既走又停同一个时钟“{short(stops)}”。")
        if clock is not None and exam.around.terms is not None and clock not in exam.around.terms:
            message = f"的时钟“{short(clock)}”不是认定标准中的期限，请改正名称。"
            exam.problem(task, "timer", message)
