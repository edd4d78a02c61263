"""What stands beside a form: the criteria live, what earlier steps said, what has to be mended."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from clusters.annex import progress
from clusters.annex.application import Application as Figures
from clusters.annex.criteria import check
from clusters.annex.roster import derive_latest_year
from clusters.annual import annual_reports
from clusters.applications import applications, assessment, correction_rounds, field_words, seals
from clusters.applications.field_words import Words
from clusters.applications.models import FILLED_IN, CorrectionItem
from clusters.cultivation import ledger
from clusters.cultivation.models import LedgerEntry
from engine import work_items
from engine.directory import Person
from engine.errors import NotFound, Problem, Refused
from engine.forms import Form
from engine.models import Instance, Opinion, Urge, WorkItem
from engine.opinions import given
from web.access import person
from web.cases import case_sheets
from web.cases.changed_items import ChangedItem, changed_items
from web.services import services
from web.tasks.criteria_panel import Panel, of_results
from web.tasks.materials import Material, Paper, materials_of, papers_of


@dataclass(frozen=True)
class Asked:
    """One thing to be mended, with the field of the form that it is about and where that stands."""

    no: int
    content: str
    answer: str
    section: str | None
    field: str = ""
    label: str = ""


@dataclass(frozen=True)
class Side:
    panel: Panel | None = None
    correction_items: Sequence["Asked"] = ()
    colleagues: Sequence[Person] = ()
    opinions: Sequence[Opinion] = ()
    urges: Sequence[Urge] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    done_in_year: Sequence[LedgerEntry] = ()
    materials: Sequence[Material] = ()
    papers: Sequence[Paper] = ()
    changes: Sequence[ChangedItem] = ()  # what the county has mended since it was last asked to
    scan_is_void: bool = False
    holder: str = ""  # who has taken the task on
    submit: str = ""  # what the button says
    sheets: Mapping[str, str] = field(default_factory=dict)  # papers of the case that can be printed now


# Processes whose content is an application, of whichever kind.
WITH_CONTENT = frozenset({"designation", "reexamination"})
# Steps beside which it is shown what the city asked to be mended.
WITH_CORRECTIONS = frozenset(
    {
        "fill_application", "approve_application", "accept_application", "fill_reexamination",
        "approve_reexamination", "city_reexam_check",
    }
)  # fmt: skip
# Steps that take an application in again after it was mended, and steps that seal it.
TAKES_IN = frozenset({"accept_application", "city_reexam_check"})
SEALS = frozenset({"approve_application", "approve_reexamination"})
# Steps beside which the criteria of the annex are shown.
WITH_CRITERIA = frozenset(
    {
        "fill_application", "approve_application", "accept_application", "preliminary_review",
        "sign_review", "formal_check", "re_review", "sign_re_review", "fill_reexamination",
        "approve_reexamination", "city_reexam_check", "sign_reexam_opinion", "review_reexamination",
        "decide_reexamination",
    }
)  # fmt: skip


def side_of(
    session: Session, instance: Instance, item: WorkItem, form: Form, data: Mapping[str, Any]
) -> Side:
    candidates = work_items.candidates(session, services().engine.directory, item)
    opinions = given(session, item.id)
    has_content = instance.process_key in WITH_CONTENT
    is_filling = item.element in FILLED_IN.values()
    materials = materials_of(session, instance, item) if has_content and not is_filling else []
    words = field_words.words_for(session, instance.id) if has_content else str
    return Side(
        panel=_panel(session, instance, item, form, data),
        correction_items=[_asked(form, words, i) for i in _correction_items(session, instance, item)],
        colleagues=[p for p in candidates if p.id != person().id],
        opinions=opinions,
        people=names(session, [*(o.person_id for o in opinions), *(m.by for m in materials)]),
        done_in_year=_done_in_year(session, instance, item),
        materials=materials,
        papers=papers_of(session, instance, item) if has_content else [],
        changes=_changes(session, instance, item),
        submit=_submit_words(instance, item),
        holder=names(session, [item.assignee]).get(item.assignee or "", ""),
        scan_is_void=has_content and _scan_is_void(session, instance, item, data),
        sheets=case_sheets.of_case(session, instance),
    )


def _panel(
    session: Session, instance: Instance, item: WorkItem, form: Form, data: Mapping[str, Any]
) -> Panel | None:
    """While filling in, what is typed so far; afterwards the application as it stands, corrected."""
    if instance.process_key not in WITH_CONTENT or item.element not in WITH_CRITERIA:
        return None
    try:
        if item.element in FILLED_IN.values():
            # Without data it is not this person's to see.
            return _live(session, instance, form, form.clean(data)) if data else None
        return _assessed(session, instance, form)
    except (Refused, NotFound):
        return None


def _live(session: Session, instance: Instance, form: Form, data: Mapping[str, Any]) -> Panel:
    """Each criterion as soon as its own data are there; writes nothing."""
    application = applications.by_instance(session, instance.id)
    today = services().today()
    standard = assessment.binding_standard(session, application, today)
    looks = progress.look(data, standard, today, today)
    warnings: Sequence[Problem] = ()
    if all(look.result for look in looks):
        with suppress(Refused):  # something that no criterion reads is impossible: the form says so
            warnings = check(Figures.from_submission(data, today), standard, today).warnings
    return Panel(form, looks, standard, warnings)


def _assessed(session: Session, instance: Instance, form: Form) -> Panel:
    application = applications.by_instance(session, instance.id)
    standard = assessment.binding_standard(session, application, services().today())
    verdicts = assessment.assess(session, instance.id, services().today())
    return of_results(form, verdicts.results, standard, verdicts.warnings)


def _done_in_year(session: Session, instance: Instance, item: WorkItem) -> Sequence[LedgerEntry]:
    """第十八条: the ledger's rows of the year, so that the report is not written from memory."""
    if item.element != annual_reports.FILL:
        return ()
    report = annual_reports.by_instance(session, instance.id)
    return () if report is None else ledger.of_year(session, report.cluster_no, report.year)


def _submit_words(instance: Instance, item: WorkItem) -> str:
    """What the diagram writes on the button: one verb, and to whom it goes."""
    model = services().engine.parts.bundles.get(instance.bundle_id).models[instance.process_key]
    task = model.user_tasks.get(item.element)
    return (task.submit if task else None) or f"提交：{item.name}"


def _asked(form: Form, words: Words, item: CorrectionItem) -> Asked:
    return Asked(
        item.no, item.content, item.answer or "", _section_of(form, item.field), item.field, words(item.field)
    )


def _changes(session: Session, instance: Instance, item: WorkItem) -> list[ChangedItem]:
    """For who takes the application in again: what differs from the one that was returned."""
    if item.element not in TAKES_IN or instance.process_key not in WITH_CONTENT:
        return []
    application = applications.by_instance(session, instance.id)
    rounds = correction_rounds.rounds(session, application)
    return changed_items(field_words.filled_form(session, instance.id), rounds[-1].changes) if rounds else []


def _scan_is_void(session: Session, instance: Instance, item: WorkItem, data: Mapping[str, Any]) -> bool:
    """A scan of earlier content that the form begins with (A-13)."""
    scans = data.get(seals.FIELD)
    if item.element not in SEALS or not scans:
        return False
    return bool(seals.problems(applications.by_instance(session, instance.id), scans, "", ""))


def _section_of(form: Form, path: str) -> str | None:
    key = path.partition(".")[0]
    return next((s.key for s in form.sections if key in {f.key for f in s.fields}), None)


def derived(session: Session, instance: Instance, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The yearly figures with the latest year filled in from the roster and the list of patents."""
    application = applications.by_instance(session, instance.id)
    standard = assessment.binding_standard(session, application, services().today())
    found = derive_latest_year(data.get("enterprises") or [], standard.sizes, data.get("patent_list") or [])
    rows = [dict(row) for row in data.get("indicators") or []]
    if rows and found:
        latest = max(rows, key=lambda row: row.get("year") or 0)
        latest.update(found)
    return rows


def _correction_items(session: Session, instance: Instance, item: WorkItem) -> Sequence[Any]:
    """What the city asked to be mended, shown beside the form until it is answered."""
    if item.element not in WITH_CORRECTIONS or instance.process_key not in WITH_CONTENT:
        return ()
    application = applications.by_instance(session, instance.id)
    return correction_rounds.items_of(session, application.case_no, application.correction_round)


def names(session: Session, person_ids: Sequence[str | None]) -> dict[str, str]:
    """Shown names of people by id; unknown ids stand for the system."""
    directory = services().engine.directory
    found: dict[str, str] = {}
    for id_ in {i for i in person_ids if i}:
        known = directory.person(session, id_)
        found[id_] = "（已停用人员）" if known is None else f"{known.name}（{known.org_name}）"
    return found
