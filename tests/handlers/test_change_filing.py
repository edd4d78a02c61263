"""Changes after designation (art. 17): in time or late, verified, put on record; 19-4 only by the rules."""

from datetime import date

import pytest

from clusters.changes import change_documents
from clusters.people import people
from clusters.people.models import Organisation, PersonRole
from clusters.register import baselines, operators, register, register_status
from engine.directory import Seat
from engine.errors import NotAllowed, Refused
from engine.models import InboxMessage, WorkItem
from tests.handlers.changing import CLUSTER, COUNTY, Changing, standing

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.article("第十七条"),
]
DONE, DUE = date(2026, 1, 26), date(2026, 2, 14)  # a Saturday that is worked (3.3)


@pytest.fixture(scope="module")
def steps():
    return standing


@pytest.fixture
def desk(stage, scene):
    return Changing(stage.database, now=scene[1]).until("2026-01-27")


def refused(act, *args, **kwargs):
    """(path, article) of everything that was refused."""
    with pytest.raises(Refused) as found:
        act(*args, **kwargs)
    return [(p.path, p.article) for p in found.value.problems]


# --- the fifteenth working day --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrives", "late"), [("2026-02-13", 0), ("2026-02-14", 0), ("2026-02-15", 1), ("2026-02-24", 1)]
)
def test_a_change_that_arrives_on_the_15th_working_day_is_in_time_and_the_next_day_is_late(
    desk, arrives, late
):
    desk.report(DONE)
    assert desk.item("file_change").due_on == DUE
    desk.until(arrives, "23:59").file(late_reason="等待批复原件").approve()
    case = desk.case()
    assert (case.due_on, case.late_days, case.status) == (DUE, late, "reported")
    assert desk.proposals() == []


@pytest.mark.parametrize(("scope", "due"), [("621122", date(2026, 12, 1)), ("622921", date(2026, 12, 2))])
def test_a_local_holiday_of_linxia_adds_a_day_there_alone(desk, scope, due):
    desk.until("2026-11-10").report(date(2026, 11, 10), scope=scope)
    assert desk.item("file_change").due_on == due


def test_whoever_is_late_says_why_and_nothing_else_follows(desk):
    desk.report(DONE).until("2026-02-15")
    assert refused(desk.file) == [("late_reason", "第十七条")]
    desk.file(late_reason="等待批复原件").approve().verify().sign().record()
    assert (desk.status(), desk.case().late_days, desk.cluster().status) == ("filed", 1, "valid")


def test_nobody_is_late_by_a_provisional_date(desk):
    desk.until("2026-12-21").report(date(2026, 12, 20))
    item = desk.item("file_change")
    assert (item.due_on, item.provisional) == (date(2027, 1, 11), True)
    desk.until("2027-02-01").file().approve()
    assert (desk.case().late_days, desk.case().late_reason) == (None, "")


# --- refusals -------------------------------------------------------------------------------------


def test_a_change_without_proof_of_its_completion_is_refused(desk):
    desk.report(DONE)
    empty = {"basis_doc_no": " ", "basis_file": [], "completed_on": ""}
    paths = {path for path, _ in refused(desk.file, **empty)}
    assert {"basis_doc_no", "basis_file", "completed_on"} <= paths


@pytest.mark.parametrize(("day", "refuses"), [("2026-01-27", False), ("2026-01-28", True)])
def test_a_completion_in_the_future_is_refused(desk, day, refuses):
    if refuses:
        assert refused(desk.report, date.fromisoformat(day)) == [("completed_on", "第十七条")]
        desk.report(DONE)
        assert refused(desk.file, completed_on=day) == [("completed_on", "第十七条")]
    else:
        desk.report(date.fromisoformat(day)).file()


def test_a_matter_under_way_is_not_opened_twice_and_another_one_is(desk):
    desk.report(DONE)
    assert refused(desk.report, DONE) == [("kinds", "第十七条")]
    desk.found(n=7)
    assert desk.instance(f"BG-{CLUSTER}-7").status == "ended"
    desk.found(n=8, kinds=("operator", "spatial_scope"))
    assert desk.case(8).kinds == ["spatial_scope"]


def test_what_is_the_same_as_in_the_register_is_no_change(desk):
    desk.report(DONE)
    held = desk.cluster().baseline["operator"]
    assert refused(desk.file, **held) == [("changes_operator", "第十七条")]


def test_an_edit_voids_the_sealed_scan(desk):
    desk.report(DONE).file().approve().verify(decision="return", correction_items=[{"content": "补附件"}])
    assert desk.item("file_change").due_on == date(2026, 2, 10)  # ten working days of its own
    desk.file(change_reason="改写")
    assert refused(desk.approve) == [("seal_scan", "第十七条")]
    desk.until("2026-03-20").approve(sha="b")
    assert desk.case().late_days == 0  # its first arrival decides


# --- city and province ----------------------------------------------------------------------------


def test_the_three_named_kinds_are_always_major(desk):
    desk.report(DONE).file().approve()
    assert refused(desk.verify, decision="minor") == [("decision", "第十七条")]


def test_nothing_is_closed_without_verification(desk):
    desk.report(DONE).file().approve()
    missing = refused(desk.verify, verify_files=[], verified_with="")
    assert [path for path, _ in missing] == ["verified_with", "verify_files"]
    with pytest.raises(NotAllowed):
        desk.verify(by="cc")


def test_a_minor_change_ends_in_the_city_and_leaves_the_register_alone(desk):
    desk.report(DONE, kinds=("name",))
    desk.file(changes_operator=False, changes_name=True, cluster_name="新名称（虚构）").approve()
    desk.verify(decision="minor").sign()
    assert (desk.status(), desk.open(), desk.cluster().name == "新名称（虚构）") == ("minor", set(), False)


def test_a_filed_change_makes_a_new_baseline_and_never_extends_validity(desk):
    before = desk.cluster()
    desk.report(DONE).file().approve().verify().sign().record()
    after = desk.cluster()
    with desk.reading() as session:
        first, second = baselines.versions(session, CLUSTER)
        event = register_status.history(session, CLUSTER)[-1]
    assert (first.content_hash, second.content_hash) == (before.baseline_hash, after.baseline_hash)
    assert second.content["operator"]["operator_name"] == "示例新管委会（虚构）"
    assert (after.valid_to, after.status) == (before.valid_to, before.status)
    assert (event.kind, event.doc_no) == ("change_filed", "甘集备〔2026〕1号")


def papers(desk):
    with desk.reading() as session:
        return dict(change_documents.sheets(session, desk.case().no))


def test_the_receipt_says_what_changed_when_it_came_and_that_the_term_stays(desk):
    desk.report(DONE).file().approve().verify().sign()
    assert papers(desk) == {}
    desk.record()
    label, receipt = papers(desk)["receipt"]
    assert (label, receipt.number) == ("备案回执", "甘集备〔2026〕1号")
    for words in ("运营管理机构变更", "按期", "不改变有效期"):
        assert words in "".join(receipt.paragraphs)
    assert receipt.tables[0].rows


def test_the_province_says_what_becomes_of_the_certificate_and_why_it_orders_anything(desk):
    desk.report(DONE).file().approve().verify().sign()
    assert refused(desk.record, certificate="none") == [("certificate", "第十七条")]
    assert {p for p, _ in refused(desk.record, province_order="article_19")} == {"province_note"}


def test_a_change_of_operator_takes_the_seat_and_the_tasks_from_the_old_body(desk):
    with desk.database.write() as session:
        cluster = register.get(session, CLUSTER)
        people.get(session, "oc").organisation.name = cluster.baseline["operator"]["operator_name"]
        held = WorkItem(
            id="held", instance_id=cluster.instance_id, task_id="t", element="fill_report", name="填报",
            form="x", role="operator_clerk", scope=COUNTY, not_by=[], status="open", assignee="oc",
            created_at=desk.clock.now(),
        )  # fmt: skip
        session.add(held)
    desk.report(DONE).file().approve().verify().sign().record()
    with desk.reading() as session:
        assert session.query(PersonRole).filter_by(person_id="oc").all() == []
        assert session.query(WorkItem).filter_by(id="held").one().assignee is None
        assert session.query(Organisation).filter_by(name="示例新管委会（虚构）").one().region_code == COUNTY
        told = session.query(InboxMessage).filter_by(person_id="oc").filter(
            InboxMessage.title.contains("运营管理机构变更")
        )  # fmt: skip
        assert "持有的任务已交回" in told.one().text


def test_the_new_body_of_an_operator_holds_the_seat_of_the_cluster_from_then_on(desk):
    desk.report(DONE).file().approve().verify().sign().record()
    with desk.database.write() as session:
        old = session.get_one(Organisation, "org-oc")
        new = session.query(Organisation).filter_by(name="示例新管委会（虚构）").one()
        people.get(session, "oc").org_id = new.id
        people.set_roles(session, "oc", ["operator_clerk"])
        assert (old.active, operators.of_cluster(session, CLUSTER).id) == (False, new.id)
    with desk.reading() as session:
        (found,) = desk.engine.directory.candidates(session, "operator_clerk", CLUSTER)
        assert (found.id, Seat("operator_clerk", CLUSTER) in found.seats) == ("oc", True)


@pytest.mark.parametrize("by_code", [True, False])
def test_a_mere_renaming_renames_the_body_and_moves_nothing(desk, by_code):
    with desk.reading() as session:
        code = session.get_one(Organisation, "org-oc").uscc
    said = {"operator_uscc": code if by_code else "", "operator_renamed": not by_code}
    desk.report(DONE).file(**said).approve().verify().sign().record()
    with desk.reading() as session:
        body = session.get_one(Organisation, "org-oc")
        assert (body.name, body.uscc, body.active) == ("示例新管委会（虚构）", code, True)
        assert session.query(Organisation).filter_by(level="operator").count() == 1
        assert Seat("operator_clerk", CLUSTER) in desk.engine.directory.person(session, "oc").seats
        titles = {m.title for m in session.query(InboxMessage)}
    assert not any(title.startswith("运营管理机构变更") for title in titles)


def test_another_credit_code_is_another_body_and_no_renaming(desk):
    desk.report(DONE)
    assert refused(desk.file, operator_uscc="91350100M000100Y43", operator_renamed=True) == [
        ("operator_renamed", "第十七条")
    ]


# --- found by others ------------------------------------------------------------------------------


def confirmed(desk, day="2026-01-26"):
    return desk.found().explain(completed_on=day).confirm(completed_on=day)


@pytest.mark.article("第十九条")
def test_a_confirmed_change_unfiled_after_urging_and_grace_is_proposed_once(desk):
    confirmed(desk).until("2026-02-24")
    for _ in range(2):
        desk.urge("file_change")
    desk.until("2026-03-06", "23:59")  # the tenth working day after the due date
    assert desk.proposals() == []
    desk.until("2026-03-07")
    assert len(desk.proposals()) == 1
    desk.until("2026-05-30")
    (message,) = desk.proposals()
    assert message.payload["ground"] == "19-4"
    desk.file(late_reason="疏忽").approve()
    assert desk.status() == "reported"


@pytest.mark.article("第十九条")
def test_without_receipts_or_when_filed_meanwhile_nothing_is_proposed(desk):
    confirmed(desk).until("2026-02-24")
    desk.urge("file_change", channel="system", receipt="")
    desk.until("2026-04-30")
    assert desk.proposals() == []
    assert "送达凭据" in desk.case().looked[0]["why"]
    desk.file(late_reason="疏忽").approve().until("2026-06-30")
    assert (desk.proposals(), desk.case().looked[-1]["result"]) == ([], "filed")


@pytest.mark.article("第十九条")
def test_a_provisional_date_never_leads_to_a_proposal(desk):
    confirmed(desk.until("2026-12-21"), "2026-12-20").until("2027-01-15")
    for _ in range(2):
        desk.urge("file_change")
    desk.until("2027-04-30")
    assert desk.proposals() == []
    assert "暂定" in desk.case().looked[-1]["why"]


def test_a_silent_county_leaves_the_finding_to_the_city(desk):
    desk.found().until("2026-03-05")
    assert desk.open() == {"confirm_change"}
    desk.confirm(finding="none")
    assert (desk.status(), desk.open()) == ("none", set())


@pytest.mark.article("第十九条")
def test_a_lost_title_ends_the_case(desk):
    desk.report(DONE)
    desk.engine.send("title_lost", f"BG-{CLUSTER}-1", by=None)
    assert (desk.status(), desk.open()) == ("overtaken", set())
