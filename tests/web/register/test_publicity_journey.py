"""A case study in the browser: agreed to by everybody it names, reviewed, published, taken down (art. 11)."""

import pytest
import sqlalchemy as sa

from clusters import uscc
from clusters.publicity import publicity
from clusters.publicity.models import PublicityCase
from clusters.register.models import Cluster
from engine.models import Instance
from tests.web.driving import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.article("第十一条")]
COUNTY, CITY_CLERK, CITY_LEADER = "渭源县县级经办甲", "定西市市级经办甲", "定西市市级负责人"
OPERATOR = "渭源县中药材加工运营机构"
KEPT = [{"id": "x", "name": "同意书.pdf"}]  # stands for an upload: the browser sends a real file
MEDICINE, SLICES = "渭源示例药业（虚构）", "渭源示例饮片（虚构）"
ENTERPRISES = [
    {"uscc": body + uscc.check_character(body), "name": name}
    for body, name in (("91621123MA7000001", MEDICINE), ("91621123MA7000002", SLICES))
]
TODAY = "2024-05-20"


def test_a_case_study_is_published_within_the_consents_and_taken_down_when_one_ends(visitor: Visitor) -> None:
    with visitor.told.database.read() as session:
        cluster = session.scalars(sa.select(Cluster)).one()
        operator = publicity.operator_name(cluster)
    case = draft(visitor, cluster.cluster_no)
    agree(visitor, case, operator)
    review(visitor, case)
    publish(visitor, case)
    visitor.open(f"/register/{cluster.cluster_no}")
    visitor.sees("https://example.org/study")
    withdraw(visitor, case)
    take_down(visitor, case)
    with visitor.told.database.read() as session:
        row = session.scalars(sa.select(PublicityCase)).one()
        instance = session.scalars(sa.select(Instance).where(Instance.business_key == case)).one()
    assert (row.status, instance.outcome) == ("taken_down", "taken_down")
    visitor.open(f"/register/{cluster.cluster_no}")
    visitor.sees("2024年5月20日下架")


def draft(visitor: Visitor, cluster_no: str) -> str:
    visitor.become(COUNTY)
    visitor.open(f"/register/{cluster_no}")
    visitor.press("总结典型案例")
    visitor.follow("办理")
    visitor.do(
        "draft_case",
        {
            "case_title": "中药材加工数字化改造（虚构）", "case_theme": ["数字化", "创新"],
            "case_body": "共建数字化车间，产品合格率提高（虚构）。", "involved_enterprises": ENTERPRISES,
            "channels_wished": ["新媒体", "媒体"],
        },
    )  # fmt: skip
    with visitor.told.database.read() as session:
        return session.scalars(sa.select(PublicityCase.no)).one()


def agree(visitor: Visitor, case: str, operator: str) -> None:
    """One enterprise's paper is missing at first: nothing goes on without it."""
    answer = {
        "consent_status": "granted", "consent_scope": ["新媒体"], "consent_org": operator,
        "consent_signer": "示例负责人", "signer_of_operator": True, "consent_date": TODAY,
        "consent_file": KEPT, "enterprise_consents": [{"file": KEPT}, {}],
    }  # fmt: skip
    visitor.take(OPERATOR, "运营机构答复", case)
    visitor.sees("产品合格率提高（虚构）")
    visitor.fill(visitor.form("operator_consent"), answer)
    visitor.sees(SLICES)
    visitor.press("提交")
    visitor.sees(f"缺“{SLICES}”的同意书")
    visitor.page.set_input_files("input[type='file'][name='enterprise_consents.1.file']", visitor.scan())
    visitor.press("提交")
    visitor.accepted()


def review(visitor: Visitor, case: str) -> None:
    """Somebody other than the drafter takes a secret out of the text."""
    visitor.take(CITY_LEADER, "商业秘密审查", case)
    redacted = {"secret_review": "redacted", "redacted_body": "共建数字化车间（虚构）。"}
    visitor.do("secret_review", {**redacted, "review_reason": "合格率属于工艺秘密（虚构）。"})


def publish(visitor: Visitor, case: str) -> None:
    """A channel outside the consent is refused with the article; what was typed stays."""
    visitor.take(CITY_CLERK, "发布典型案例", case)
    visitor.sees("共建数字化车间（虚构）。")
    line = {"channel": "媒体", "url": "https://example.org/study", "published_on": TODAY}
    published = {"publish_decision": "publish", "published_items": [line], "publication_proof": KEPT}
    visitor.fill(visitor.form("publish_case"), published)
    visitor.press("提交")
    visitor.sees("“媒体”不在同意的渠道之内（新媒体）")
    visitor.page.locator("[name='published_items.0.channel']").select_option("新媒体")
    visitor.press("提交")
    visitor.accepted()


def withdraw(visitor: Visitor, case: str) -> None:
    visitor.become(COUNTY)
    visitor.open(f"/cases/{visitor.told.instance(case)}")
    visitor.follow("撤回宣传同意")
    visitor.page.get_by_label("由谁撤回").select_option(label=MEDICINE)
    visitor.press("登记撤回同意")
    visitor.sees("已登记撤回同意")


def take_down(visitor: Visitor, case: str) -> None:
    visitor.take(CITY_CLERK, "下架已发布内容", case)
    visitor.sees(f"{MEDICINE}于")
    down = {"taken_down_items": [{"taken_down_on": TODAY}], "take_down_proof": KEPT}
    visitor.do("take_down", down)
