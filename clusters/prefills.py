"""What the system already knows when somebody opens a form: nobody types it (A-22).

One function per step, found by the step's id; each gives the words that the form's components
name with `prefill`. Reads only; what a person typed is laid over it by the page.
"""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from clusters.annual import annual_prefills
from clusters.applications import applications
from clusters.applications.models import FILLED_IN
from clusters.changes import change_prefills
from clusters.designation import designation_prefills
from clusters.objections import objection_words
from clusters.prefill_opening import Opening, Words
from clusters.publicity import publicity_prefills
from clusters.reexamination import reexamination_prefills
from clusters.revocation import revocation_prefills
from engine.errors import NotFound
from engine.forms import Form
from engine.models import Instance

# What a new application has to say afresh: its years, its promises, its answers.
NOT_COPIED = frozenset(
    {"indicators", "plan_start_year", "plan_end_year", "incident_declaration", "truth_commitment",
     "submit_despite_failing", "correction_answers"}
)  # fmt: skip
# What a re-examination has to say of its own term and of the next one (art. 16).
AFRESH_EACH_TERM = frozenset(
    {"plan_completion", "measures_done", "self_evaluation", "self_evaluation_file", "plan_file",
     "plan_targets", "plan_measures", "incidents", "authority_proofs", "attachments"}
)  # fmt: skip


def context(
    session: Session, instance: Instance, form: Form, element: str, person_id: str, today: date
) -> Words:
    """The words for `Form.blank`; empty for a step that needs none."""
    opening = STEPS.get(element)
    if opening is None:
        return {}
    try:
        return opening(Opening(session, instance, form, element, person_id, today))
    except NotFound:
        return {}


def earlier_content(session: Session, instance: Instance, element: str) -> Words:
    """What an application begins with that was started from an earlier one of its county."""
    if element == FILLED_IN["reexamination"]:
        found = reexamination_prefills.earlier_content(instance.business_key, session)
        return {k: v for k, v in found.items() if k not in NOT_COPIED | AFRESH_EACH_TERM}
    if element != applications.FILL:
        return {}
    application = applications.by_instance(session, instance.id)
    if application.copied_from is None:
        return {}
    earlier = applications.get(session, application.copied_from)
    if earlier.instance_id is None:
        return {}
    data, _ = applications.effective_application(session, earlier.instance_id)
    return {k: v for k, v in data.items() if k not in NOT_COPIED}


def _objection(opening: Opening) -> Words:
    return objection_words.words(opening.session, opening.instance.business_key)


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    **designation_prefills.STEPS,
    **reexamination_prefills.STEPS,
    **revocation_prefills.STEPS,
    **dict.fromkeys(objection_words.STEPS, _objection),
    **annual_prefills.STEPS,
    **change_prefills.STEPS,
    **publicity_prefills.STEPS,
}
