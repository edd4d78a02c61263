"""Reads a year of the working calendar from what an administrator hands in: a file or a form.

Every way leads to a `YearDraft`; what is wrong with its content is said by `engine.calendar_rules`.
Two kinds of file: TOML as in `processes/calendars/cn.toml`, and JSON with `off_weekdays` and
`makeup_workdays`, where weekends beside days off and the names of the holidays are left out.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.calendar_years import SATURDAY
from engine.errors import Problem, Refused

ONE_DAY = dt.timedelta(days=1)
DAY = re.compile(r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日")
SEPARATORS = re.compile(r"[\s,，、;；和及]*")
# Between these days of the year (month, day) each holiday lies, whatever the moon does.
SEASONS = (
    ("元旦", (1, 1), (1, 5)),
    ("春节", (1, 15), (3, 5)),
    ("清明节", (4, 1), (4, 9)),
    ("劳动节", (4, 25), (5, 8)),
    ("端午节", (5, 24), (7, 5)),
    ("中秋节", (9, 1), (9, 30)),
    ("国庆节", (10, 1), (10, 14)),
    ("元旦", (12, 26), (12, 31)),
)


@dataclass(frozen=True)
class Entry:
    """One line of a notice: days off from first to last, or one day worked in exchange."""

    kind: str  # off | work
    name: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class YearDraft:
    """What was handed in, unchecked. `version` is None when the system is to count on."""

    year: int
    region: str | None
    status: str
    source_doc: str
    version: int | None
    entries: tuple[Entry, ...]


def read(name: str, content: bytes, year: int | None, region: str | None, source_doc: str) -> YearDraft:
    """The asked year of a file; of the only one there is when none is asked. Raises Refused."""
    try:
        text = content.decode("utf-8-sig")
        tables = _json_years(text) if name.lower().endswith(".json") else _toml_years(text)
        found = [d for d in map(_draft, tables) if year in (None, d.year) and d.region == region]
    except Refused:
        raise
    except (UnicodeDecodeError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused([Problem(_unreadable(name, error), "file")]) from error
    if len(found) != 1:
        which = (
            f"没有{year}年的" if year and not found else "没有这一地区的" if not found else "不止一个年度的"
        )
        raise Refused([Problem(f"文件“{name}”中{which}日历，请填写年度、核对地区后重新选择。", "file")])
    return replace(found[0], source_doc=source_doc or found[0].source_doc)


def _unreadable(name: str, error: Exception) -> str:
    kind = "JSON" if name.lower().endswith(".json") else "TOML"
    detail = f"缺少 {error}" if isinstance(error, KeyError) else str(error)[:120]
    return f"文件“{name}”读不懂（应为 {kind}）：{detail}。请参照帮助手册中的样例修改。"


# --- TOML: as shipped ---------------------------------------------------------------------------


def _toml_years(text: str) -> list[Mapping[str, Any]]:
    return list(tomllib.loads(text)["year"])


def _draft(table: Mapping[str, Any]) -> YearDraft:
    if not isinstance(table["year"], int):
        raise ValueError("year 应为整数")
    entries = table.get("entries") or [
        *(_entry("off", e["name"], e["first"], e["last"]) for e in table.get("off", [])),
        *(_entry("work", e["name"], e["date"], e["date"]) for e in table.get("work", [])),
    ]
    version = table.get("version")
    return YearDraft(
        year=table["year"], region=table.get("region") or None, status=str(table.get("status", "confirmed")),
        source_doc=str(table.get("source_doc", "")), version=None if version is None else int(version),
        entries=tuple(entries),
    )  # fmt: skip


def _entry(kind: str, name: str, first: dt.date, last: dt.date) -> Entry:
    if type(first) is not dt.date or type(last) is not dt.date:
        raise ValueError("日期应写成 2027-01-01")
    return Entry(kind, str(name), first, last)


# --- JSON: lists of days without names ----------------------------------------------------------


def _json_years(text: str) -> list[Mapping[str, Any]]:
    data = json.loads(text)
    years = data["years"] if "years" in data else {str(data["year"]): data}
    return [_json_year(int(year), table) for year, table in years.items()]


def _json_year(year: int, table: Mapping[str, Any]) -> dict[str, Any]:
    off = [dt.date.fromisoformat(day) for day in table["off_weekdays"]]
    work = [dt.date.fromisoformat(day) for day in table["makeup_workdays"]]
    # Addresses are no document number: that one the administrator enters.
    source = str(table.get("source_doc", ""))
    return {
        "year": year,
        "region": table.get("region"),
        "status": str(table.get("status", "confirmed")),
        "source_doc": "" if source.startswith("http") else source,
        "version": table.get("version"),
        "entries": [
            *(Entry("off", holiday_of(day, off), day, day) for day in with_weekends(off, work)),
            *(Entry("work", holiday_of(day, off), day, day) for day in work),
        ],
    }


def with_weekends(off: Sequence[dt.date], work: Sequence[dt.date]) -> list[dt.date]:
    """Days off and the weekends that touch them: a notice names both."""
    listed, found = set(off), list(off)
    for day in off:
        for step in (-ONE_DAY, ONE_DAY):
            beside = day + step
            while beside.weekday() >= SATURDAY and beside not in listed and beside.year == day.year:
                if beside in work:
                    break
                listed.add(beside)
                found.append(beside)
                beside += step
    return sorted(found)


def holiday_of(day: dt.date, off: Iterable[dt.date] = ()) -> str:
    """The holiday whose season a day lies in; a make-up day belongs to the nearest one."""
    for name, first, last in SEASONS:
        if dt.date(day.year, *first) <= day <= dt.date(day.year, *last):
            in_september = any(d.month == 9 for d in off)
            return "国庆节、中秋节" if name == "国庆节" and off and not in_september else name
    starts = [(abs((dt.date(day.year, *first) - day).days), name) for name, first, _ in SEASONS]
    return min(starts)[1]


# --- the form -----------------------------------------------------------------------------------


def days_in(text: str, year: int) -> list[dt.date]:
    """The days of a line such as `2月14日、2027-02-28`. Raises ValueError with what is not understood."""
    found, at = [], 0
    while at < len(text):
        at = SEPARATORS.match(text, at).end()  # type: ignore[union-attr]
        if at == len(text):
            break
        token = DAY.match(text, at)
        if token is None:
            raise ValueError(text[at : at + 12])
        at = token.end()
        if token["iso"]:
            found.append(dt.date(*map(int, token["iso"].split("-"))))
        else:
            found.append(dt.date(int(token["y"] or year), int(token["m"]), int(token["d"])))
    return found
