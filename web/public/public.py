"""The public site (公开信息): its frame and front page. Nobody signs in, nothing is written, no script runs.

Only what the department has published or decided stands here: no draft, no personal data, no case.
"""

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for

from clusters.notices import notices
from clusters.notices.notice_text import DEPARTMENT
from clusters.register import open_register
from web.access import access
from web.public.public_notices import Shown, latest
from web.services import services

PREFIX = "/public"
NAVIGATION = (
    ("公示", "public_notices"),
    ("集群名录", "public_register"),
    ("认定标准", "public_standard"),
    ("异议查询", "public_objections"),
)
RULE = "《甘肃省促进中小企业特色产业集群发展实施细则》（甘工信发〔2023〕19号）"
ON_THE_FRONT_PAGE = 5

blueprint = Blueprint("public", __name__)


def is_public(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def install(app: Flask) -> None:
    app.jinja_env.globals["PUBLIC"] = {
        "department": DEPARTMENT, "portal": notices.PORTAL, "rule": RULE
    }  # fmt: skip

    @app.context_processor
    def frame() -> dict[str, Any]:
        if not is_public(request.path):
            return {}
        links = [
            {"label": label, "url": url, "active": request.path.startswith(url)}
            for label, url in ((label, url_for(f"{family}.index")) for label, family in NAVIGATION)
        ]
        return {"public_nav": links}


@blueprint.get(PREFIX)
@access(scope="public")
def index() -> str:
    today = services().today()
    with services().database.read() as session:
        shown: list[Shown] = latest(session, ON_THE_FRONT_PAGE)
        entries = open_register.entries(session, today)
        steps = open_register.latest_steps(session, ON_THE_FRONT_PAGE)
    running = [s for s in shown if not s.is_over]
    return render_template(
        "public/public.html", running=running, past=[s for s in shown if s.is_over], steps=steps,
        standing=sum(entry.holds for entry in entries),
    )  # fmt: skip


@blueprint.get("/robots.txt")
@access(scope="public")
def robots() -> Response:
    """Search engines are welcome to what is published, and to nothing else."""
    lines = (
        "User-agent: *",
        f"Allow: {PREFIX}",
        "Allow: /static/",
        f"Disallow: {PREFIX}/objections",
        f"Disallow: {PREFIX}/notices/*/objection",
        "Disallow: /",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")
