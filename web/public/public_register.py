"""集群名录 for everybody: search, one page per cluster, the same data as CSV, JSON and Atom (art. 15, 16)."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Flask, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from clusters.notices import notices
from clusters.notices.notice_text import DEPARTMENT
from clusters.people import regions
from clusters.register import open_register
from clusters.register.models import Notice
from clusters.register.open_register import STATES, Entry, Step
from engine.clock import SHANGHAI
from engine.db import dump_json
from engine.due_dates import chinese
from web.access import access
from web.csv_text import csv_lines
from web.services import services

blueprint = Blueprint("public_register", __name__, url_prefix="/public/register")
FEED_LENGTH = 50
WORDS_LENGTH = 60
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# key in JSON, heading in CSV, what it means
FIELDS: tuple[tuple[str, str, str], ...] = (
    ("cluster_no", "集群编号", "省级统一编号，终身不变"),
    ("name", "集群名称", "名录现载名称"),
    ("city", "市州", "市（州）或兰州新区名称"),
    ("city_code", "市州代码", "六位行政区划代码"),
    ("county", "县（市、区）", "所在县（市、区）名称"),
    ("county_code", "县（市、区）代码", "六位行政区划代码"),
    ("leading_industry", "主导产业", "名录现载主导产业"),
    ("term_no", "有效期次数", "首次认定为 1，每次复核通过加 1"),
    ("valid_from", "有效期起", "日期，含当日，格式 YYYY-MM-DD"),
    ("valid_to", "有效期止", "日期，含当日，格式 YYYY-MM-DD"),
    ("state", "状态", f"{'、'.join(STATES.values())}之一，按“数据日期”当天"),
    ("holds", "当日是否有效", "CSV 为是或否，JSON 为 true 或 false"),
    ("decision_no", "认定文号", "作出认定的文件"),
    ("decided_on", "认定日期", "日期；没有记录的为空"),
    ("fictional", "是否虚构", "演示数据为是（true），正式数据为否（false）"),
    ("url", "网页", "该集群的公开页面"),
)


def install(app: Flask) -> None:
    @app.template_filter()
    def xml_text(text: str) -> str:
        """Without the control characters that no XML document may contain."""
        return NOT_IN_XML.sub("", text)


def _wanted() -> dict[str, str]:
    """The filters of the address; what is no filter is left out."""
    given = request.args
    found = {"q": given.get("q", "").strip()[:WORDS_LENGTH]}
    if given.get("city") in {city.code for city in regions.cities()}:
        found["city"] = given["city"]
    if given.get("state") in STATES:
        found["state"] = given["state"]
    return {name: value for name, value in found.items() if value}


def _entries(session: Session, today: date) -> list[Entry]:
    wanted = _wanted()
    return open_register.entries(
        session, today, city_code=wanted.get("city"), words=wanted.get("q", ""), wanted=wanted.get("state")
    )


@blueprint.get("")
@access(scope="public")
def index() -> str:
    today = services().today()
    with services().database.read() as session:
        found = _entries(session, today)
    return render_template(
        "public/register.html", entries=found, cities=regions.cities(), states=STATES, wanted=_wanted(),
    )  # fmt: skip


@blueprint.get("/<cluster_no>")
@access(scope="public")
def show(cluster_no: str) -> str:
    today = services().today()
    with services().database.read() as session:
        entry = open_register.entry(session, cluster_no, today)
        steps = open_register.history(session, cluster_no)
    return render_template("public/cluster.html", entry=entry, steps=steps)


# --- as data ----------------------------------------------------------------------------------


@blueprint.get("/fields")
@access(scope="public")
def fields() -> str:
    """What the columns mean, and where the data can be fetched for good."""
    return render_template("public/fields.html", fields=FIELDS)


def _record(entry: Entry) -> dict[str, Any]:
    address = url_for("public_register.show", cluster_no=entry.cluster_no, _external=True)
    known = {"state": entry.state_label, "url": address}
    return {key: known[key] if key in known else getattr(entry, key) for key, _, _ in FIELDS}


def _records() -> tuple[date, list[dict[str, Any]]]:
    today = services().today()
    with services().database.read() as session:
        return today, [_record(entry) for entry in _entries(session, today)]


@blueprint.get("/clusters.csv")
@access(scope="public")
def as_csv() -> Response:
    today, records = _records()
    heading = [*(label for _, label, _ in FIELDS), "数据日期"]
    rows = ([*map(_spoken, record.values()), today] for record in records)
    response = Response("".join(csv_lines(heading, rows)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=clusters.csv"
    return _checked(response)


def _spoken(value: object) -> object:
    return ("是" if value else "否") if isinstance(value, bool) else value


@blueprint.get("/clusters.json")
@access(scope="public")
def as_json() -> Response:
    today, records = _records()
    content = {
        "title": "甘肃省中小企业特色产业集群名录",
        "publisher": DEPARTMENT,
        "as_of": today,
        "fields": url_for("public_register.fields", _external=True),
        "count": len(records),
        "clusters": records,
    }
    return _checked(Response(dump_json(content), content_type="application/json"))


def _checked(response: Response) -> Response:
    """Whoever asks again with the ETag is told 304 while nothing has changed."""
    response.add_etag()
    return response.make_conditional(request)


# --- the feed ---------------------------------------------------------------------------------


@blueprint.get("/feed.atom")
@access(scope="public")
def feed() -> Response:
    """Notices and changes of the register as Atom (RFC 4287), the newest first."""
    with services().database.read() as session:
        found = [_of_notice(notice) for notice in notices.list_notices(session)[:FEED_LENGTH]]
        found += [_of_step(step) for step in open_register.latest_steps(session, FEED_LENGTH)]
    found.sort(key=lambda entry: entry["updated"], reverse=True)
    text = render_template(
        "public/feed.xml", entries=found[:FEED_LENGTH], id=_stable_id("feed"), author=DEPARTMENT,
        updated=found[0]["updated"] if found else _moment(datetime(2023, 1, 16, tzinfo=SHANGHAI)),
    )  # fmt: skip
    return _checked(Response(text, content_type="application/atom+xml; charset=utf-8"))


def _of_notice(notice: Notice) -> Mapping[str, str]:
    days = f"公示期自{chinese(notice.first_day)}至{chinese(notice.last_day)}"
    outages = [interruption.recorded_at for interruption in notice.interruptions]
    return {
        "id": _stable_id(f"notice/{notice.no}"),
        "title": notice.title,
        "url": url_for("public_notices.show", notice_no=notice.no, _external=True),
        "published": _moment(notice.published_at),
        "updated": _moment(max([notice.published_at, *outages])),
        "category": "公示",
        "summary": f"{days} 24:00，以{DEPARTMENT}门户网站为准。",
    }


def _of_step(step: Step) -> Mapping[str, str]:
    moment = _moment(step.recorded_at)
    document = f"，{step.doc_no}" if step.doc_no else ""
    return {
        "id": _stable_id(f"register/{step.key}"),
        "title": f"{step.name}：{step.text}",
        "url": url_for("public_register.show", cluster_no=step.cluster_no, _external=True),
        "published": moment,
        "updated": moment,
        "category": "名录变化",
        "summary": f"{chinese(step.on)}{document}。",
    }


def _stable_id(name: str) -> str:
    """The same for ever, whatever address the site has."""
    house = "sandbox" if services().sandbox else "register"
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'{notices.PORTAL}qilian/{house}/{name}')}"


def _moment(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds")
