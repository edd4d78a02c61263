"""The story of a case in words: whose turn it is and why, what happened, what may be done here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications import applications, batch_choice, correction_rounds, field_words, statuses
from clusters.applications.correction_rounds import Round
from clusters.applications.models import Application
from clusters.batches.models import Batch
from clusters.notices import notices
from clusters.objections import objections
from clusters.people import regions
from clusters.publicity import publicity
from clusters.register.models import Cluster, Notice
from clusters.revocation import proposals
from engine import recalls
from engine.case_view import CaseView
from engine.directory import Person
from engine.errors import NotFound
from engine.forms import Form
from engine.models import WorkItem
from web.batches import batch_turn
from web.batches.batch_turn import Turn
from web.cases.case_events import AT_ANY_TIME, Event, timeline, waits
from web.cases.changed_items import ChangedItem, CorrectionLine, changed_items, correction_line
from web.services import services
from web.tasks.task_side import names as people_names

APPLICANTS = frozenset({"county_clerk", "county_leader"})


@dataclass(frozen=True)
class Story:
    """`turn` says 现在该谁办、办什么、到哪天; `waits` why the case waits when it is nobody's turn."""

    events: Sequence[Event]
    waits: Sequence[str]
    anchors: Mapping[str, str]
    application: Application | None
    notice: Notice | None  # on which the application stands
    held_back: bool  # by an objection to it
    status: str | None
    region: str
    rounds: Sequence[tuple[Round, Sequence[ChangedItem]]]
    corrections: Sequence[CorrectionLine]
    may_withdraw: bool
    may_answer: bool
    recallable: str | None
    records: Sequence[tuple[WorkItem, Sequence[WorkItem]]]  # of each step the latest, and those before it
    batches: Sequence[Batch]  # those that a prefilled application may be put into
    names: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Turn | None = None  # where that is being done which the case waits for
    batch: Batch | None = None
    cluster: Cluster | None = None  # what an application has led to
    listening: frozenset[str] = frozenset()  # steps that may come at any time and that nobody waits for

    @property
    def ended_adversely(self) -> bool:
        """An application that has not led to what was applied for."""
        if self.application is None:
            return False
        status = statuses.STATUSES[self.application.status]
        return status.ended and not status.granted


def story_of(session: Session, case: CaseView, somebody: Person, today: date) -> Story:
    known = people_names(session, _people_of(case))
    application = _application(session, case)
    notice = notices.of_case(session, application.case_no) if application else None

    def forms(name: str) -> Form:
        return services().engine.form(session, case.instance.bundle_id, name)

    return Story(
        events=timeline(case, known, forms),
        waits=waits(case),
        anchors={i.element: f"#{i.id}" for i in case.closed_items if i.status == "completed"},
        application=application,
        notice=notice,
        held_back=notice is not None and _is_held_back(session, notice, application),
        status=_stage(application, case) if application else _status(session, case),
        region=regions.full_name(case.instance.scope),
        rounds=_rounds(session, application) if application else [],
        corrections=_corrections(session, application) if application else [],
        may_withdraw=_may_withdraw(session, application, somebody),
        may_answer=application is not None and is_applicant(application.county_code, somebody),
        recallable=recalls.offered(session, case.instance, somebody.id),
        records=_records(case),
        batches=_batches(session, application, somebody, today),
        names=known,
        elsewhere=_elsewhere(session, case, application, today),
        batch=_batch(session, case, application),
        cluster=_cluster(session, application),
        listening=frozenset(s.node.id for s in case.outline if s.node.message in AT_ANY_TIME),
    )


def _records(case: CaseView) -> list[tuple[WorkItem, Sequence[WorkItem]]]:
    """What was filed, by step in the order of the latest: a case may come back many times."""
    filed: dict[str, list[WorkItem]] = {}
    for item in case.closed_items:
        if item.status == "completed" and item.id in case.submissions:
            filed[item.element] = [item, *filed.pop(item.element, [])]
    return [(latest, earlier) for latest, *earlier in filed.values()]


def _elsewhere(session: Session, case: CaseView, application: Application | None, today: date) -> Turn | None:
    if application is None or case.instance.process_key != "designation" or case.open_items:
        return None
    return batch_turn.of_case(services().engine, session, application, case.messages, today)


def _batch(session: Session, case: CaseView, application: Application | None) -> Batch | None:
    """The batch that a case belongs to, or that it is."""
    key = application.batch_key if application else case.instance.business_key.partition("/")[0]
    found = session.get(Batch, key) if key else None
    return found if found is not None and found.kind == "application" else None


def _cluster(session: Session, application: Application | None) -> Cluster | None:
    if application is None or application.status != "designated":
        return None
    return session.scalars(sa.select(Cluster).where(Cluster.case_no == application.case_no)).first()


def _people_of(case: CaseView) -> list[str | None]:
    found: list[str | None] = [e.actor for e in case.timeline]
    found += [i.completed_by for i in case.closed_items]
    found += [o.person_id for rows in case.opinions.values() for o in rows]
    return found + [i.item.assignee for i in case.open_items]


def _application(session: Session, case: CaseView) -> Application | None:
    if case.instance.process_key not in ("designation", "reexamination"):
        return None
    try:
        return applications.by_instance(session, case.instance.id)
    except NotFound:
        return None


def _stage(application: Application, case: CaseView) -> str:
    """填报中 ends for the clerk when the application lies with the county's leader."""
    is_with_leader = {o.item.element for o in case.open_items} & {
        "approve_application",
        "approve_reexamination",
    }
    if application.status == "drafting" and is_with_leader:
        return "县级审核中"
    return statuses.label(application.status, application.kind)


def _is_held_back(session: Session, notice: Notice, application: Application | None) -> bool:
    return application is not None and application.case_no in objections.held_back(session, notice.no)


def _status(session: Session, case: CaseView) -> str | None:
    key, number = case.instance.process_key, case.instance.business_key
    if key == proposals.PROCESS:
        return proposals.STATUSES[proposals.of_key(session, number).status]
    return publicity.STATUSES[publicity.get(session, number).status] if key == publicity.PROCESS else None


def _rounds(session: Session, application: Application) -> list[tuple[Round, list[ChangedItem]]]:
    form = field_words.filled_form(session, application.instance_id or "")
    return [(r, changed_items(form, r.changes)) for r in correction_rounds.rounds(session, application)]


def _corrections(session: Session, application: Application) -> list[CorrectionLine]:
    submission = applications.latest_content(session, application)
    if submission is None:
        return []
    form = field_words.filled_form(session, submission.instance_id)
    made = applications.corrections_of(session, submission.id)
    return [correction_line(form, submission.data, row) for row in made]


def is_applicant(county_code: str, somebody: Person) -> bool:
    """Whether somebody works for the applicant today; having done so once is not enough."""
    return county_code in {s.scope for s in somebody.seats if s.role in APPLICANTS}


def _may_withdraw(session: Session, application: Application | None, somebody: Person) -> bool:
    if application is None or not is_applicant(application.county_code, somebody):
        return False
    return not applications.withdrawal_problems(session, application.case_no)


def _batches(session: Session, application: Application | None, somebody: Person, today: date) -> list[Batch]:
    if application is None or not is_applicant(application.county_code, somebody):
        return []
    return batch_choice.batches_to_choose(session, application, today)
