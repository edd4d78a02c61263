"""What the page of a change shows beyond its steps: what changed, who found it, until when it is filed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.changes import change_kinds, changes
from clusters.changes.models import ChangeCase
from engine.models import Instance


@dataclass(frozen=True)
class ChangeFacts:
    row: ChangeCase
    kinds: str
    found_in: str


def of_instance(session: Session, instance: Instance) -> ChangeFacts | None:
    """None for every other kind of case."""
    if instance.process_key != changes.PROCESS:
        return None
    row = changes.find(session, instance.business_key)
    return row and ChangeFacts(row, change_kinds.words(row.kinds), changes.FOUND_IN[row.found_in])
