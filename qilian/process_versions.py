"""`qilian process list | deploy | diff`: the deployed versions from the command line.

Whoever works on the machine itself deploys alone, as with the first deployment; it is recorded so.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import definitions
from engine.bpmn.differences import Difference
from engine.bpmn.findings import Report
from engine.bpmn.xml import MAX_BYTES
from engine.bundle_files import diagram_name
from engine.clock import SHANGHAI, system_now
from engine.db import Database
from engine.deployment import CheckedBundle, read_bundle
from engine.differences import BundleComparison, compare_bundles
from engine.errors import NotFound
from engine.models import Bundle, ClockSetting, Instance, ProcessDefinition
from qilian.config import Config
from qilian.deployment_rules import deployment_rules
from qilian.exit_status import FAULTY, FINE
from qilian.opening import open_upgraded
from qilian.process_reports import forms_of, in_words

NOTE = "由命令行部署"
KINDS = {"added": "新增", "removed": "删去", "changed": "改动"}


def show_list() -> int:
    """One line per process: its newest version, and the cases that run on each version."""
    with open_upgraded(Config.from_environment()) as database, database.read() as session:
        cases = _running(session)
        for row in definitions.newest_versions(session):
            day = row.deployed_at.astimezone(SHANGHAI)
            running = _in_cases({v: n for (key, v), n in cases.items() if key == row.process_key})
            print(f"{row.process_key} 第 {row.version} 版 {day:%Y-%m-%d %H:%M} {row.name}：{running}")
    return FINE


def _running(session: Session) -> dict[tuple[str, int], int]:
    query = (
        sa.select(Instance.process_key, Instance.definition_version, sa.func.count())
        .where(Instance.status == "running")
        .group_by(Instance.process_key, Instance.definition_version)
    )
    return {(key, version): number for key, version, number in session.execute(query)}


def _in_cases(by_version: dict[int, int]) -> str:
    told = "、".join(f"第 {v} 版 {n} 件" for v, n in sorted(by_version.items(), reverse=True))
    return f"在办 {told}" if told else "没有在办"


def deploy(files: Sequence[Path]) -> int:
    """All are checked before any is deployed; what is deployed already stays as it is."""
    checked = [_read(file) for file in files]
    for file, bundle in zip(files, checked, strict=True):
        if bundle.problems or bundle.warnings:
            print(in_words(str(file), Report(bundle.problems, bundle.warnings)))
    if any(bundle.problems for bundle in checked):
        return FAULTY
    with open_upgraded(Config.from_environment()) as database:
        for file, bundle in zip(files, checked, strict=True):
            print(f"{file}：{_deploy_one(database, bundle)}")
    return FINE


def _read(file: Path) -> CheckedBundle:
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    forms = {name: text for name, text in forms_of(file, data).items() if text is not None}
    return read_bundle(file.stem, data, forms, deployment_rules())


def _deploy_one(database: Database, bundle: CheckedBundle) -> str:
    with database.write() as session:
        now = _now(session)
        if definitions.is_current(session, definitions.bundle_hash(bundle.xml, bundle.forms)):
            return "与已部署的版本完全相同。"
        wanted = diagram_name(bundle.name, bundle.process_keys)
        name = definitions.diagram_name(session, bundle.process_keys, wanted)
        row = definitions.propose(session, now, None, name, bundle.xml, bundle.forms, NOTE)
        created = definitions.deploy(session, now, row.id, None, second_person=False)
    return "已部署 " + "、".join(f"{d.process_key} 第 {d.version} 版" for d in created) + "。"


def _now(session: Session) -> datetime:
    """Legal time: the sandbox's where there is one (D7)."""
    return session.scalar(sa.select(ClockSetting.now)) or system_now()


def show_differences(key: str, before: int, after: int) -> int:
    with open_upgraded(Config.from_environment()) as database, database.read() as session:
        found = compare_bundles(_bundle(session, key, before), _bundle(session, key, after))
    print("\n".join(_told(found)))
    return FINE


def _bundle(session: Session, key: str, version: int) -> Bundle:
    query = sa.select(Bundle).join(ProcessDefinition, ProcessDefinition.bundle_id == Bundle.id)
    wanted = (ProcessDefinition.process_key == key, ProcessDefinition.version == version)
    found = session.scalars(query.where(*wanted)).first()
    if found is None:
        raise NotFound(f"流程“{key}”没有第 {version} 版。")
    return found


def _told(found: BundleComparison) -> Iterator[str]:
    if not found.count:
        drawn = "，只有图形的画法有变化" if found.diagram.redrawn else ""
        yield f"流程和表单没有变化{drawn}。"
    for difference in found.diagram.differences:
        yield from _lines(difference)
    for form, differences in found.forms.items():
        yield f"表单 {form}："
        for difference in differences:
            yield from (f"  {line}" for line in _lines(difference))


def _lines(difference: Difference) -> Iterator[str]:
    named = f"“{difference.name}”" if difference.name else ""
    yield f"{KINDS[difference.kind]} {difference.label}{named} {difference.element}".rstrip()
    if difference.kind == "changed":
        for change in difference.changes:
            yield f"  {change.what}：{_value(change.before)} → {_value(change.after)}"


def _value(text: str | None) -> str:
    return "（无）" if text is None else text or "（空）"
