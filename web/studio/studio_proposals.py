"""From files or an edited diagram to a proposal: checked in words before anything is kept.

Belongs to the pages of processes (web/studio/studio); the checks themselves are the engine's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clusters.people import regions
from engine import definitions, inbox
from engine.bundle_files import Taken, diagram_name
from engine.deployment import CheckedBundle, read_bundle
from engine.errors import NotFound, Refused
from engine.models import Bundle
from web.access import person
from web.services import services
from web.studio import studio_data


@dataclass(frozen=True)
class Draft:
    """What somebody wants to propose, after the checks. `unused`: forms that no step asks for."""

    checked: CheckedBundle
    kept_forms: Sequence[str] = ()
    unused: Sequence[str] = ()

    @property
    def is_sound(self) -> bool:
        return not self.checked.problems


def examine(taken: Taken, target: str = "") -> Draft:
    """Check what was uploaded; forms and diagram that did not come are those of the deployed version."""
    base = _base(taken, target)
    if taken.diagram is None and base is None:
        raise Refused("只上传了表单：请在“更新哪张流程图”中选定。")
    data = taken.diagram if taken.diagram is not None else base.xml.encode() if base else b""
    forms = {**(base.forms if base else {}), **taken.forms}
    checked = read_bundle(taken.name, data, forms, services().rules)
    unused = [name for name in taken.forms if name not in checked.forms and not checked.problems]
    kept = [name for name in checked.forms if name not in taken.forms]
    return Draft(_renamed(checked, base), kept, unused)


def _base(taken: Taken, target: str) -> Bundle | None:
    """The deployed version that an upload renews: the one chosen, or the one of the same name."""
    with services().database.read() as session:
        found = studio_data.deployed(session, target or taken.name)
    if target and found is None:
        raise NotFound("没有这张流程图。")
    return found


def _renamed(checked: CheckedBundle, base: Bundle | None) -> CheckedBundle:
    """What is renewed keeps its name, whatever the file is called."""
    wanted = base.name if base else diagram_name(checked.name, checked.process_keys)
    with services().database.read() as session:
        return replace(checked, name=definitions.diagram_name(session, checked.process_keys, wanted))


def propose(draft: Draft, note: str) -> Bundle:
    """Keep a sound draft until a second person deploys it, and tell those who may."""
    checked, now, by = draft.checked, services().now(), person()
    with services().database.write() as session:
        id_ = definitions.bundle_hash(checked.xml, checked.forms)
        if definitions.is_current(session, id_):
            raise Refused("与已部署的版本完全相同，无需提交。")
        bundle = definitions.propose(session, now, by.id, checked.name, checked.xml, checked.forms, note)
        known = studio_data.diagram(session, bundle.name)
        title = known.title if known else bundle.name
        deciders = {
            p.id
            for role in ("process_owner", "sys_admin")
            for p in services().engine.directory.candidates(session, role, regions.province().code)
        }
        inbox.put(
            session, now, f"process:{bundle.id}:{now.isoformat()}", deciders - {by.id},
            f"流程待部署：{title}", f"{by.name}提交了新版，请核对差异后部署或退回。",
            f"/studio/versions/{bundle.id}", kind="task",
        )  # fmt: skip
    return bundle
