"""年报情况 and 年度考核: a year at a glance by region, and the templates to score by (art. 16, 18)."""

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clusters.annual import annual_assessments, annual_overview, assessment_templates
from clusters.annual.annual_overview import Line
from clusters.annual.assessment_template import EXCELLENT
from clusters.people import regions
from engine.errors import Problem, Refused
from engine.periods import end_of_february
from web.access import CASE_ROLES, access, person, roles_of, visible_scopes
from web.csv_text import csv_lines
from web.services import services

blueprint = Blueprint("annual", __name__)
READERS = CASE_ROLES | {"audit_admin"}
PUBLISHERS = frozenset({"prov_office_head"})
FIRST_YEAR, LAST_YEAR = 2023, 2100
COLUMNS = (
    "集群编号", "集群名称", "市州", "县（市、区）", "报告年度", "法定截止", "暂定", "状态", "到达市州",
    "到达省级", "迟延", "催报次数", "考核等次",
)  # fmt: skip


def _year() -> int:
    """The year asked for, by default the last one that has ended."""
    asked = request.args.get("year", "")
    last = services().today().year - 1
    known = asked.isdecimal() and len(asked) == len("2024") and FIRST_YEAR <= int(asked) <= LAST_YEAR
    return int(asked) if known else last


def _lines(year: int) -> list[Line]:
    with services().database.read() as session:
        calendar = services().engine.parts.calendar_of(session)
        scopes = visible_scopes(person())
        return annual_overview.of_year(session, year, scopes, calendar, services().today())


@blueprint.get("/annual")
@access(roles=READERS, scope="region", articles=["第十八条", "第十六条"])
def index() -> str:
    year = _year()
    lines = _lines(year)
    with services().database.read() as session:
        versions = assessment_templates.all_versions(session)
        excellent, assessed = annual_assessments.excellent_share(session, year)
    shown = {
        "filed": sum(line.at_province is not None for line in lines),
        "cluster": sum(line.late == "集群迟延" for line in lines),
        "city": sum(line.late == "市州迟延" for line in lines),
    }
    return render_template(
        "register/annual.html", year=year, lines=lines, shown=shown, due=end_of_february(year + 1),
        versions=versions, may_publish=bool(roles_of(person()) & PUBLISHERS), excellent=excellent,
        assessed=assessed, best=EXCELLENT, years=range(services().today().year - 1, FIRST_YEAR - 1, -1),
    )  # fmt: skip


@blueprint.get("/annual.csv")
@access(roles=READERS, scope="region", articles=["第十八条"])
def download() -> Response:
    """The same list as a table."""
    year = _year()
    lines = csv_lines(COLUMNS, (_row(line, year) for line in _lines(year)))
    response = Response("".join(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=annual-{year}.csv"
    return response


def _row(line: Line, year: int) -> tuple[object, ...]:
    c, grade = line.cluster, line.assessment.grade if line.assessment else ""
    place = (regions.name_of(c.city_code), regions.name_of(c.county_code))
    provisional = "暂定" if line.provisional else ""
    dates = (end_of_february(year + 1), provisional, line.state, line.at_city, line.at_province)
    return (c.cluster_no, c.name, *place, year, *dates, line.late, len(line.urges), grade)


@blueprint.post("/annual/templates/publish")
@access(roles=PUBLISHERS, scope="province", articles=["第十六条"], act="公布考核指标")
def publish() -> AnyResponse:
    """公布考核指标: nobody scores before the province has issued the template."""
    now, today = services().now(), services().today()
    with services().database.write() as session:
        assessment_templates.publish(
            session, request.form.get("version", ""), request.form.get("doc_no", ""),
            _day(request.form.get("published_on", "")), person().id, today, now,
        )  # fmt: skip
    flash("考核指标已公布，可以开始评分。", "success")
    return redirect(url_for("annual.index"), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused([Problem("请填写公布日期。", "published_on", "第十六条")]) from None
