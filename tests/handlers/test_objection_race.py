"""Objections and the decision lock the same row: neither misses what the other does (art. 15)."""

import pytest

from clusters.batches import batches
from tests.handlers.objecting import in_notice, raise_objection
from tests.handlers.stage import BATCH
from tests.handlers.test_withdrawal_race import in_thread


@pytest.fixture
def batch(stage):
    return stage.open_batch()


@pytest.fixture
def case(stage, batch):
    return in_notice(stage, batch, "621122")[0]


def waits_for_the_decision(stage, act):
    with stage.database.write() as session:
        batches.locked(session, BATCH)
        thread, results = in_thread(act)
        thread.join(0.3)
        waited = not results
    thread.join()
    assert not isinstance(results[0], Exception), results[0]
    return waited


def test_registering_an_objection_waits_for_a_decision_being_taken(stage, case):
    assert waits_for_the_decision(stage, lambda: raise_objection(stage, case))


def test_closing_an_objection_waits_for_a_decision_so_that_the_batch_is_woken(stage, case):
    found = raise_objection(stage, case).found()
    assert waits_for_the_decision(stage, found.reply)
