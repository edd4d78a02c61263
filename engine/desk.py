"""What people do with work items beside completing them: claim, hand on, urge, keep drafts.

None of it touches the process. Runs inside a transaction of the facade.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import audit, inbox, opinions, work_items
from engine.directory import Directory, Person
from engine.errors import NotAllowed, Refused
from engine.models import Draft, Instance, Opinion, Urge, WorkItem

URGE_CHANNELS = {"system": "站内催办", "phone": "电话催办", "letter": "书面催办"}


class Desk:
    """Acts on one locked item by one person at one moment."""

    def __init__(self, session: Session, directory: Directory, now: datetime, by: str) -> None:
        self.session, self.directory, self.now, self.by = session, directory, now, by

    def _person(self, person_id: str) -> Person | None:
        return self.directory.person(self.session, person_id)

    def _audit(self, action: str, item: WorkItem, **facts: object) -> None:
        audit.record(
            self.session,
            self.now,
            self.by,
            action,
            instance_id=item.instance_id,
            element=item.element,
            subject=item.id,
            facts=facts,
        )

    def claim(self, item_id: str) -> WorkItem:
        """签收: from now on the item is mine."""
        item = work_items.lock_open(self.session, item_id)
        work_items.require_may_work(self.session, item, self._person(self.by))
        if item.assignee is None:
            item.assignee, item.version = self.by, item.version + 1
            self._audit("item.claimed", item)
        return item

    def release(self, item_id: str) -> WorkItem:
        """退回公共待办: anybody in the seat may take it again."""
        item = work_items.lock_open(self.session, item_id)
        if item.assignee != self.by:
            raise NotAllowed("只有签收人本人可以退回此事项。")
        item.assignee, item.version = None, item.version + 1
        self._audit("item.released", item)
        return item

    def transfer(self, item_id: str, to: str, reason: str) -> WorkItem:
        """转办: to a colleague in the same seat, with the reason."""
        item = work_items.lock_open(self.session, item_id)
        work_items.require_may_work(self.session, item, self._person(self.by))
        if not reason.strip():
            raise Refused("请填写转办原因。")
        receiver = self._person(to)
        if receiver is None or receiver.id not in {
            p.id for p in work_items.candidates(self.session, self.directory, item)
        }:
            raise Refused("只能转办给同岗位、同辖区且未办理过前一环节的同事。")
        item.assignee, item.version = to, item.version + 1
        self._audit("item.transferred", item, to=to, reason=reason)
        inbox.put(
            self.session,
            self.now,
            f"transfer:{item.id}:{item.version}",
            [to],
            f"转办给您：{item.name}",
            f"转办原因：{reason}",
            f"/tasks/{item.id}",
            kind="task",
            item_id=item.id,
        )
        return item

    def urge(self, item_id: str, channel: str, text: str, receipt: str = "") -> Urge:
        """催办, also by telephone or letter; kept as evidence with its receipt (A-10)."""
        item = work_items.lock_open(self.session, item_id)
        if channel not in URGE_CHANNELS:
            raise Refused("请选择催办方式。")
        if channel != "system" and not receipt.strip():
            raise Refused("电话或书面催办须登记接听人、回执等送达凭据。")
        urge = Urge(item_id=item.id, by=self.by, channel=channel, text=text, receipt=receipt, at=self.now)
        self.session.add(urge)
        self.session.flush()
        people = (
            [item.assignee]
            if item.assignee
            else [p.id for p in work_items.candidates(self.session, self.directory, item)]
        )
        instance = self.session.scalars(sa.select(Instance).where(Instance.id == item.instance_id)).one()
        inbox.put(
            self.session,
            self.now,
            f"urge:{urge.number}",
            people,
            f"催办：{item.name}",
            text or instance.title,
            f"/tasks/{item.id}",
            kind="urge",
            item_id=item.id,
        )
        self._audit("item.urged", item, channel=channel, text=text, receipt=receipt)
        return urge

    def ask_opinion(self, item_id: str, person_id: str) -> None:
        """加签: one more colleague is asked for an opinion."""
        item = work_items.lock_open(self.session, item_id)
        work_items.require_may_work(self.session, item, self._person(self.by))
        if not item.opinions:
            raise Refused("此事项不设会签，不能加签。")
        if person_id not in {p.id for p in work_items.candidates(self.session, self.directory, item)}:
            raise Refused("只能请同岗位、同辖区且未办理过前一环节的同事会签。")
        opinions.ask(self.session, item, person_id, self.by, self.now)
        self._audit("item.opinion_asked", item, of=person_id)
        inbox.put(
            self.session,
            self.now,
            f"ask:{item.id}:{person_id}",
            [person_id],
            f"请您会签：{item.name}",
            "",
            f"/tasks/{item.id}",
            kind="task",
            item_id=item.id,
        )

    def save_draft(self, item_id: str, data: dict[str, object]) -> None:
        item = work_items.get(self.session, item_id)
        work_items.save_draft(self.session, item, self.by, data, self.now)


def is_untouched(session: Session, instance_id: str) -> bool:
    """Nobody has claimed, drafted or signed anything that is open in this instance."""
    open_items = sa.select(WorkItem.id).where(WorkItem.instance_id == instance_id, WorkItem.status == "open")
    claimed = open_items.where(WorkItem.assignee.is_not(None))
    drafted = sa.select(Draft.item_id).where(Draft.item_id.in_(open_items))
    signed = sa.select(Opinion.item_id).where(Opinion.item_id.in_(open_items))
    return not any(session.execute(q.limit(1)).first() for q in (claimed, drafted, signed))
