"""日历: the working calendar of a year with its sources, and a small reckoning of due dates."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for

from clusters.people import regions
from engine.calendar import Calendar, DueDate
from engine.errors import CalendarUnavailable, Refused
from engine.periods import ImpossiblePeriod
from web.access import ADMIN_ROLES, CASE_ROLES, access, person, roles_of
from web.calendar import calendar_view
from web.calendar.calendar_admin import KEEPERS
from web.services import services

blueprint = Blueprint("calendar", __name__)
READERS = CASE_ROLES | ADMIN_ROLES | {"process_owner"}
MOST_DAYS = 500


@dataclass(frozen=True)
class Reckoning:
    """What was asked of the calculator and its answer: a due date or a reason why there is none."""

    start: str
    days: str
    due: DueDate | None = None
    problem: str = ""


@blueprint.get("/calendar")
@access(roles=READERS, scope="region")
def index() -> str:
    with services().database.read() as session:
        calendar: Calendar = services().engine.parts.calendar_of(session)
    known = sorted(y.year for y in calendar.years if y.region is None)
    overlays = sorted({y.region for y in calendar.years if y.region is not None})
    region = request.args.get("region", "")
    region = region if region in overlays else ""
    today = services().today()
    year = request.args.get("year", today.year, type=int)
    records = calendar_view.records(calendar, year, region) if year in known else []
    return render_template(
        "calendar/calendar.html",
        year=year, years=_year_links(known, year, region), records=records, region=region,
        overlays=[(code, regions.full_name(code)) for code in overlays],
        months=calendar_view.months(calendar, year, region or None, today) if year in known else [],
        stretches=calendar_view.stretches(records), weekdays=calendar_view.WEEKDAYS,
        national=next((r for r in records if r.region is None), None), version=calendar.version,
        asked=_reckon(calendar, region or None, today), may_import=bool(roles_of(person()) & KEEPERS),
    )  # fmt: skip


def _year_links(known: list[int], chosen: int, region: str) -> list[dict[str, object]]:
    def link(year: int) -> str:
        return url_for("calendar.index", year=year, region=region or None)

    return [{"label": str(y), "url": link(y), "active": y == chosen} for y in known]


def _reckon(calendar: Calendar, region: str | None, today: date) -> Reckoning:
    start, days = request.args.get("start", "").strip(), request.args.get("days", "").strip()
    if not start and not days:
        return Reckoning(today.isoformat(), "")
    try:
        first = date.fromisoformat(start)
    except ValueError:
        return Reckoning(start, days, problem="请填写起算日期。")
    if not days.isdecimal() or not 1 <= int(days[:6]) <= MOST_DAYS:
        return Reckoning(start, days, problem=f"工作日数应为 1 至 {MOST_DAYS} 的整数。")
    try:
        return Reckoning(start, days, calendar.due(first, int(days), region))
    except (CalendarUnavailable, ImpossiblePeriod, Refused) as error:
        return Reckoning(start, days, problem=str(error))
