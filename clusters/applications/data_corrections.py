"""核减核增: a reviewer corrects figures with reasons, never results (art. 14). The county may answer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from sqlalchemy.orm import Session

from clusters import paths
from clusters.applications import applications, field_words
from clusters.applications.field_words import Words
from clusters.applications.models import Application, DataCorrection
from clusters.filed import Filed
from engine.errors import NotAllowed, NotFound, Problem, Refused

ARTICLE = "第十四条"
FORM_FIELD = "data_corrections"


def record(
    session: Session, application: Application, level: str, form: Filed, now: datetime, whole: bool = True
) -> list[DataCorrection]:
    """Append what the reviewer's list says and the data do not say yet. Earlier rows are never changed.

    The form shows the whole list again when a review is repeated, so rows already in force are passed
    over, and a row taken off the list is reverted by a further correction, unless the list is not `whole`.
    """
    data, _ = applications.effective_application(session, application.instance_id or form.instance_id)
    current = applications.latest_content(session, application)
    if current is None:
        raise NotFound("本办件还没有提交过申报书。")
    known, wanted = applications.corrections_of(session, current.id), form.rows(FORM_FIELD)
    words = field_words.words_for(session, application.instance_id or form.instance_id)
    found = (
        changes(wanted, known, current.data, data, level, words) if whole
        else wanted_changes(wanted, data, words)
    )  # fmt: skip
    rows = [
        DataCorrection(
            case_no=application.case_no, **form.source, about_submission=current.id, level=level, no=number,
            field=field, old=old, new=new, reason=reason, made_by=form.by, made_at=now,
        )
        for number, (field, old, new, reason) in enumerate(found, 1)
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return rows


Change = tuple[str, Any, Any, str]


class Made(Protocol):
    """A correction that is in force: an application's or an annual report's."""

    @property
    def field(self) -> str: ...

    @property
    def level(self) -> str: ...


def changes(
    wanted: Sequence[Mapping[str, Any]], known: Sequence[Made], submitted: Mapping[str, Any],
    data: Mapping[str, Any], level: str, words: Words = str,
) -> list[Change]:  # fmt: skip
    """What the list of `level` changes in `data`, which is `submitted` with the `known` corrections."""
    return [*_reverted(wanted, known, submitted, data, level), *wanted_changes(wanted, data, words)]


def wanted_changes(
    wanted: Sequence[Mapping[str, Any]], data: Mapping[str, Any], words: Words = str
) -> list[Change]:
    """Field, old value, new value and reason of each row that changes the data. Raises Refused."""
    found: list[Problem] = []
    made: list[Change] = []
    # A repeated list may hold several rows for one place; the last one says how it stands now.
    last = {_field(row): index for index, row in enumerate(wanted)}
    for index, row in enumerate(wanted):
        if last[_field(row)] != index:
            continue
        try:
            change = _change(row, data, words)
        except (NotFound, ValueError) as error:
            found.append(Problem(str(error), f"{FORM_FIELD}.{index}", ARTICLE, row=index + 1))
            continue
        if change is not None:
            made.append(change)
    if found:
        raise Refused(found)
    return made


def _field(row: Mapping[str, Any]) -> str:
    return str(row.get("field") or "").strip()


def _change(row: Mapping[str, Any], data: Mapping[str, Any], words: Words) -> Change | None:
    """What a row changes, None when the data say so already; ValueError when it cannot be done."""
    field, reason, stated = _field(row), str(row.get("reason") or "").strip(), row.get("from")
    old = paths.at(data, field)
    new = _like(old, row.get("to"))
    if not reason:
        raise ValueError("更正数据必须写明理由。")
    if new == old:
        return None
    if stated not in (None, "") and _like(old, stated) != old:
        raise ValueError(f"“{words(field)}”的现值是{old}，与所填原值{stated}不符。")
    return field, old, new, reason


def _reverted(
    wanted: Sequence[Mapping[str, Any]], known: Sequence[Made], submitted: Mapping[str, Any],
    data: Mapping[str, Any], level: str,
) -> Iterator[Change]:  # fmt: skip
    """Corrections of this level that are in force and no longer on its list."""
    listed = {_field(row) for row in wanted}
    last = {row.field: row for row in known}
    for field, row in last.items():
        if row.level != level or field in listed:
            continue
        original, old = paths.at(submitted, field), paths.at(data, field)
        if original != old:
            yield field, old, original, "复核后撤销此项更正，恢复申报数。"


def _like(old: Any, new: Any) -> Any:
    """`new` read as the same kind of value as `old`."""
    text = str(new).strip() if new is not None else ""
    if isinstance(old, bool):
        words = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}
        if text.lower() not in words:
            raise ValueError(f"“{text}”应为“是”或“否”。")
        return words[text.lower()]
    if isinstance(old, int):
        if not text.lstrip("-").isdecimal():
            raise ValueError(f"“{text}”应为整数。")
        return int(text)
    if isinstance(old, list | dict):
        raise ValueError("只能更正单项数据，不能整表更正。")
    if _is_number(old):
        if not _is_number(text):
            raise ValueError(f"“{text}”应为数值。")
        return old if Decimal(text) == Decimal(old) else text
    return text


def _is_number(value: Any) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def answer(session: Session, correction_id: int, text: str, by: str, county: str, now: datetime) -> None:
    """What the county says to a correction; it stands beside it and changes nothing else."""
    row = session.get(DataCorrection, correction_id)
    if row is None:
        raise NotFound("没有这项更正。")
    if applications.get(session, row.case_no).county_code != county:
        raise NotAllowed("只有申报单位可以答复对本申报的更正。")
    if not text.strip():
        raise Refused([Problem("请填写答复内容。", "answer")])
    row.answer, row.answered_by, row.answered_at = text.strip(), by, now
