"""A report that names another operator opens a change case, which the county has to answer (art. 17, 18)."""

import pytest
import sqlalchemy as sa

from clusters.annual.models import AnnualReport
from clusters.changes.models import ChangeCase
from tests.handlers.season import HONEST, reached
from tests.web.told import DESIGNATED, Told

pytestmark = pytest.mark.article("第十七条", "第十八条")
NEW = "渭源县中药材产业园管委会（虚构）"


@pytest.fixture
def verified(told: Told) -> Told:
    """The city has verified a report whose operator is not the one of the register."""
    with told.database.read() as session:
        report = session.scalars(sa.select(AnnualReport).where(AnnualReport.county_code == DESIGNATED)).one()
    clerk = told.play.holder("county_clerk", DESIGNATED)
    case = told.play.case(told.instance(report.key), report.key, DESIGNATED, clerk)
    told.play.act(case, "fill_report", _naming(NEW))
    sealed = {"decision": "approve", "opinion": "同意报送", "seal_scan": [case.file]}
    told.play.act(case, "approve_report", lambda _: sealed)
    told.play.act(case, "verify_report", lambda _: {"decision": "confirmed", "opinion": "数据一致"})
    return told


def _naming(operator: str):
    def paper(blank):
        progress = [reached(row) for row in blank["target_progress"]]
        return {**HONEST, "target_progress": progress, "operator_name": operator}

    return paper


def test_the_county_finds_the_change_among_its_tasks_and_the_cluster_shows_it(verified: Told) -> None:
    with verified.database.read() as session:
        change = session.scalars(sa.select(ChangeCase)).one()
    assert (change.found_in, change.kinds) == ("annual_report", ["operator"])
    clerk = verified.client_of("county_clerk", DESIGNATED)
    assert "说明变更情况" in clerk.get("/").text
    assert "年度报告反映的变更还没有报备" in clerk.get("/messages").text
    shown = clerk.get(f"/register/{change.cluster_no}").text
    assert change.no in shown
    page = clerk.get(f"/cases/{verified.instance(change.no)}").text
    assert f"年度报告：{change.note}" in page
    assert NEW in page
    task = clerk.get(f"/tasks/{verified.item(verified.instance(change.no), 'explain_change')}").text
    assert NEW in task
