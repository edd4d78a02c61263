"""流程: every diagram with its versions, one version's page, and how a proposal becomes one.

A diagram is proposed by a process owner (web/studio/studio_upload, web/studio/studio_edit) and deployed by a
second person. Nothing deployed is ever changed; running cases stay on their version
unless somebody moves them (web/studio/studio_migration, D10).
"""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine import definitions
from engine.bundle_files import folder_of
from engine.element_templates import template_file, templates
from engine.errors import NotFound, Refused
from engine.models import Bundle
from web.access import PROVINCE_ROLES, access, person, roles_of
from web.services import services
from web.studio import studio_data
from web.tasks.form_view import show_form

blueprint = Blueprint("studio", __name__)
OWNERS = frozenset({"process_owner"})
DEPLOYERS = frozenset({"process_owner", "sys_admin"})
READERS = DEPLOYERS | PROVINCE_ROLES


@blueprint.get("/studio")
@access(roles=READERS, scope="province")
def index() -> str:
    with services().database.read() as session:
        diagrams = studio_data.diagrams(session)
        proposals = studio_data.proposals(session)
        names = studio_data.names(session, [b.proposed_by for b in proposals])
        outlines = {b.id: studio_data.outline(session, b) for b in proposals}
    titles = {key: studio_data.title_of(p.name for p in found) for key, found in outlines.items()}
    return render_template(
        "studio/studio.html", diagrams=diagrams, proposals=proposals, names=names, titles=titles,
        may_propose=bool(roles_of(person()) & OWNERS), may_decide=bool(roles_of(person()) & DEPLOYERS),
    )  # fmt: skip


@blueprint.get("/studio/versions/<bundle_id>")
@access(roles=READERS, scope="province")
def show(bundle_id: str) -> str:
    held = roles_of(person())
    with services().database.read() as session:
        version = studio_data.version(session, bundle_id)
        against = request.args.get("against") or version.predecessor_id
        compared = studio_data.compared(session, version.bundle, against)
        names = studio_data.names(session, [version.bundle.proposed_by, version.bundle.decided_by])
        outline = studio_data.outline(session, version.bundle)
    report = studio_data.check(version.bundle)
    is_own = version.bundle.proposed_by == person().id
    return render_template(
        "studio/version.html", version=version, bundle=version.bundle, report=report, compared=compared,
        against=against, names=names, outline=outline,
        title=studio_data.title_of(process.name for process in outline),
        may_propose=bool(held & OWNERS), may_decide=bool(held & DEPLOYERS), is_own=is_own,
        marks=studio_data.marks,
    )  # fmt: skip


@blueprint.get("/studio/versions/<bundle_id>/diagram.bpmn")
@access(roles=READERS, scope="province")
def diagram(bundle_id: str) -> Response:
    return Response(_bundle(bundle_id).xml, mimetype="application/xml")


@blueprint.get("/studio/versions/<bundle_id>/forms/<form_name>")
@access(roles=READERS, scope="province")
def form(bundle_id: str, form_name: str) -> str:
    """How a form will look; nothing that is typed here is kept."""
    bundle = _bundle(bundle_id)
    with services().database.read() as session:
        parsed = services().engine.form(session, bundle_id, form_name)
        steps = [step for process in studio_data.outline(session, bundle) for step in process.steps]
    return render_template(
        "studio/form.html", bundle=bundle, form_name=form_name,
        steps=[step for step in steps if step.form == form_name],
        view=show_form(parsed, parsed.blank({})),
    )  # fmt: skip


@blueprint.get("/studio/versions/<bundle_id>/folder.zip")
@access(roles=READERS, scope="province")
def folder(bundle_id: str) -> Response:
    """Diagram, forms and element templates as one folder for the desktop Camunda Modeler."""
    bundle = _bundle(bundle_id)
    offered = template_file(templates(services().catalogue.handlers()))
    packed = folder_of(bundle.name, bundle.xml, bundle.forms, offered)
    return Response(
        packed, mimetype="application/zip",
        headers={"Content-Disposition": f"attachment; filename={bundle.name}-{bundle.id[:8]}.zip"},
    )  # fmt: skip


def _bundle(bundle_id: str) -> Bundle:
    with services().database.read() as session:
        found = session.get(Bundle, bundle_id)
    if found is None:
        raise NotFound("没有这个流程版本。")
    return found


# --- deciding -----------------------------------------------------------------------------------


@blueprint.post("/studio/versions/<bundle_id>/deploy")
@access(roles=DEPLOYERS, scope="province")
def deploy(bundle_id: str) -> AnyResponse:
    """Checked once more, because handlers and posts may have changed since it was proposed."""
    problems = studio_data.check(_bundle(bundle_id)).problems
    if problems:
        raise Refused([studio_data.as_problem(finding) for finding in problems])
    with services().database.write() as session:
        created = definitions.deploy(session, services().now(), bundle_id, person().id)
    told = "、".join(f"{row.name} 第 {row.version} 版" for row in created)
    flash(f"已部署：{told}。新发起的办件用新版，在办的仍用原版，需要时可以逐件转入。", "success")
    return redirect(url_for("studio.show", bundle_id=bundle_id), 303)


@blueprint.post("/studio/versions/<bundle_id>/reject")
@access(roles=DEPLOYERS, scope="province")
def reject(bundle_id: str) -> AnyResponse:
    reason = request.form.get("reason", "").strip()[:500]
    with services().database.write() as session:
        definitions.reject(session, services().now(), bundle_id, person().id, reason)
    flash("已退回，未部署。", "success")
    return redirect(url_for("studio.index"), 303)
