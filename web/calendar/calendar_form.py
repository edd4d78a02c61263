"""What an administrator types or uploads of a calendar year, as a draft of the engine's kind."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from engine.calendar_files import Entry, YearDraft, days_in, read
from engine.errors import Problem, Refused

HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
SPARE_ROWS = 4
ROWS = len(HOLIDAYS) + SPARE_ROWS
MAX_BYTES = 256 * 1024


@dataclass(frozen=True)
class Row:
    """One holiday of the form as typed."""

    number: int
    name: str
    first: str
    last: str
    work: str


def rows(typed: Mapping[str, str]) -> list[Row]:
    """The rows to show: the statutory holidays first, some for others below."""
    names = (*HOLIDAYS, *([""] * SPARE_ROWS))
    return [
        Row(
            n, typed.get(f"name_{n}", names[n]), typed.get(f"first_{n}", ""), typed.get(f"last_{n}", ""),
            typed.get(f"work_{n}", ""),
        )
        for n in range(ROWS)
    ]  # fmt: skip


def from_file(upload: FileStorage | None, typed: Mapping[str, str]) -> tuple[YearDraft, str]:
    """The draft in a file and the file's name. Raises Refused."""
    name = (upload.filename or "")[:100] if upload else ""
    if upload is None or not name:
        raise Refused([Problem("请选择日历文件。", "file")])
    if not name.lower().endswith((".toml", ".json")):
        raise Refused([Problem("日历文件应为 .toml 或 .json。", "file")])
    content = upload.stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Refused([Problem("日历文件不应超过 256 KB，请核对是否选错了文件。", "file")])
    text = typed.get("year", "").strip()
    return read(name, content, _year(text) if text else None, _region(typed), _source(typed)), name


def from_form(typed: Mapping[str, str]) -> YearDraft:
    """The draft typed row by row, in the words of the notice. Raises Refused."""
    year = _year(typed.get("year", "").strip())
    problems: list[Problem] = []
    entries = [e for row in rows(typed) for e in _entries(row, year, problems)]
    if problems:
        raise Refused(problems)
    return YearDraft(
        year=year, region=_region(typed), status=typed.get("status", ""), source_doc=_source(typed),
        version=None, entries=tuple(entries),
    )  # fmt: skip


def _year(text: str) -> int:
    if len(text) != 4 or not text.isdecimal():
        raise Refused([Problem("请填写四位年度，如 2027。", "year")])
    return int(text)


def _region(typed: Mapping[str, str]) -> str | None:
    return typed.get("region", "").strip() or None


def _source(typed: Mapping[str, str]) -> str:
    return typed.get("source_doc", "").strip()[:200]


def _entries(row: Row, year: int, problems: list[Problem]) -> Iterator[Entry]:
    name = row.name.strip()[:40] or "放假"
    if row.first or row.last:
        first, last = _day(row.first or row.last), _day(row.last or row.first)
        if first is None or last is None:
            problems.append(Problem(f"{name}的起止日期不是有效的日期。", f"first_{row.number}"))
        else:
            yield Entry("off", row.name.strip()[:40], first, last)
    try:
        for day in days_in(row.work.strip()[:400], year):
            yield Entry("work", name, day, day)
    except ValueError as error:
        message = f"{name}的上班日“{error}”无法识别，请写成 2月14日、2月28日 或 2027-02-14。"
        problems.append(Problem(message, f"work_{row.number}"))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None
