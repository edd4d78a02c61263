"""转版: moving running cases to a version, after a look at which can and why others cannot (D10)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine import migrations
from engine.errors import NotFound
from engine.models import ProcessDefinition
from web.access import access, person
from web.posted import posted_text
from web.services import services
from web.studio.studio import DEPLOYERS

blueprint = Blueprint("studio_migration", __name__, url_prefix="/studio/migration")
AT_ONCE = 200


@blueprint.get("/<int:number>")
@access(roles=DEPLOYERS, scope="province")
def show(number: int) -> str:
    """`number`: the row of the version that cases may move to."""
    with services().database.read() as session:
        target = session.get(ProcessDefinition, number)
        if target is None:
            raise NotFound("没有这个流程版本。")
        found, total = migrations.candidates(services().engine, session, target, AT_ONCE)
    return render_template("studio/migration.html", target=target, candidates=found, total=total)


@blueprint.post("/<int:number>")
@access(roles=DEPLOYERS, scope="province")
def migrate(number: int) -> AnyResponse:
    chosen = request.form.getlist("case")[:AT_ONCE]
    outcome = migrations.migrate(
        services().engine, chosen, number, by=person().id, reason=posted_text("reason")[:500]
    )
    if outcome.moved:
        flash(f"{outcome.moved} 件已转入这一版；草稿、办理人和期限不变。", "success")
    elif not outcome.refused:
        flash("没有选择办件，未作改动。", "warning")
    for refusal in outcome.refused:
        flash(refusal, "danger")
    return redirect(url_for("studio_migration.show", number=number), 303)
