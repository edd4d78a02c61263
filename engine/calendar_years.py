"""What the working calendar is made of: one record per year, national or of one region.

Knows how such a record is read, checked and written; must not know how periods are counted.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from engine.errors import Problem, Refused

_REGION = re.compile(r"[0-9]{2}[0-9A-Z]{4}")
SATURDAY = 5
DEMONSTRATION = "演示日历"


@dataclass(frozen=True, slots=True)
class DayChange:
    """A day that a notice takes off (放假) or makes a working day (调休上班), and the holiday's name."""

    kind: Literal["off", "work"]
    name: str


@dataclass(frozen=True)
class Year:
    """The working calendar of one year. With a region it is an overlay, which can only add days off."""

    year: int
    region: str | None
    status: Literal["confirmed", "provisional"]
    source_doc: str
    version: int
    days: Mapping[dt.date, DayChange] = field(hash=False)

    @property
    def is_provisional(self) -> bool:
        return self.status == "provisional"

    @property
    def is_demonstration(self) -> bool:
        """A fictional year of the sandbox; wherever a date of it shows, the page says so."""
        return self.source_doc.startswith(DEMONSTRATION)

    @property
    def title(self) -> str:
        return f"{self.year}年{f'（{self.region}）' if self.region else ''}"

    def problems(self) -> list[Problem]:
        """Everything that forbids counting with this record."""
        return [Problem(f"{self.title}工作日历：{message}") for message in self._faults()]

    def _faults(self) -> Iterator[str]:
        if not 1950 <= self.year <= 2200:
            yield "年度不合理。"
        if self.status not in ("confirmed", "provisional"):
            yield f"状态“{self.status}”无法识别，应为 confirmed 或 provisional。"
        if self.version < 1:
            yield "版本号应为正整数。"
        if self.region is not None and not is_region(self.region):
            yield f"地区代码“{self.region}”应为六位。"
        if not self.is_provisional and not self.source_doc.strip():
            yield "已确认的年度必须写明放假通知的文号。"
        for day, change in sorted(self.days.items()):
            yield from self._faults_of(day, change)

    def _faults_of(self, day: dt.date, change: DayChange) -> Iterator[str]:
        if day.year != self.year:
            yield f"{day}不在本年度内。"
        if not change.name.strip():
            yield f"{day}没有写明节日名称。"
        if change.kind not in ("off", "work"):
            yield f"{day}的类别“{change.kind}”无法识别，应为 off 或 work。"
        if change.kind == "work" and day.weekday() < SATURDAY:
            yield f"{day}不是周末，不能列为调休上班日。"
        # Local holidays of ethnic areas add rest; they cannot cancel it (holiday measure, art. 4).
        if change.kind == "work" and self.region is not None:
            yield f"{day}：地区日历只能增加放假日，不能增加上班日。"

    def to_json(self) -> dict[str, Any]:
        days = {d.isoformat(): {"kind": c.kind, "name": c.name} for d, c in sorted(self.days.items())}
        return {
            "year": self.year,
            "region": self.region,
            "status": self.status,
            "source_doc": self.source_doc,
            "version": self.version,
            "days": days,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Year":
        days = {
            dt.date.fromisoformat(day): DayChange(change["kind"], change["name"])
            for day, change in data["days"].items()
        }
        return cls(
            data["year"],
            data["region"] or None,
            data["status"],
            data["source_doc"],
            data["version"],
            days,
        )


def is_region(code: str) -> bool:
    """Whether `code` is shaped like GB/T 2260; letters serve units that have no such code."""
    return _REGION.fullmatch(code) is not None


def read_years(path: Path) -> list[Year]:
    """The years of a calendar file. Refused if it cannot be read; their content is not yet checked."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["year"]
        return [_year(table) for table in tables]
    except OSError as error:
        raise Refused(f"无法读取工作日历文件“{path.name}”：{error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"工作日历文件“{path.name}”不是合格的 TOML：{error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused(f"工作日历文件“{path.name}”缺少内容或类型不对：{error}") from error


def _year(table: Mapping[str, Any]) -> Year:
    days: dict[dt.date, DayChange] = {}
    repeated = [day for day, change in _changes(table) if days.setdefault(day, change) is not change]
    if repeated:
        raise Refused(f"{table['year']}年工作日历：{repeated[0]}列了两次。")
    return Year(
        year=table["year"],
        region=table.get("region"),
        status=table["status"],
        source_doc=table["source_doc"],
        version=table["version"],
        days=days,
    )


def _changes(table: Mapping[str, Any]) -> Iterator[tuple[dt.date, DayChange]]:
    for entry in table.get("off", []):
        day, last = entry["first"], entry["last"]
        if last < day:
            raise Refused(f"{table['year']}年工作日历：{entry['name']}的最后一天早于第一天。")
        while day <= last:
            yield day, DayChange("off", entry["name"])
            day += dt.timedelta(days=1)
    for entry in table.get("work", []):
        yield entry["date"], DayChange("work", entry["name"])
