"""提交流程: uploading a diagram and its forms, or one archive. Belongs to the pages of processes."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.bundle_files import MAX_UNPACKED, take
from engine.errors import NotFound, Problem, Refused
from web.access import access
from web.services import services
from web.studio import studio, studio_data, studio_proposals
from web.studio.studio_proposals import Draft

MAX_UPLOAD = MAX_UNPACKED
Page = str | Response | tuple[str, int]


@studio.blueprint.get("/studio/upload")
@access(roles=studio.OWNERS, scope="province")
def upload() -> str:
    return _page()


@studio.blueprint.post("/studio/upload")
@access(roles=studio.OWNERS, scope="province")
def submit() -> Page:
    """Problems are shown with element and line, and nothing is kept; a sound upload becomes a proposal."""
    target = request.form.get("target", "")
    try:
        draft = studio_proposals.examine(take(_files()), target)
        if not draft.is_sound:
            return _page(draft), 422
        bundle = studio_proposals.propose(draft, request.form.get("note", "").strip()[:500])
    except (Refused, NotFound) as refused:
        found = refused.problems if isinstance(refused, Refused) else [Problem(str(refused))]
        return _page(problems=found), 422
    told = f"沿用已部署的表单 {len(draft.kept_forms)} 个。" if draft.kept_forms else ""
    left = f"没有环节使用的表单未收入：{'、'.join(draft.unused)}。" if draft.unused else ""
    flash(f"核对通过，已提交，待另一人部署。{told}{left}", "success")
    return redirect(url_for("studio.show", bundle_id=bundle.id), 303)


def _files() -> list[tuple[str, bytes]]:
    """No more is read than may be taken in."""
    found, left = [], MAX_UPLOAD
    for uploaded in request.files.getlist("files"):
        content = uploaded.stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Refused(f"上传的文件合计超过 {MAX_UPLOAD // 1_000_000} MB。")
        if uploaded.filename:
            found.append((uploaded.filename, content))
    return found


def _page(draft: Draft | None = None, problems: list[Problem] | None = None) -> str:
    with services().database.read() as session:
        known = studio_data.diagrams(session)
    return render_template("studio/upload.html", diagrams=known, draft=draft, problems=problems or [])
