"""编辑流程图: the diagram editor in the browser. What is saved goes the same way as an upload."""

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.bundle_files import Taken
from engine.element_templates import template_file, templates
from engine.errors import NotFound, Problem, Refused
from engine.models import Bundle
from web.access import access
from web.services import services
from web.studio import studio, studio_data, studio_proposals
from web.studio.studio_proposals import Draft

Page = str | AnyResponse | tuple[str, int]


# One endpoint for both methods: the looser style rule of the editor hangs on its name (web/app).
@studio.blueprint.route("/studio/<name>/edit", methods=["GET", "POST"])
@access(roles=studio.OWNERS, scope="province")
def edit_diagram(name: str) -> Page:
    """Open the deployed diagram, or another version of it (`?version=`)."""
    base = _base(name)
    if request.method == "GET":
        return _page(base, base.xml)
    xml = request.form.get("xml", "").replace("\r\n", "\n")  # a form sends line ends of its own
    try:
        draft = studio_proposals.examine(Taken(name, xml.encode(), base.forms), name)
        if not draft.is_sound:
            return _page(base, xml, draft), 422
        bundle = studio_proposals.propose(draft, request.form.get("note", "").strip()[:500])
    except Refused as refused:
        return _page(base, xml, problems=refused.problems), 422
    flash("核对通过，已提交，待另一人部署。", "success")
    return redirect(url_for("studio.show", bundle_id=bundle.id), 303)


def _base(name: str) -> Bundle:
    version = request.args.get("version")
    with services().database.read() as session:
        found = session.get(Bundle, version) if version else studio_data.deployed(session, name)
    if found is None or found.name != name:
        raise NotFound("没有这张流程图。")
    return found


def _page(base: Bundle, xml: str, draft: Draft | None = None, problems: list[Problem] | None = None) -> str:
    """The edited diagram stays in the page when it is refused."""
    return render_template(
        "studio/edit.html", base=base, xml=xml, draft=draft, problems=problems or [],
        note=request.form.get("note", ""),
    )  # fmt: skip


@studio.blueprint.get("/studio/templates.json")
@access(roles=studio.OWNERS, scope="province")
def element_templates() -> Response:
    """What the editor offers in its drop-downs."""
    text = template_file(templates(services().catalogue.handlers()))
    return Response(text, mimetype="application/json")
