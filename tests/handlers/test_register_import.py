"""既有集群导入: older clusters enter the register whole or not at all, and can be taken out again."""

import pytest
import sqlalchemy as sa

from clusters.models import Cluster, DesignationDecision
from clusters.register import register, register_status
from engine.errors import Refused
from handlers.subjects import designated_clusters

pytestmark = pytest.mark.article("第五条")


def a_row(**changed):
    return {
        "cluster_name": "渭源县中药材产业集群", "county_code": "621123",
        "leading_industry_name": "中药材加工", "leading_industry_gbt4754": ["2730"],
        "decision_no": "甘工信发〔2023〕99号",
        "decision_date": "2023-10-12", "valid_from": "2023-10-12", "valid_to": "2026-10-12", "term_no": 1,
        "location_desc": "会川镇", "area_km2": "12.5", "operator_name": "渭源县中药材管委会",
        "operator_type": "管委会", "plan_start_year": 2023, "plan_end_year": 2025, **changed,
    }  # fmt: skip


def decided(on, valid_to):
    return {"decision_date": on, "valid_from": on, "valid_to": valid_to}


def a_form(*rows, targets=()):
    return {"basis_doc": "名录", "basis_files": [], "clusters": list(rows), "targets": list(targets)}


@pytest.fixture
def imported(stage):
    """(stage, instance) with a way to file rows."""
    stage.on("2026-11-23")
    return stage, stage.instance("DR-2026-01", "register_import", "620000")


def enter(imported, *rows, **more):
    stage, instance = imported
    stage.call("register_import.enter", instance, "import_clusters", by="p", data=a_form(*rows, **more))
    with stage.reading() as session:
        return list(session.scalars(sa.select(Cluster).order_by(Cluster.cluster_no)))


def refusal(imported, *rows, **more):
    stage, instance = imported
    with pytest.raises(Refused) as refused:
        stage.call("register_import.check", instance, "import_clusters", by="p", data=a_form(*rows, **more))
    return {(p.path, p.article) for p in refused.value.problems}


def test_a_cluster_of_2023_enters_with_its_term_baseline_and_targets(imported):
    target = {"cluster_name": "渭源县中药材 产业集群", "aspect": "A1", "name": "总产值", "target_y3": "30"}
    (cluster,) = enter(imported, a_row(), targets=[target])
    assert (cluster.cluster_no, cluster.city_code) == ("GS-JQ-2023-001", "621100")
    assert (str(cluster.valid_from), str(cluster.valid_to)) == ("2023-10-12", "2026-10-12")
    assert cluster.baseline["operator"]["operator_name"] == "渭源县中药材管委会"
    (kept,) = cluster.baseline["plan"]["plan_targets"]
    assert (kept["target_id"], kept["target_y3"]) == ("A1-01", "30")
    with imported[0].reading() as session:
        (event,) = register_status.history(session, cluster.cluster_no)
        assert str(event.on) == "2023-10-12"


def test_nothing_before_the_day_of_the_import_is_asked_of_it(imported):
    enter(imported, a_row())
    with imported[0].reading() as session:
        (subject,) = designated_clusters(session, imported[0].today)
    assert str(subject.since) == "2026-11-23"


def test_one_document_may_have_designated_several_clusters(imported):
    enter(imported, a_row(), a_row(cluster_name="安定区马铃薯产业集群", county_code="621102"))
    with imported[0].reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DesignationDecision)) == 1


def test_numbers_of_the_paper_register_are_kept_and_never_given_again(imported):
    second = a_row(cluster_name="安定区马铃薯产业集群", county_code="621102")
    numbers = [c.cluster_no for c in enter(imported, a_row(cluster_no="GS-JQ-2023-007"), second)]
    assert numbers == ["GS-JQ-2023-007", "GS-JQ-2023-008"]


@pytest.mark.parametrize(
    ("changed", "at_fault"),
    [
        (decided("2026-11-24", "2029-11-24"), "decision_date"),
        (decided("2023-01-15", "2026-01-15"), "decision_date"),
        ({"valid_from": "2023-10-11"}, "valid_from"),
        ({"valid_to": "2026-09-11"}, "valid_to"),
        ({"valid_to": "2023-10-11"}, "valid_to"),
        ({"plan_end_year": 2022}, "plan_end_year"),
        ({"cluster_no": "甘-1"}, "cluster_no"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_true_is_refused_with_its_place(imported, changed, at_fault):
    assert {path for path, _ in refusal(imported, a_row(**changed))} == {f"clusters.0.{at_fault}"}


@pytest.mark.parametrize(
    "changed",
    [
        decided("2026-11-23", "2029-11-23"),
        decided("2023-01-16", "2026-01-16"),
        {"valid_to": "2026-09-12"},
        {"valid_from": "2026-10-13", "valid_to": "2029-10-12", "term_no": 2},
    ],
)
def test_a_row_at_the_edge_of_what_can_be_true_is_taken(imported, changed):
    assert len(enter(imported, a_row(**changed))) == 1


def test_what_stands_in_the_register_is_not_imported_again(imported):
    enter(imported, a_row(cluster_no="GS-JQ-2023-007"))
    again = a_row(cluster_no="GS-JQ-2023-007")
    assert {path for path, _ in refusal(imported, again)} == {
        "clusters.0.cluster_name",
        "clusters.0.cluster_no",
    }


def test_a_number_stands_once_in_the_sheet_and_targets_belong_to_a_cluster_of_it(imported):
    other = a_row(cluster_name="安定区马铃薯产业集群", cluster_no="A-1")
    stray = {"cluster_name": "没有这个集群", "aspect": "A1", "name": "总产值"}
    found = refusal(imported, a_row(cluster_no="A-1"), other, targets=[stray])
    assert {path for path, _ in found} == {"clusters.1.cluster_no", "targets.0.cluster_name"}


def test_one_wrong_row_keeps_all_rows_out(imported):
    stage, instance = imported
    rows = a_form(a_row(), a_row(cluster_name="安定区马铃薯产业集群", valid_to="2023-01-01"))
    with pytest.raises(Refused):
        stage.call("register_import.enter", instance, "import_clusters", by="p", data=rows)
    with stage.reading() as session:
        assert register.standing(session) == []


def undo(imported):
    stage, instance = imported
    filed = {"outcome": "undo", "reason": "日期抄错"}
    stage.call("register_import.undo", instance, "confirm_import", by="p", data=filed)


def test_an_import_is_taken_out_whole_and_can_be_made_again(imported):
    enter(imported, a_row(cluster_no="GS-JQ-2023-007"))
    undo(imported)
    with imported[0].reading() as session:
        assert register.standing(session) == []
        assert session.scalars(sa.select(DesignationDecision)).all() == []
    assert [c.cluster_no for c in enter(imported, a_row(cluster_no="GS-JQ-2023-007"))] == ["GS-JQ-2023-007"]


def test_what_has_come_of_a_cluster_keeps_its_import_in_the_register(imported):
    stage, _ = imported
    (cluster,) = enter(imported, a_row())
    stage.instance(f"NB-2026-{cluster.cluster_no}", "annual_monitoring")
    with pytest.raises(Refused, match="已有后续办件"):
        undo(imported)


def test_a_later_entry_in_its_history_does_so_too(imported):
    stage, _ = imported
    (cluster,) = enter(imported, a_row())
    with stage.database.write() as session:
        found = session.get_one(Cluster, cluster.cluster_no)
        register_status.move(session, found, "reexam_open", on=stage.today, at=stage.now, why="复核开始")
    with pytest.raises(Refused, match="已有后续办件"):
        undo(imported)
