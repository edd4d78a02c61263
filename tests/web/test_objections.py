"""公示异议 in the browser: evidence can be opened, nothing typed is lost, outsiders investigate (F08)."""

from io import BytesIO

import sqlalchemy as sa

from clusters.models_register import Objection
from qilian.sandbox.play import PDF
from tests.web.told import BATCH_IN_NOTICE, IN_NOTICE

NEW = f"/batches/{BATCH_IN_NOTICE}/objections/new"


def said(told, **changes):
    return {
        "case_no": told.application(IN_NOTICE).case_no, "channel": "letter", "ground": "data",
        "name": "示例提出人", "contact": "0931-0000000", "content": "产值与统计数据不一致（虚构）。",
        "raised_at": "2024-05-17T10:00", **changes,
    }  # fmt: skip


def the_objection(told):
    with told.database.read() as session:
        return session.scalars(sa.select(Objection)).one()


def test_what_was_typed_stays_when_an_objection_is_refused(told):
    answer = told.client_of("prov_clerk").post(NEW, data=said(told, raised_at="2024-05-30T10:00"))
    assert answer.status_code == 422
    assert "提出时间不能晚于现在" in answer.text
    for typed in ("产值与统计数据不一致（虚构）。", "示例提出人", "2024-05-30T10:00"):
        assert typed in answer.text


def test_evidence_is_opened_by_the_province_and_by_nobody_below(told):
    clerk = told.client_of("prov_clerk")
    assert clerk.post(NEW, data=said(told)).status_code == 303
    row = the_objection(told)
    refused = clerk.post(
        f"/objections/{row.no}/accept", data={"investigator": told.person("county_clerk", IN_NOTICE)}
    )
    assert refused.status_code == 422
    assert "未参与本案审核" in refused.text
    chosen = told.person("prov_inspector", "620000", "外来核查员（示例）")
    added = {"investigator": chosen, "evidence": (BytesIO(PDF), "佐证.pdf")}
    assert clerk.post(f"/objections/{row.no}/accept", data=added).status_code == 303
    address = f"/attachments/{the_objection(told).evidence[0]['id']}"
    assert address in clerk.get(f"/objections/{row.no}").text
    with clerk.get(address) as fetched:
        assert fetched.data == PDF
    assert told.client_of("county_clerk", IN_NOTICE).get(address).status_code == 403


def test_a_finding_that_is_refused_stays_on_the_page(told):
    clerk = told.client_of("prov_clerk")
    evidence = {"evidence": (BytesIO(PDF), "佐证.pdf")}
    clerk.post(NEW, data=said(told) | evidence)
    no = the_objection(told).no
    chosen = told.person("prov_inspector", "620000", "外来核查员（示例）")
    clerk.post(f"/objections/{no}/accept", data={"investigator": chosen})
    typed = {
        "finding": "established", "effect": "keep", "finding_text": "查阅统计报表三份",
        "reply_text": "已答复",
    }  # fmt: skip
    answer = told.client_for(chosen).post(f"/objections/{no}/close", data=typed)
    assert answer.status_code == 422
    assert "异议成立的，不能保留" in answer.text
    assert "查阅统计报表三份" in answer.text
