"""公示异议 from the notice page to the reply, through the process (art. 15, F08): who sees whom, who may."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from clusters.people.models import PersonRole
from clusters.register.models import Cluster, Notice, Objection
from engine.models import AuditEntry, InboxMessage, Message
from qilian.sandbox import papers
from qilian.sandbox.play import PDF
from tests.web.told import BATCH_IN_NOTICE, IN_NOTICE, NOTICE
from web.register.objection_start import add_evidence

NEW = f"/notices/{NOTICE}/objections/new"
NAME, CONTACT = "示例提出人", "0931-0000000"
OUTSIDER, INSPECTOR = "外来核查员（示例）", "省厅省级核查丙"


def said(told, **changes):
    return {
        "case_no": told.application(IN_NOTICE).case_no, "channel": "letter", "ground": "data",
        "name": NAME, "contact": CONTACT, "content": "产值与统计数据不一致（虚构）。",
        "raised_at": "2024-05-17T10:00", **changes,
    }  # fmt: skip


def evidence():
    return {"evidence": (BytesIO(PDF), "佐证.pdf")}


def newest(told) -> Objection:
    with told.database.read() as session:
        return session.scalars(sa.select(Objection).order_by(Objection.no.desc())).first()


def register(told, **changes) -> Objection:
    answer = told.client_of("prov_clerk").post(NEW, data=said(told, **changes) | evidence())
    assert answer.status_code == 303, answer.text
    return newest(told)


def step(told, row, element, by, **data):
    """Somebody completes a step in the browser; the answer of the page."""
    return told.client_for(by).post(f"/tasks/{told.item(row.instance_id, element)}", data=data)


def people(told):
    return {
        "judge": told.person("prov_clerk", "620000", "异议经办（示例）"),
        "investigator": told.person("prov_inspector", "620000", OUTSIDER),
        "head": told.person("prov_office_head", "620000"),
    }


def walk_to_signature(told, row, **finding):
    who = people(told)
    assert step(told, row, "judge_admissibility", who["judge"], admissibility="accepted").status_code == 303
    found = {"finding": "not_established", "effect": "keep", "finding_text": "查阅统计报表三份，与申报一致。"}
    answer = step(told, row, "investigate", who["investigator"], **(found | finding))
    assert answer.status_code == 303, answer.text
    signed = step(told, row, "sign_finding", who["head"], decision="agree", opinion="同意。")
    assert signed.status_code == 303, signed.text
    return who


def test_what_was_typed_stays_when_an_objection_is_refused(told):
    answer = told.client_of("prov_clerk").post(NEW, data=said(told, raised_at="2024-05-30T10:00"))
    assert answer.status_code == 422
    assert "提出时间不能晚于现在" in answer.text
    for typed in ("产值与统计数据不一致（虚构）。", NAME, "2024-05-30T10:00"):
        assert typed in answer.text


@pytest.mark.article("第十五条")
def test_a_second_objection_on_the_same_ground_is_refused_naming_the_first(told):
    first = register(told)
    answer = told.client_of("prov_clerk").post(NEW, data=said(told, contact="0931 0000000"))
    assert answer.status_code == 422
    assert first.no in answer.text
    assert newest(told).no == first.no


@pytest.mark.article("第十五条")
def test_the_batch_goes_on_after_the_objection_that_held_its_cluster_back_is_closed(told):
    """Registered on the last day, decided on too early, investigated, signed, replied to, designated."""
    row = register(told)
    batch = told.play.case(told.instance(BATCH_IN_NOTICE), BATCH_IN_NOTICE, "620000", people(told)["judge"])
    told.play.until(2024, 5, 24)

    def decide():
        told.play.act(batch, "decide_designation", lambda _: papers.decision(told.play.today, batch.file))

    with pytest.raises(Exception, match="异议尚未办结"):
        decide()
    who = walk_to_signature(told, row)
    with pytest.raises(Exception, match="异议尚未办结"):
        decide()
    reply = {"reply_text": "经调查，异议不成立（虚构）。", "reply_channel": "receipt"}
    assert step(told, row, "reply", who["judge"], **reply).status_code == 303
    assert newest(told).status == "closed"
    decide()
    with told.database.read() as session:
        assert IN_NOTICE in session.scalars(sa.select(Cluster.county_code)).all()


@pytest.mark.article("第十五条")
def test_whoever_inspected_the_cluster_cannot_investigate_and_is_not_told_to(told):
    row = register(told)
    who = people(told)
    step(told, row, "judge_admissibility", who["judge"], admissibility="accepted")
    item = told.item(row.instance_id, "investigate")
    outsiders = (who["investigator"], told.person("prov_inspector", "620000", "省厅省级核查甲"))
    client = told.client_of("prov_inspector", "620000", INSPECTOR)
    assert "按回避和两人复核的要求" in client.get(f"/tasks/{item}").text
    assert client.post(f"/tasks/{item}", data={"finding": "not_established"}).status_code == 403
    with told.database.read() as session:
        link = sa.select(InboxMessage.person_id).where(InboxMessage.link == f"/tasks/{item}")
        assert set(session.scalars(link)) == set(outsiders)


def test_the_judge_of_admissibility_does_not_sign(told):
    row = register(told)
    head = told.person("prov_office_head", "620000")
    with told.database.write() as session:
        session.add(PersonRole(person_id=head, role="prov_clerk"))
    assert step(told, row, "judge_admissibility", head, admissibility="accepted").status_code == 303
    who = people(told)
    found = {"finding": "not_established", "effect": "keep", "finding_text": "查阅统计报表三份，与申报一致。"}
    step(told, row, "investigate", who["investigator"], **found)
    signed = step(told, row, "sign_finding", head, decision="agree", opinion="同意。")
    assert signed.status_code == 403
    assert "由他人办理" in signed.text


def test_a_finding_that_is_refused_stays_on_the_page(told):
    row, who = register(told), people(told)
    step(told, row, "judge_admissibility", who["judge"], admissibility="accepted")
    typed = {"finding": "established", "effect": "keep", "finding_text": "查阅统计报表三份，产值不实。"}
    answer = step(told, row, "investigate", who["investigator"], **typed)
    assert answer.status_code == 422
    assert "不能原样保留" in answer.text
    assert "查阅统计报表三份" in answer.text


# --- who objected -----------------------------------------------------------------------------------


def readings(told, action="objection.viewed"):
    with told.database.read() as session:
        query = sa.select(AuditEntry.actor).where(AuditEntry.action == action)
        return list(session.scalars(query))


def test_the_objector_is_read_by_handlers_alone_and_each_reading_is_recorded(told):
    row, who = register(told), people(told)
    reviewer = told.person("prov_inspector", "620000", INSPECTOR)
    judge = told.client_for(who["judge"])
    page = judge.get(f"/objections/{row.no}").text
    assert NAME not in page
    assert CONTACT not in page
    shown = judge.post(f"/objections/{row.no}/objector")
    assert NAME in shown.text
    assert CONTACT in shown.text
    assert readings(told) == [who["judge"]]
    for stranger in (reviewer, who["investigator"], told.person("prov_leader", "620000")):
        refused = told.client_for(stranger).post(f"/objections/{row.no}/objector")
        assert refused.status_code == 403
        assert NAME not in refused.text
    assert readings(told) == [who["judge"]]
    county = told.client_of("county_clerk", IN_NOTICE)
    assert county.get(f"/objections/{row.no}").status_code == 403
    assert county.get(f"/cases/{row.instance_id}").status_code == 403


def test_nothing_of_the_case_names_the_objector_but_the_letter_and_its_printing_is_recorded(told):
    row = register(told)
    who = walk_to_signature(told, row)
    clerk = told.client_for(who["judge"])
    assert clerk.post(f"/objections/{row.no}/letter").status_code == 404
    reply = {"reply_text": "经调查，异议不成立（虚构）。", "reply_channel": "letter"}
    step(told, row, "reply", who["judge"], **reply)
    for path in (f"/cases/{row.instance_id}", f"/objections/{row.no}", f"/notices/{NOTICE}"):
        page = clerk.get(path).text
        assert row.no in page, path
        assert NAME not in page, path
    letter = clerk.post(f"/objections/{row.no}/letter").text
    assert NAME in letter
    assert "经调查，异议不成立（虚构）。" in letter
    assert readings(told, "objection.letter_printed") == [who["judge"]]


def test_evidence_is_opened_by_the_province_and_by_nobody_below(told):
    row = register(told)
    address = f"/attachments/{row.evidence[0]['id']}"
    clerk = told.client_of("prov_clerk")
    assert address in clerk.get(f"/objections/{row.no}").text
    with clerk.get(address) as fetched:
        assert fetched.data == PDF
    assert told.client_of("county_clerk", IN_NOTICE).get(address).status_code == 403


# --- what comes meanwhile ---------------------------------------------------------------------------


def test_evidence_sent_by_the_objector_answers_the_request_for_it(told):
    row, who = register(told), people(told)
    asked = {"admissibility": "supplement", "supplement_asked": "统计报表", "supplement_days": "5"}
    assert step(told, row, "judge_admissibility", who["judge"], **asked).status_code == 303
    told.item(row.instance_id, "supplement")
    with told.app.test_request_context(), told.database.write() as session:
        add_evidence(session, row.no, [{"id": "f", "name": "报表.pdf"}], by=None)
    told.services.engine.settle()
    told.item(row.instance_id, "judge_admissibility")
    assert [f["name"] for f in newest(told).evidence] == ["佐证.pdf", "报表.pdf"]


@pytest.mark.article("第十五条")
def test_an_outage_turns_late_leads_into_objections_also_one_already_filed(told):
    with told.database.read() as session:
        last = session.scalars(sa.select(Notice).where(Notice.batch_key == BATCH_IN_NOTICE)).one().last_day
    told.play.until(2024, 5, 27)
    late = f"{last.replace(day=last.day + 1)}T00:00"
    open_ = register(told, raised_at=late)
    filed = register(told, raised_at=late, ground="incident")
    assert (open_.lead_reason, filed.lead_reason) == ("out_of_time", "out_of_time")
    who = people(told)
    step(told, filed, "handle_lead", who["judge"], lead_outcome="file", lead_note="已通报（虚构）")
    outage = {"starts_on": "2024-05-20", "ends_on": "2024-05-21", "reason": "门户网站无法访问（虚构）"}
    clerk = told.client_of("prov_clerk")
    shown = clerk.post(f"/notices/{NOTICE}/interruptions", data=outage, follow_redirects=True)
    assert "改按异议办理" in shown.text
    for no in (open_.no, filed.no):
        with told.database.read() as session:
            row = session.get_one(Objection, no)
            dead = session.scalars(sa.select(Message).where(Message.to == no, Message.status == "dead"))
            assert dead.first() is None
        assert row.lead_reason is None
        told.item(row.instance_id, "judge_admissibility")
