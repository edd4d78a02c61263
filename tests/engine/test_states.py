"""States written by released versions must load and finish (D1, D9)."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.bpmn.state import CODEC_VERSION
from engine.db import Database
from engine.models import Instance, WorkItem
from tests.engine.errands import an_engine, an_errand, submit

KEPT = Path(__file__).parents[1] / "data" / "states"


@pytest.mark.parametrize("kept", sorted(KEPT.glob("*.json")), ids=lambda p: p.stem)
def test_a_state_of_a_released_version_loads_and_finishes(kept: Path, database: Database) -> None:
    """The kept state stands at `approve`; its task ids are put in place of a fresh instance's."""
    engine = an_engine(database)
    an_errand(engine)
    submit(engine, "fill", "bob", subject="修路")
    old_task = kept.stem.split("_")[-1]
    with database.write() as session:
        session.execute(sa.update(Instance).values(state=kept.read_text(encoding="utf-8")))
        open_items = sa.update(WorkItem).where(WorkItem.status == "open")
        session.execute(open_items.values(task_id=old_task))
    submit(engine, "approve", "eve", decision="approve")
    submit(engine, "inspect", "i1", found="属实")
    submit(engine, "inspect", "i2")
    submit(engine, "register", "reg", note="")
    with database.read() as session:
        versions = set(session.scalars(sa.select(Instance.codec_version)))
    assert versions == {CODEC_VERSION}


def test_a_state_holds_no_specification(database: Database) -> None:
    engine = an_engine(database)
    instance_id = an_errand(engine)
    with database.read() as session:
        state = session.get_one(Instance, instance_id).state
    assert "conditionExpression" not in state
    assert "working_days_after" not in state
