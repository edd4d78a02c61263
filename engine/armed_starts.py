"""Armed starts: timer start events that wait once per subject and occurrence (D4).

A row says that at an instant the newest version of a process begins for one subject, exactly once.
Rows follow the diagrams, the subjects and the calendar by themselves: whoever changes one of these
has nothing to call.
"""

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit, definitions, instances
from engine.bpmn.model import StartEvent
from engine.calendar import Calendar, DueDate
from engine.clock import at_start_of, legal_day, system_now
from engine.contract import Subject
from engine.date_functions import date_functions
from engine.due_dates import ending
from engine.errors import CalendarUnavailable, NotFound
from engine.expressions import compile_expression
from engine.instances import NewInstance
from engine.models import ArmedStart, Instance, ProcessDefinition
from engine.step import Parts
from engine.timers import MAX_ATTEMPTS

YEARLY, ONCE_A_TERM = "year", "term"


@dataclass(frozen=True)
class _Waiting:
    """One start event of one process, as its newest diagram has it, for one subject."""

    process_key: str
    start: StartEvent
    subject: Subject

    @property
    def key(self) -> tuple[str, str, str]:
        return self.process_key, self.start.id, self.subject.key


Known = Mapping[tuple[str, str, str], object]


@dataclass(frozen=True)
class _Arming:
    """One of the occurrences of what waits, on its day."""

    process_key: str
    start: StartEvent
    subject: Subject
    occurrence: int
    on: date
    counted: DueDate | None

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.process_key, self.start.id, self.subject.key, self.occurrence


def stamp(parts: Parts, session: Session, today: date) -> tuple[Any, ...]:
    """What the rows depend on, cheaply: when it has not changed, nothing has to be recomputed."""
    newest = session.scalar(sa.select(sa.func.max(ProcessDefinition.id)))
    revisions = tuple(s.revision(session) for s in parts.catalogue.subject_sources())
    return today, newest, parts.calendar_of(session).version, revisions


def recompute(parts: Parts, session: Session, now: datetime, known: Known) -> Known:
    """Bring the rows in line with the newest diagrams, the subjects of today and the calendar.

    What has already been started stays; what lies before a subject's obligations began, or before the
    process was first deployed, is never armed: neither an import nor a deployment fires past years.
    `known` is what the last call gave: only what depends on something else now is counted again.
    """
    today, calendar = legal_day(now), parts.calendar_of(session)
    terms = parts.terms(session, None, today)
    waiting = {w.key: w for w in _waiting_for(parts, session, today)}
    _call_off(session, waiting)
    standing = {key: (w, _depends_on(w, today), calendar.version, terms) for key, w in waiting.items()}
    changed = [w for key, w in waiting.items() if known.get(key) != standing[key]]
    rows = _rows_of(session, {w.subject.key for w in changed})
    for one in changed:
        for arming in _armings(one, today, calendar, terms):
            found = rows.get(arming.key)
            if found is None:
                _arm(session, arming, calendar, _first_deployed(session, one.process_key))
            elif found.status in ("waiting", "cancelled"):
                _rearm(found, arming, calendar, today)
    session.flush()
    return standing


def _depends_on(waiting: _Waiting, today: date) -> date | int:
    """The years that are armed follow the year; only an expression that asks for the day follows the day."""
    return today if "today" in str(waiting.start.timer) else today.year


def _call_off(session: Session, waiting: Container[tuple[str, str, str]]) -> None:
    """What waits for a start event or a subject that is no more does not begin."""
    row = ArmedStart
    query = sa.select(row.id, row.process_key, row.element, row.subject).where(row.status == "waiting")
    gone = [id_ for id_, *key in session.execute(query) if tuple(key) not in waiting]
    for id_ in gone:
        session.get_one(ArmedStart, id_).status = "cancelled"


def _rows_of(session: Session, subjects: Collection[str]) -> dict[tuple[str, str, str, int], ArmedStart]:
    rows = session.scalars(sa.select(ArmedStart).where(ArmedStart.subject.in_(subjects)))
    return {(r.process_key, r.element, r.subject, r.occurrence): r for r in rows}


def _waiting_for(parts: Parts, session: Session, today: date) -> Iterator[_Waiting]:
    """Every armed start event of the newest diagrams with each of its subjects."""
    subjects: dict[str, list[Subject]] = {}
    for row in definitions.newest_versions(session):
        model = parts.bundles.get(row.bundle_id).models[row.process_key]
        for start in model.armed_starts:
            name = str(start.for_each)
            if name not in subjects:
                source = parts.catalogue.subject_source(name)
                subjects[name] = list(source.subjects(session, today)) if source else []
            yield from (_Waiting(row.process_key, start, subject) for subject in subjects[name])


def _armings(
    waiting: _Waiting, today: date, calendar: Calendar, terms: Mapping[str, int]
) -> Iterator[_Arming]:
    process_key, start, subject = waiting.process_key, waiting.start, waiting.subject
    for occurrence in _occurrences(start, subject, today):
        counted: list[DueDate] = []
        functions = date_functions(calendar, today, terms, subject.scope, counted)
        names = start_data(start, subject.data, occurrence)
        try:
            value = compile_expression(str(start.timer)).evaluate(names, functions)
        except CalendarUnavailable:
            continue  # beyond the known calendar; armed when the year is imported
        on = value if isinstance(value, date) else date.fromisoformat(str(value))
        count = ending(counted, on) if counted else None
        yield _Arming(process_key, start, subject, occurrence, on, count)


def _occurrences(start: StartEvent, subject: Subject, today: date) -> range:
    """A term comes once; of years those whose start can lie about today or next year.

    The obligation of a year binds whoever was there on a day of it, however early in the next it starts.
    """
    if start.occurrence == ONCE_A_TERM:
        term = int(subject.data["term_no"])
        return range(term, term + 1)
    return range(max(today.year - 1, subject.since.year), today.year + 2)


def start_data(start: StartEvent, data: Mapping[str, Any], occurrence: int) -> dict[str, Any]:
    """What the expression of the start event sees and what the instance begins with."""
    named = {} if start.occurrence == ONCE_A_TERM else {"year": occurrence}
    return {**data, **named, "occurrence": occurrence}


def _first_deployed(session: Session, process_key: str) -> date:
    first = sa.func.min(ProcessDefinition.deployed_at, type_=ProcessDefinition.deployed_at.type)
    at = session.scalar(sa.select(first).where(ProcessDefinition.process_key == process_key))
    assert at is not None  # only deployed diagrams are armed
    return legal_day(at)


def _arm(session: Session, arming: _Arming, calendar: Calendar, deployed_on: date) -> None:
    not_before = max(arming.subject.since, deployed_on)
    if arming.on < not_before:
        return
    row = ArmedStart(
        process_key=arming.process_key, element=arming.start.id, subject=arming.subject.key,
        occurrence=arming.occurrence, not_before=not_before, status="waiting", attempts=0, late_seconds=0,
    )  # fmt: skip
    _date(row, arming, calendar)
    session.add(row)


def _rearm(row: ArmedStart, arming: _Arming, calendar: Calendar, today: date) -> None:
    """A changed diagram or calendar moves what waits; what was called off comes back if it lies ahead."""
    if row.status == "cancelled" and arming.on < today:
        return
    row.status = "waiting"
    _date(row, arming, calendar)


def _date(row: ArmedStart, arming: _Arming, calendar: Calendar) -> None:
    counted = arming.counted
    row.scope, row.title, row.data = arming.subject.scope, arming.subject.title, dict(arming.subject.data)
    row.due_on, row.due_at = arming.on, at_start_of(arming.on)
    row.trace = counted.to_json() if counted else None
    row.provisional = bool(counted and counted.is_provisional)
    row.calendar_version = calendar.version


# --- firing ---------------------------------------------------------------------------------------


def _due(now: datetime) -> sa.Select[ArmedStart]:
    """The earliest row that has come due and is not put off."""
    row = ArmedStart
    may_begin = sa.or_(row.retry_after.is_(None), row.retry_after <= system_now())
    query = sa.select(row).where(row.status == "waiting", row.due_at <= now, may_begin)
    return query.order_by(row.due_at, row.id).limit(1)


def is_due(session: Session, now: datetime) -> bool:
    return session.scalar(_due(now).with_only_columns(ArmedStart.id)) is not None


def claim_due(session: Session, now: datetime) -> ArmedStart | None:
    """The row that is due, locked against other workers."""
    return session.scalars(_due(now).with_for_update(skip_locked=True)).first()


def fire(parts: Parts, session: Session, now: datetime, row: ArmedStart) -> None:
    """Begin the newest version at the row's start event, unless somebody has begun it by hand."""
    definition = definitions.latest(session, row.process_key)
    if definition is None:
        raise NotFound(f"没有部署标识为“{row.process_key}”的流程。")
    model = parts.bundles.get(definition.bundle_id).models[row.process_key]
    start = next((s for s in model.armed_starts if s.id == row.element), None)
    if start is None:
        row.status = "cancelled"  # the newest diagram has no such event any more
        return
    key = f"{start.key or row.process_key}-{row.occurrence}-{row.subject}"
    instance = _begun(session, row.process_key, key)
    if instance is None:
        new = NewInstance(row.process_key, key, f"{row.title}：{model.name}", row.scope)
        data = start_data(start, row.data, row.occurrence)
        instance = instances.begin(parts, session, now, None, new, data, start)
    row.status, row.fired_at, row.instance_id = "fired", now, instance.id
    row.late_seconds = max(0, int((now - row.due_at).total_seconds()))
    facts = {"due_at": row.due_at.isoformat(), "late_seconds": row.late_seconds}
    audit.record(session, now, None, "start.fired", instance_id=instance.id, element=start.id, facts=facts)


def _begun(session: Session, process_key: str, business_key: str) -> Instance | None:
    same = (Instance.process_key == process_key, Instance.business_key == business_key)
    return session.scalars(sa.select(Instance).where(*same).limit(1)).first()


def back_off(row: ArmedStart) -> None:
    """After a failed start: wait longer each time, then stand as an incident."""
    if row.attempts >= MAX_ATTEMPTS:
        row.status = "incident"
    else:
        row.retry_after = system_now() + timedelta(seconds=min(3600, 2**row.attempts))


def next_due(session: Session, after: datetime) -> datetime | None:
    """When the earliest row later than `after` comes due."""
    earliest = sa.func.min(ArmedStart.due_at, type_=ArmedStart.due_at.type)
    query = sa.select(earliest).where(ArmedStart.status == "waiting", ArmedStart.due_at > after)
    return session.scalar(query)
