"""打印: the papers of a case by its process, each as soon as what it says is there. Reads only."""

from collections.abc import Callable, Iterator, Mapping

from flask import Blueprint
from sqlalchemy.orm import Session

from clusters.changes import change_documents, changes
from clusters.designation.documents import Document
from clusters.publicity import publicity, publicity_documents
from clusters.reexamination import reexamination_documents, reexaminations
from engine.errors import NotFound
from engine.models import Instance
from web.access import CASE_ROLES, access
from web.cases.printing import document_page
from web.services import services

blueprint = Blueprint("case_sheets", __name__)
Sheets = Callable[[Session, str], Iterator[tuple[str, tuple[str, Document]]]]
OF_PROCESS: Mapping[str, Sheets] = {
    changes.PROCESS: change_documents.sheets,
    publicity.PROCESS: publicity_documents.sheets,
    reexaminations.PROCESS: reexamination_documents.sheets,
}


def of_case(session: Session, instance: Instance) -> Mapping[str, str]:
    """Name of each sheet that can be printed now, with what it is called."""
    return {name: label for name, (label, _) in _sheets(session, instance).items()}


def _sheets(session: Session, instance: Instance) -> dict[str, tuple[str, Document]]:
    known = OF_PROCESS.get(instance.process_key)
    try:
        return dict(known(session, instance.business_key)) if known else {}
    except NotFound:  # the case has not taken its first step yet
        return {}


@blueprint.get("/cases/<instance_id>/print/sheets/<sheet>")
@access(roles=CASE_ROLES, scope="case")
def show(instance_id: str, sheet: str) -> str:
    with services().database.read() as session:
        instance = session.get_one(Instance, instance_id)
        found = _sheets(session, instance).get(sheet)
        if found is None:
            raise NotFound("这份文书还没有形成，暂不能打印。")
        return document_page(found[1], instance.business_key)
