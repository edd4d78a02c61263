"""规则与解释: versions, continuations and interpretations are recorded by the province and seen by all."""

import io
from datetime import UTC, datetime

import pytest

from clusters.batches import rules
from engine.models import Attachment
from qilian.config import SEEDS

LAPSED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STANDARD = (SEEDS / "standards" / "gs-2023.toml").read_text(encoding="utf-8")
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def newer(code="gs-2027", valid_from="2027-01-01", valid_to="2029-12-31"):
    text = STANDARD.replace('id = "gs-2023"', f'id = "{code}"', 1)
    for name, value in (("valid_from", valid_from), ("valid_to", valid_to)):
        line = next(x for x in text.splitlines() if x.startswith(f"{name} ="))
        text = text.replace(line, f"{name} = {value}", 1)
    return text


def uploaded(text):
    return {"standard": (io.BytesIO(text.encode()), "gs.toml")}


@pytest.fixture
def head(world):
    return world.client_of("prov_office_head")


@pytest.mark.article("第二十一条")
@pytest.mark.parametrize(("day", "in_force"), [(16, True), (17, False)])
def test_everybody_reads_in_plain_words_whether_the_rule_holds(world, day, in_force):
    world.clock.set(datetime(2026, 1, day, 1, 0, tzinfo=UTC))
    page = world.client_of("county_clerk").get("/rules").text
    assert ("目前没有现行规则" in page) is not in_force
    assert "新的规则版本" not in page


@pytest.mark.article("第二十一条")
def test_a_continuation_document_carries_the_rule_on_for_its_days(world, head):
    world.clock.set(LAPSED)
    data = {
        "version": "gs-2023", "doc_no": "示例〔2026〕1号", "issued_on": "2026-01-10",
        "starts_on": "2026-01-17", "ends_on": "2026-12-31",
    }  # fmt: skip
    refused = head.post("/rules/continuations", data=data)
    assert refused.status_code == 422
    assert "请上传延续执行文件" in refused.text
    assert 'value="示例〔2026〕1号"' in refused.text
    file = {"continuation_file": (io.BytesIO(PDF), "延续.pdf")}
    assert head.post("/rules/continuations", data={**data, **file}).status_code == 303
    with world.database.read() as session:
        assert rules.in_force(session, LAPSED.date()).code == "gs-2023"
        row = rules.continuations(session)[0]
    address = f"/rules/continuations/{row.id}/file"
    clerk = world.client_of("county_clerk")
    assert f'href="{address}"' in clerk.get("/rules").text
    fetched = clerk.get(address)
    assert (fetched.data, fetched.headers["Content-Disposition"].partition(";")[0]) == (PDF, "attachment")
    fetched.close()


def test_a_file_that_comes_with_a_refused_act_is_not_kept(world, head):
    world.clock.set(LAPSED)
    data = {
        "version": "gs-2023", "doc_no": "示例〔2026〕1号", "issued_on": "2026-01-10",
        "starts_on": "2026-12-31", "ends_on": "2026-01-17",
        "continuation_file": (io.BytesIO(PDF), "延续.pdf"),
    }  # fmt: skip
    assert head.post("/rules/continuations", data=data).status_code == 422
    with world.database.read() as session:
        assert session.query(Attachment).all() == []
    assert [p for p in world.services.attachments.folder.rglob("*") if p.is_file()] == []


@pytest.mark.article("第二十条")
def test_an_interpretation_stands_with_its_version_for_all_to_read(world, head):
    data = {
        "version": "gs-2023", "question": "分母是谁？", "answer": "从业人员。", "given_on": "2024-05-20",
        "topic": "C4.6",
    }  # fmt: skip
    assert head.post("/rules/interpretations", data=data).status_code == 303
    assert "分母是谁？" in world.client_of("county_clerk").get("/rules").text
    assert "从业人员。" in world.anybody().get("/public/standard").text


@pytest.mark.article("第二十条")
@pytest.mark.parametrize("wrong", [{"given_on": "2024-05-21"}, {"answer": " "}, {"given_on": ""}])
def test_an_interpretation_needs_an_answer_and_a_day_that_has_come(world, head, wrong):
    data = {"version": "gs-2023", "question": "分母是谁？", "answer": "人。", "given_on": "2024-05-20"}
    assert head.post("/rules/interpretations", data={**data, **wrong}).status_code == 422
    with world.database.read() as session:
        assert rules.interpretations(session, "gs-2023") == []


def test_only_the_province_interprets(world):
    answer = world.client_of("city_leader").post("/rules/interpretations", data={})
    assert answer.status_code == 403


@pytest.mark.article("第二十一条")
def test_a_new_version_is_taken_in_once_and_never_changed(world, head):
    assert head.post("/rules/versions", data=uploaded(newer())).status_code == 303
    assert "gs-2027" in head.get("/rules").text
    again = head.post("/rules/versions", data=uploaded(newer(valid_to="2031-12-31")))
    assert again.status_code == 422
    assert "已经在册" in again.text


@pytest.mark.parametrize(
    "text", ["", "not toml [", newer(valid_to="2026-01-01"), newer("gs-2022", "2023-01-16", "2024-01-01")]
)
def test_a_standard_that_cannot_be_read_or_is_not_later_is_refused(world, head, text):
    assert head.post("/rules/versions", data=uploaded(text)).status_code == 422
    with world.database.read() as session:
        assert [v.code for v in rules.versions(session)] == ["gs-2023"]


@pytest.mark.article("第二十一条")
def test_the_comparison_names_what_would_newly_fail_and_changes_nothing(told):
    head = told.client_of("prov_office_head")
    stricter = newer().replace('threshold = "20"', 'threshold = "99"', 1)
    assert stricter != newer()
    page = head.post("/rules/versions", data=uploaded(stricter), follow_redirects=True).text
    row = page.partition("渭源县中药材集群")[2].partition("</tr>")[0]
    assert "C1.5" in row
    assert "有效" in head.get("/register").text.partition("渭源县中药材集群")[2].partition("</tr>")[0]


# --- what a standard file gained after its version was kept ---------------------------------------


@pytest.fixture
def kept_before(world):
    """The version as it was kept before the file had the period for taking down (art. 11)."""
    text = STANDARD.replace("[periods.take_down]", "[periods.gone]", 1)
    start = text.index("[periods.gone]")
    with world.database.write() as session:
        rules.get(session, "gs-2023").source = text[:start] + text[text.index("[periods.", start + 5) :]
    return world


@pytest.mark.article("第二十一条")
def test_a_period_that_a_kept_version_lacks_is_adopted_with_a_reason_and_leaves_the_version_alone(
    kept_before,
):
    world, head = kept_before, kept_before.client_of("prov_office_head")
    assert "下架已发布案例：3 个工作日" in world.client_of("county_clerk").get("/rules").text
    wanted = {"version": "gs-2023", "name": "take_down"}
    refused = head.post("/rules/supplements", data=wanted)
    assert (refused.status_code, "请写明采用的理由" in refused.text) == (422, True)
    with world.database.read() as session:
        assert "take_down" not in rules.standard(session, "gs-2023").terms
        source = rules.get(session, "gs-2023").source
    said = {**wanted, "reason-take_down": "典型案例撤回同意后须及时下架（虚构）"}
    assert head.post("/rules/supplements", data=said).status_code == 303
    with world.database.read() as session:
        assert rules.standard(session, "gs-2023").terms["take_down"] == 3
        assert rules.get(session, "gs-2023").source == source
    assert "典型案例撤回同意后须及时下架（虚构）" in head.get("/rules").text


@pytest.mark.article("第二十一条")
def test_what_a_version_says_already_is_never_changed_by_a_file(world, head):
    assert head.post("/rules/supplements", data={"version": "gs-2023", "name": "notice"}).status_code == 404
    assert world.client_of("prov_clerk").post("/rules/supplements", data={}).status_code == 403
    assert "标准文件新增" not in head.get("/rules").text
