"""条款落实: every provision of the regulation with the steps, limits, forms, pages and tests behind it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from flask import Blueprint, Flask, current_app, render_template

from clusters import coverage
from clusters.batches import rules
from clusters.coverage import Citation, Place
from engine import definitions
from engine.models import Bundle
from web.access import EVERYBODY, access, access_of
from web.services import services

blueprint = Blueprint("coverage", __name__)
TESTS = Path(__file__).resolve().parents[1] / "tests"


def of_pages(app: Flask) -> Iterator[Citation]:
    """Pages that carry out a provision without a diagram, as their routes declare it."""
    for rule in app.url_map.iter_rules():
        declared = access_of(app, rule.endpoint)
        for article in declared.articles if declared else ():
            assert declared is not None
            yield article, "pages", Place(rule.rule, declared.act)


@blueprint.get("/coverage")
@access(roles=EVERYBODY, scope="province")
def index() -> str:
    """What is deployed now, not what was shipped."""
    parts = services().engine.parts
    with services().database.read() as session:
        newest = definitions.newest_versions(session)
        bundles = {row.bundle_id: session.get_one(Bundle, row.bundle_id) for row in newest}
        standard = rules.standard(session, rules.last_known(session, services().today()).code)
    models = [parts.bundles.get(row.bundle_id).models[row.process_key] for row in newest]
    forms = {name: text for bundle in bundles.values() for name, text in bundle.forms.items()}
    citations: Iterable[Citation] = (
        *coverage.of_models(models), *coverage.of_forms(forms), *coverage.of_standard(standard),
        *of_pages(current_app), *coverage.of_tests(TESTS),
    )  # fmt: skip
    rows, unknown = coverage.table(citations)
    return render_template("coverage.html", rows=rows, unknown=unknown, has_tests=TESTS.is_dir())
