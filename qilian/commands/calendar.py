"""`qilian calendar due`: what a period of working days ends on, and why. Needs no database."""

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.errors import QilianError

if TYPE_CHECKING:
    from engine.calendar import Calendar, DueDate

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAYS = re.compile(r"[0-9]{1,6}")
ANSWER = ("start", "days", "region", "due", "provisional", "trace")
STDIN = "-"


class Unusable(QilianError):
    """输入有误。"""


def register(subparsers: Any) -> None:
    group = subparsers.add_parser("calendar", help="工作日历", description="工作日历与期限计算。")
    actions = group.add_subparsers(dest="action", metavar="动作", required=True)
    due = actions.add_parser("due", help="计算期限届满日", description="计算若干工作日的期限于哪天届满。")
    due.add_argument("date", metavar="DATE", help="起算日 YYYY-MM-DD（当日不计）；- 表示逐行读取“DATE DAYS”")
    due.add_argument("days", metavar="DAYS", nargs="?", help="工作日数，正整数；逐行读取时供只写日期的行使用")
    due.add_argument("--region", metavar="CODE", help="六位地区代码，适用当地放假日，如 622900")
    due.add_argument("--json", action="store_true", help="输出一个 JSON 文档")
    due.set_defaults(run=run_due)


def run_due(args: argparse.Namespace) -> int:
    from qilian.calendar_in_force import calendar_in_force
    from qilian.config import Config

    _remark_on(args.region)
    answer = _answer_lines if args.date == STDIN else _answer_one
    return answer(calendar_in_force(Config.from_environment()), args)


def _remark_on(region: str | None) -> None:
    """A code that is merely mistyped would silently count without the local holidays that were meant."""
    from clusters.people.regions import all_regions
    from engine.calendar_years import is_region
    from qilian.cli import complain

    if region is not None and is_region(region) and region not in all_regions():
        complain(f"注意：区划表中没有“{region}”，只按全国工作日历计算，请核对代码。")


def _answer_one(calendar: "Calendar", args: argparse.Namespace) -> int:
    try:
        due = _due(calendar, args.date, args.days, args.region)
    except QilianError as error:
        if args.json:
            _print_json(_failure(args.date, args.days, error))
        raise
    if args.json:
        _print_json(_answer(due))
    else:
        print(_in_words(due))
    return 0


def _answer_lines(calendar: "Calendar", args: argparse.Namespace) -> int:
    """One answer or error per line that is not blank, in order; a bad line does not spoil the rest."""
    from engine.calendar_years import is_region

    if args.region is not None and not is_region(args.region):
        error = Unusable(f"地区代码“{args.region}”应为六位，如 621122。")
        _print_json({"error": str(error)})
        raise error
    lines = (line.split() for line in _read_stdin().split("\n"))
    _print_json([_answer_line(calendar, words, args) for words in lines if words])
    return 0


def _answer_line(calendar: "Calendar", words: list[str], args: argparse.Namespace) -> dict[str, Any]:
    start, days = words[0], words[1] if len(words) > 1 else args.days
    try:
        if len(words) > 2:
            raise Unusable("每行只写“起算日 工作日数”两项。")
        return _answer(_due(calendar, start, days, args.region))
    except QilianError as error:
        return _failure(start, days, error)


def _due(calendar: "Calendar", start: str, days: str | None, region: str | None) -> "DueDate":
    return calendar.due(_read_date(start), _read_days(days), region)


def _read_date(text: str) -> dt.date:
    try:
        if DATE.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise Unusable(f"起算日“{text}”不是有效日期，应如 2026-02-10。")


def _read_days(text: str | None) -> int:
    if text is None:
        raise Unusable("缺少工作日数。")
    if not DAYS.fullmatch(text):
        raise Unusable(f"工作日数“{text}”应为正整数，且不超过六位。")
    return int(text)


def _answer(due: "DueDate") -> dict[str, Any]:
    document = due.to_json()
    return {key: document[key] for key in ANSWER}


def _failure(start: str, days: str | None, error: QilianError) -> dict[str, Any]:
    readable = days is not None and DAYS.fullmatch(days)
    return {"start": start, "days": int(days) if days and readable else days, "error": str(error)}


def _read_stdin() -> str:
    """All of stdin as UTF-8, whatever the locale; odd bytes end up in one line's error."""
    source = getattr(sys.stdin, "buffer", None)
    return source.read().decode("utf-8-sig", "backslashreplace") if source else sys.stdin.read()


def _print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False))


def _in_words(due: "DueDate") -> str:
    from engine.calendar import WEEKDAYS

    scope = f"地区 {due.region}" if due.region else "全国"
    head = [
        f"起算日  {due.start} {WEEKDAYS[due.start.weekday()]}（当日不计）",
        f"期限    {due.days}个工作日（{scope}工作日历）",
        f"届满    {due.due} {WEEKDAYS[due.due.weekday()]} 24时{'（暂定）' if due.provisional else ''}",
    ]
    if due.provisional:
        head.append("暂定：所经年度的放假安排尚未公布，公布后重新计算，不得据此作出不利处理。")
    return "\n".join([*head, "", *_trace_lines(due)])


def _trace_lines(due: "DueDate") -> Iterable[str]:
    from engine.calendar import WEEKDAYS

    number = 0
    for day in due.trace:
        number += day.counted
        count = f"第{number}日" if day.counted else "不计"
        yield f"  {day.date} {WEEKDAYS[day.date.weekday()]}  {count}  {day.why}"
