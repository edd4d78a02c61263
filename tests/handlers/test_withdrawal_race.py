"""Withdrawing and freezing a list lock the same row: the second loses with a reason (art. 12, 15)."""

import threading
from datetime import date

import pytest

from clusters.applications import applications
from clusters.batches import batches
from engine.errors import Refused
from tests.handlers.stage import BATCH


@pytest.fixture
def listed(stage):
    batch = stage.open_batch()
    case = stage.case().qualified()
    stage.on("2024-09-02")
    batch.select({"case_no": case.no, "selected": True, "ranking": 1})
    return batch, case


def in_thread(act):
    """Run `act` beside the test; returns what it gave or raised once it is joined."""
    results = []

    def run():
        try:
            results.append(act())
        except Exception as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def test_a_withdrawal_that_comes_during_publication_waits_and_is_refused(stage, listed):
    _, case = listed
    with stage.database.write() as session:
        row = batches.locked(session, BATCH)
        thread, results = in_thread(lambda: case.call("withdraw"))
        thread.join(0.3)
        assert not results, "the withdrawal did not wait for the row that the publication holds"
        row.status = "in_notice"
        applications.get(session, case.no).status = "in_notice"
    thread.join()
    assert isinstance(results[0], Refused)
    assert "已经公示" in str(results[0])


def test_a_publication_that_comes_during_a_withdrawal_waits_and_leaves_the_case_out(stage, listed):
    batch, case = listed
    with stage.database.write() as session:
        applications.withdraw(session, case.no)
        thread, results = in_thread(batch.publish)
        thread.join(0.3)
        assert not results
    thread.join()
    assert isinstance(results[0], Refused)
    assert "没有可以公示" in str(results[0])
    assert stage.batch().status == "selected"
    assert stage.batch().recommend_due == date(2024, 8, 30)
