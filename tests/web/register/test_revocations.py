"""Proposing a revocation from the register, and what the evidence page shows (art. 19)."""

from datetime import date, datetime
from io import BytesIO

import pytest
import sqlalchemy as sa

from clusters.register import register
from clusters.register.models import Cluster
from clusters.revocation import evidence, proposals
from engine import messages
from engine.errors import NotAllowed
from engine.models import Attachment, Instance, WorkItem
from qilian.sandbox.play import PDF
from tests.web.told import DESIGNATED

pytestmark = pytest.mark.article("第十九条")
FILE = [{"id": "f", "name": "件.pdf", "sha256": "a" * 64, "size": 1, "media_type": "application/pdf"}]


@pytest.fixture
def cluster_no(told):
    with told.database.read() as session:
        return session.scalars(sa.select(Cluster.cluster_no)).one()


def typed(**changes):
    return {
        "ground": "19-2b", "origin": "department", "facts": "违法排污被处罚（虚构）。",
        "title_1": "处罚决定书", "issued_by_1": "示例机关", "doc_no_1": "示例罚〔2024〕3号",
        "effective_on_1": "2024-05-06", "file_1": (BytesIO(PDF), "处罚决定书.pdf"), **changes,
    }  # fmt: skip


def propose(told, cluster_no, role="city_leader", scope="621100", **changes):
    client = told.client_of(role, scope)
    return client, client.post(f"/register/{cluster_no}/revocations/new", data=typed(**changes))


def test_a_proposal_from_the_register_starts_its_case_with_its_files(told, cluster_no):
    client, answer = propose(told, cluster_no)
    assert answer.status_code == 303, answer.text
    case = answer.location.rpartition("/")[2]
    with told.database.read() as session:
        row = proposals.of_cluster(session, cluster_no)[0]
        instance = session.get_one(Instance, case)
        file = session.scalars(sa.select(Attachment).where(Attachment.instance_id == case)).one()
    assert (instance.business_key, instance.scope) == (row.no, DESIGNATED)
    assert row.evidence[0]["files"][0]["id"] == file.id
    with told.client_of("county_clerk", DESIGNATED).get(f"/attachments/{file.id}") as fetched:
        assert fetched.data == PDF
    page = client.get(f"/cases/{case}/revocation").text
    for words in ("违法违规行为", "示例罚〔2024〕3号", "待受理", "撤回撤销建议", f"/attachments/{file.id}"):
        assert words in page
    assert "10个工作日" in client.get(f"/cases/{case}/print/revocation/notice").text
    assert client.get(f"/cases/{case}/print/revocation/decision").status_code == 404
    assert row.no in client.get(f"/register/{cluster_no}").text


def test_a_process_proposes_by_message_and_its_deadline_is_shown_day_by_day(told, cluster_no):
    with told.database.write() as session:
        count = told.services.engine.parts.calendar_of(session).due(date(2024, 2, 29), 10)
        late = evidence.Deadline("报送期限及宽限", count.due, count.to_json(), False, case_key="NB-2023-x")
        urges = [evidence.Urged("催报", date(2024, 3, n), "电话催办", f"回执{n}号", n) for n in (4, 11)]
        now = told.services.now()
        cluster = register.get(session, cluster_no)
        proposal = proposals.propose(
            session, cluster, "19-3a", facts="至今未报送", evidence=[late, *urges], by=None,
            on=told.services.today(), at=now, source=None,
        )  # fmt: skip
        data = proposals.start_data(proposal, cluster)
        messages.post(session, now, None, source="t", name=proposals.MESSAGE, to=proposal.no, payload=data)
    told.services.engine.settle()
    case = told.instance(proposal.no)
    assert told.item(case, "check_proposal")
    page = told.client_of("county_clerk", DESIGNATED).get(f"/cases/{case}/revocation").text
    for words in ('datetime="2024-03-02"', 'datetime="2024-03-14"', "回执4号", "回执11号", "期限届至"):
        assert words in page
    title = told.client_of("prov_clerk").get(f"/cases/{case}").text
    assert "撤销认定（未及时报送年度培育情况）" in title


def test_a_refused_proposal_keeps_what_was_typed_and_starts_nothing(told, cluster_no):
    _, answer = propose(told, cluster_no, issued_by_1="")
    assert answer.status_code == 422
    assert "已生效的法律文书" in answer.text
    assert "违法排污被处罚（虚构）。" in answer.text
    with told.database.read() as session:
        assert proposals.of_cluster(session, cluster_no) == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("effective_on_1", "五月六日", "填写日期"),
        ("uscc", "91621122MA70000013", "填全"),
        ("file_1", (BytesIO(b"MZ"), "处罚决定书.exe"), "文件类型不在允许之列"),
    ],
)
def test_what_cannot_be_read_is_named(told, cluster_no, field, value, words):
    _, answer = propose(told, cluster_no, **{field: value})
    assert answer.status_code == 422
    assert words in answer.text


def test_another_city_does_not_propose_and_a_county_never(told, cluster_no):
    assert propose(told, cluster_no, "city_clerk", "620900")[1].status_code == 403
    assert propose(told, cluster_no, "county_clerk", DESIGNATED)[1].status_code == 403


def test_whoever_proposed_takes_it_back_and_nobody_else(told, cluster_no):
    client, answer = propose(told, cluster_no)
    case = answer.location.rpartition("/")[2]
    assert told.client_of("prov_clerk").post(f"/cases/{case}/revocation/withdraw").status_code == 403
    assert client.post(f"/cases/{case}/revocation/withdraw").status_code == 303
    with told.database.read() as session:
        assert session.get_one(Instance, case).outcome == "proposal_withdrawn"
        assert proposals.of_cluster(session, cluster_no)[0].status == "withdrawn"


def test_from_the_proposal_to_the_public_list_each_step_by_its_own_people(told, cluster_no):
    """10.4: no province decision by a city; the title goes on the decision's date and not before."""
    _, answer = propose(told, cluster_no, "prov_clerk", "620000")
    case = answer.location.rpartition("/")[2]

    def do(element, role, scope="620000", name=None, **data):
        by = told.person(role, scope, name)
        told.services.engine.complete(told.item(case, element), by=by, data=data)

    with pytest.raises(NotAllowed, match="由您提出"):
        do("check_proposal", "prov_clerk", decision="accept", evidence_complete=True)
    another = "另一经办（示例）"
    do("check_proposal", "prov_clerk", name=another, decision="accept", evidence_complete=True)
    do("city_opinion", "city_leader", "621100", stance="support", opinion="事实成立")
    today = told.services.today().isoformat()
    do("serve_notice", "prov_clerk", name=another, notice_no="甘工信告〔2024〕1号", service_way="direct",
       served_on=today, receipt="签收人：示例", notice_file=FILE, receipt_file=FILE)  # fmt: skip
    with told.database.read() as session:
        item = session.scalars(sa.select(WorkItem).where(WorkItem.element == "receive_statement")).one()
        assert item.due_on.isoformat() == "2024-06-03"
        assert item.due_trace["days"] == 10
        assert session.get_one(Cluster, cluster_no).status == "revocation_proposed"
    shown = told.client_of("county_clerk", DESIGNATED).get(f"/cases/{case}/revocation").text
    assert "第 10 个工作日为 2024年6月3日" in shown
    do("receive_statement", "county_clerk", DESIGNATED, stated_by="operator", statement_text="请求从轻")
    told.services.sandbox.advance_to(datetime.fromisoformat("2024-06-04T09:00:00+08:00"))
    do("review_statement", "prov_office_head", review_opinion="事实成立",
       points=[{"point": "请求从轻", "accepted": "no", "answer": "无从轻规定"}])  # fmt: skip
    decision = {
        "outcome": "revoke", "reasons": "处罚已生效", "decision_date": "2024-06-04",
        "decision_no": "甘工信撤〔2024〕1号", "decision_file": FILE, "remedy_text": "可申请行政复议",
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        do("decide_revocation", "city_leader", "621100", **decision)
    do("decide_revocation", "prov_leader", **decision)
    with told.database.read() as session:
        assert session.get_one(Cluster, cluster_no).status == "revoked"
    do("publish_revocation", "prov_clerk", name=another, published_url="https://gxt.gansu.gov.cn/c.shtml",
       published_on="2024-06-04", evidence_file=FILE)  # fmt: skip
    client = told.client_of("county_clerk", DESIGNATED)
    page = client.get(f"/cases/{case}").text
    assert "已撤销" in page
    assert "撤销认定决定书" in client.get(f"/cases/{case}/print/revocation/decision").text
    listed = client.get(f"/register/{cluster_no}").text
    assert "撤销认定：违法违规行为" in listed
    assert "提出撤销建议" not in told.client_of("prov_clerk").get(f"/register/{cluster_no}").text
