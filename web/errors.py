"""Errors become pages that say what happened and what to do; nothing technical is shown."""

import logging

from flask import Flask, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine.engine import StepFailed
from engine.errors import Conflict, NotAllowed, NotFound, Refused, TaskAlreadyCompleted
from web.dates import cn_datetime
from web.public.public import is_public
from web.services import services

log = logging.getLogger("qilian.web")

TITLES = {
    400: ("请求无法处理", "请返回上一页，刷新后再试。"),
    403: ("无权办理", "如确需办理，请联系本单位管理员核对您的岗位。"),
    404: ("没有找到", "内容可能已被移动；请从“待办”或“办件”进入。"),
    405: ("请求方式不对", "请从页面上的按钮操作。"),
    409: ("已有新的变化", "请刷新后查看最新状态；您填写的内容已存为草稿。"),
    413: ("上传的内容过大", "单个文件不超过 20 MB，请压缩或拆分后上传。"),
    422: ("不符合规定，未予办理", "请按下列说明更正后再提交。"),
    429: ("操作过于频繁", "请稍候再试。"),
    500: ("系统出现意外", "本次操作没有生效；异常已记录，请联系管理员。"),
}


def page(
    status: int,
    message: str | None = None,
    problems: list[object] | None = None,
    draft_of: str | None = None,
) -> tuple[str, int]:
    """`draft_of`: the task whose form the reader had filled in."""
    title, advice = TITLES.get(status, TITLES[400])
    template = "public/error.html" if is_public(request.path) else "error.html"
    shown = render_template(
        template, status=status, title=title, message=message, advice=advice, problems=problems or [],
        draft_of=draft_of,
    )  # fmt: skip
    return shown, status


def register_errors(app: Flask) -> None:
    """One place where every kind of error is worded."""
    app.register_error_handler(Refused, lambda e: page(422, None, e.problems))
    app.register_error_handler(NotAllowed, lambda e: page(403, str(e)))
    app.register_error_handler(NotFound, lambda e: page(404, str(e)))
    app.register_error_handler(TaskAlreadyCompleted, _already_completed)
    app.register_error_handler(Conflict, lambda e: page(409, str(e)))
    app.register_error_handler(StepFailed, lambda e: page(500, str(e)))
    app.register_error_handler(CSRFError, lambda e: page(400, "页面已过期，请刷新后重新提交。"))
    app.register_error_handler(HTTPException, lambda e: page(e.code or 500))
    app.register_error_handler(Exception, _unexpected)


def _already_completed(error: TaskAlreadyCompleted) -> tuple[str, int]:
    """Who was faster, and when."""
    with services().database.read() as session:
        somebody = services().engine.directory.person(session, error.by) if error.by else None
    who = somebody.name if somebody else "其他人员"
    at = f"于{cn_datetime(error.at)}" if error.at else ""
    return page(409, f"此事项已由{who}{at}办结，无需再办。", draft_of=error.item_id)


def _unexpected(error: Exception) -> tuple[str, int]:
    log.exception("a page failed", exc_info=error)
    return page(500)
