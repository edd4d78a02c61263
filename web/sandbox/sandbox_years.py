"""六年一览: the years after the sandbox opens, a chapter at a press, acted by its people.

None of these addresses exists outside the sandbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.errors import NotFound, Refused
from web.access import access
from web.dates import cn_date
from web.people.sign_in import signed_in
from web.sandbox import happenings
from web.sandbox.happenings import Line
from web.services import Sandbox, SandboxChapter, services

blueprint = Blueprint("sandbox_years", __name__)


@dataclass(frozen=True)
class Told:
    """A chapter as it stands today: `state` is over, now or ahead; one of those over is the latest."""

    chapter: SandboxChapter
    state: str
    key: Sequence[Line]
    others: Sequence[Line]
    is_latest: bool = False


def _sandbox() -> Sandbox:
    found = services().sandbox
    if found is None:
        raise NotFound
    return found


@blueprint.get("/sandbox/years")
@access(scope="public")
def index() -> str:
    chapters, today = _sandbox().chapters(), services().today()
    over = [c.number for c in chapters if c.until <= today]
    return render_template("sandbox/years.html", chapters=[_told(c, len(over), today) for c in chapters])


def _told(chapter: SandboxChapter, over: int, today: date) -> Told:
    """With what happened in it so far; `over` chapters have been lived through."""
    if chapter.number > over + 1:
        return Told(chapter, "ahead", (), ())
    state = "over" if chapter.number <= over else "now"
    with services().database.read() as session:
        lines = happenings.between(session, services().engine, chapter.since, min(chapter.until, today))
    key = [line for line in lines if line.is_key]
    others = [line for line in lines if not line.is_key]
    return Told(chapter, state, key, others, chapter.number == over)


@blueprint.post("/sandbox/years")
@access(scope="public")
def play() -> Response:
    """Let people act up to the end of a chapter. Who is nobody yet goes on as a clerk of the province."""
    sandbox = _sandbox()
    number = request.form.get("chapter", "")
    chapter = next((c for c in sandbox.chapters() if str(c.number) == number), None)
    if chapter is None:
        raise NotFound("没有这一章。")
    if chapter.until <= services().today():
        raise Refused(f"时间已经过了{cn_date(chapter.until)}，这一章不能再演。")
    played = sandbox.play_until(chapter.until)
    flash(f"时间已到 {cn_date(services().today())}，其间由沙箱人物办理 {played.acts} 件事。", "success")
    for why in played.refused:
        flash(f"有一件没有办成，留给您办：{why}", "warning")
    target = f"{url_for('sandbox_years.index')}#chapter-{chapter.number}"
    reader = next((p.id for p in sandbox.people() if p.label == READER), None)
    if g.person is None and reader is not None:
        return signed_in(reader, target)
    return redirect(target, 303)


READER = "省级经办"
