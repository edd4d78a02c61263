"""典型案例宣传: nothing is published without consent and a second review; consent can be taken back."""

from datetime import date

import pytest

from clusters.publicity import publicity, publicity_documents
from clusters.register import register
from engine.errors import NotAllowed, Refused
from tests.handlers.stage import FILE
from tests.handlers.test_register_import import a_form, a_row

pytestmark = pytest.mark.article("第十一条")
FIRM = {"uscc": "91620102MA73A0015A", "name": "示例药业（虚构）"}
DRAFT = {
    "case_title": "一个案例", "case_body": "正文", "case_theme": ["数字化"],
    "channels_wished": ["新媒体"], "involved_enterprises": [FIRM],
}  # fmt: skip
CONSENT = {
    "consent_status": "granted", "consent_scope": ["新媒体", "汇编"], "consent_org": "渭源县中药材管委会",
    "consent_signer": "某人", "signer_of_operator": True, "consent_file": FILE,
    "consent_date": "2024-05-20", "enterprise_consents": [{**FIRM, "file": FILE}],
}  # fmt: skip
CLEAR = {"secret_review": "none"}
PUBLISH = {
    "publish_decision": "publish", "publication_proof": FILE,
    "published_items": [{"channel": "新媒体", "url": "https://example.org/1", "published_on": "2024-05-20"}],
}  # fmt: skip


class Case:
    def __init__(self, stage):
        self.stage = stage
        entering = stage.instance("DR-2024-01", "register_import", "620000")
        rows = a_form(a_row())
        stage.call("register_import.enter", entering, "import_clusters", by="p", data=rows)
        with stage.database.write() as session:
            (self.cluster,) = register.standing(session)
            self.no = publicity.begin(session, self.cluster, "county", "drafter", stage.now).no
        self.instance = stage.instance(self.no, "publicity", "621123")

    def do(self, topic, element, by, data, **changed):
        return self.stage.call(f"publicity.{topic}", self.instance, element, by=by, data={**data, **changed})

    def draft(self, **changed):
        return self.do("draft", "draft_case", "drafter", DRAFT, **changed)

    def consent(self, **changed):
        return self.do("consent", "consent_on_paper", "drafter", CONSENT, **changed)

    def review(self, by="second", **changed):
        return self.do("review", "secret_review", by, CLEAR, **changed)

    def publish(self, **changed):
        return self.do("publish", "publish_case", "city", PUBLISH, **changed)

    @property
    def status(self):
        with self.stage.reading() as session:
            return publicity.get(session, self.no).status

    def withdraw(self, on=date(2024, 5, 20)):
        with self.stage.database.write() as session:
            row, cluster = publicity.locked(session, self.no)
            publicity.withdraw(row, cluster, publicity.OPERATOR, "", on, self.stage.now)


@pytest.fixture
def case(stage):
    return Case(stage)


def refused_at(act, **changed):
    with pytest.raises(Refused) as refused:
        act(**changed)
    return {problem.path for problem in refused.value.problems}


def test_a_case_with_every_consent_and_a_second_persons_review_is_published(case):
    case.draft()
    assert case.consent()["consented"]
    assert case.review() == {"review_result": "clear"}
    assert case.publish() == {"published": True}
    assert case.status == "published"


def test_silence_of_one_named_enterprise_is_no_consent(case):
    case.draft()
    assert refused_at(case.consent, enterprise_consents=[]) == {"enterprise_consents"}


def test_only_the_operator_signs_for_the_cluster(case):
    case.draft()
    assert refused_at(case.consent, consent_org="别的单位") == {"consent_org"}


def test_everybody_who_is_asked_gets_a_paper_to_sign_with_the_text_and_free_to_refuse(case):
    case.draft()
    with case.stage.reading() as session:
        papers = dict(publicity_documents.sheets(session, case.no))
    assert list(papers) == ["consent", "consent-1"]  # the operator and the enterprise that is named
    for _, paper in papers.values():
        text = "".join(paper.paragraphs)
        assert "□不同意宣传" in text
        assert "随时书面撤回" in text


def test_whoever_drafted_does_not_review(case):
    case.draft()
    case.consent()
    with pytest.raises(NotAllowed):
        case.review(by="drafter")


def test_a_trade_secret_is_not_published(case):
    case.draft()
    case.consent()
    ended = case.review(secret_review="contains", review_reason="配方", after_contains="end")
    assert (ended, case.status) == ({"review_result": "end"}, "refused")
    with pytest.raises(Refused, match="没有通过商业秘密审查"):
        case.publish()


def test_publication_stays_within_the_consented_channels(case):
    case.draft()
    case.consent()
    case.review()
    elsewhere = [{**PUBLISH["published_items"][0], "channel": "省厅门户"}]
    assert refused_at(case.publish, published_items=elsewhere) == {"published_items.0.channel"}


def test_a_new_draft_needs_a_new_consent(case):
    case.draft()
    case.consent()
    case.review(secret_review="contains", review_reason="配方", after_contains="redraft")
    case.draft(case_body="改过的正文")
    with pytest.raises(Refused, match="没有征得"):
        case.publish()


def test_after_withdrawal_nothing_is_published_and_what_was_published_is_taken_down(case):
    case.draft()
    case.consent()
    case.review()
    case.publish()
    case.withdraw()
    assert case.status == "taking_down"
    items = {"taken_down_items": [{"no": "1", "taken_down_on": "2024-05-20"}]}
    assert refused_at(lambda: case.do("take_down", "take_down", "city", items)) == {"take_down_proof"}
    case.do("take_down", "take_down", "city", {**items, "take_down_proof": FILE})
    assert case.status == "taken_down"


def test_withdrawn_before_publication_it_is_never_published(case):
    case.draft()
    case.consent()
    case.review()
    case.withdraw()
    with pytest.raises(Refused, match="撤回"):
        case.publish()
