"""A case study through the web: begun from the register, taken down when a consent ends (art. 11)."""

from datetime import datetime

import pytest
import sqlalchemy as sa

from clusters.people import organisation_names
from clusters.people.models import Person
from clusters.publicity import publicity
from clusters.publicity.models import PublicityCase
from clusters.register.models import Cluster
from engine import messages
from engine.models import Instance
from tests.web.told import DESIGNATED

pytestmark = pytest.mark.article("第十一条")
FILE = [{"id": "f", "name": "件.pdf", "sha256": "a" * 64, "size": 1, "media_type": "application/pdf"}]
CITY = "621100"


class Study:
    """A case study of the told cluster, its steps done by those whose turn it is."""

    def __init__(self, told):
        self.told = told
        with told.database.read() as session:
            cluster = session.scalars(sa.select(Cluster)).one()
            self.cluster_no, self.operator = cluster.cluster_no, publicity.operator_name(cluster)
        self.county = told.client_of("county_clerk", DESIGNATED)
        answer = self.county.post(f"/register/{self.cluster_no}/publicity")
        assert answer.status_code == 303, answer.text
        self.case = answer.location.rpartition("/")[2]

    def do(self, element, role, scope, **data):
        by = self.told.person(role, scope)
        self.told.services.engine.complete(self.told.item(self.case, element), by=by, data=data)

    def agreed(self, channels=("新媒体",), until=None):
        self.do(
            "draft_case", "county_clerk", DESIGNATED, case_title="数字化改造（虚构）", case_body="正文",
            case_theme=["数字化"], channels_wished=list(channels), involved_enterprises=[],
        )  # fmt: skip
        answer = {
            "consent_status": "granted", "consent_scope": list(channels), "consent_org": self.operator,
            "consent_signer": "示例", "signer_of_operator": True, "consent_file": FILE,
            "consent_date": self.today, "consent_valid_to": until, "enterprise_consents": [],
        }  # fmt: skip
        self.do("operator_consent", "operator_clerk", DESIGNATED, **answer)
        return self

    def published(self, until=None):
        self.agreed(until=until)
        self.do("secret_review", "city_leader", CITY, secret_review="none")
        line = {"channel": "新媒体", "url": "https://example.org/1", "published_on": self.today}
        self.do(
            "publish_case", "city_clerk", CITY, publish_decision="publish", published_items=[line],
            publication_proof=FILE,
        )  # fmt: skip
        return self

    def withdraw(self, client=None, **changes):
        data = {"withdrawn_by": "operator", "withdrawn_on": self.today, "reason": "", **changes}
        return (client or self.county).post(f"/cases/{self.case}/publicity/withdraw", data=data)

    @property
    def today(self):
        return self.told.services.today().isoformat()

    @property
    def outcome(self):
        with self.told.database.read() as session:
            return session.get_one(Instance, self.case).outcome

    @property
    def status(self):
        with self.told.database.read() as session:
            return session.scalars(sa.select(PublicityCase.status)).one()


@pytest.fixture
def study(told):
    return Study(told)


def test_a_withdrawn_consent_opens_the_task_to_take_down_with_its_due_date(told, study):
    study.published()
    register = f"/register/{study.cluster_no}"
    assert "https://example.org/1" in study.county.get(register).text
    address = f"/cases/{study.case}/publicity/withdraw"
    assert address in study.county.get(f"/cases/{study.case}").text
    assert study.operator in study.county.get(address).text
    assert study.withdraw().status_code == 303
    city = told.client_of("city_clerk", CITY)
    page = city.get(f"/tasks/{told.item(study.case, 'take_down')}").text
    assert "2024年5月23日" in page  # three working days after Monday 20 May
    assert "https://example.org/1" in page
    line = {"no": "1", "taken_down_on": study.today}
    study.do("take_down", "city_clerk", CITY, taken_down_items=[line], take_down_proof=FILE)
    assert (study.outcome, study.status) == ("taken_down", "taken_down")
    assert "下架）" in study.county.get(register).text
    assert address not in study.county.get(f"/cases/{study.case}").text


def test_the_consent_holds_through_its_last_day_and_not_beyond(told, study):
    study.published(until="2024-06-03")
    told.services.sandbox.advance_to(datetime.fromisoformat("2024-06-03T23:59:00+08:00"))
    assert study.status == "published"
    told.services.sandbox.advance_to(datetime.fromisoformat("2024-06-04T00:05:00+08:00"))
    assert study.status == "taking_down"
    assert told.item(study.case, "take_down")


def test_a_consent_withdrawn_before_publication_ends_the_case(study):
    study.agreed()
    assert study.withdraw().status_code == 303
    assert (study.outcome, study.status) == ("consent_withdrawn_early", "withdrawn")


def test_the_portal_is_the_provinces_to_review_and_publish_on(told, study):
    study.agreed(channels=("省厅门户",))
    assert told.item(study.case, "secret_review_province")


def test_a_lost_title_takes_nothing_down(told, study):
    study.published()
    with told.database.write() as session:
        no = session.scalars(sa.select(PublicityCase.no)).one()
        now = told.services.now()
        messages.post(session, now, None, source="t", name="title_lost", to=no, payload={})
    told.services.engine.settle()
    assert (study.status, study.outcome) == ("published", None)
    assert study.withdraw().status_code == 303
    assert told.item(study.case, "take_down")


@pytest.mark.parametrize("day", ["2024-05-19", "2024-05-21", "昨天"])
def test_a_withdrawal_is_not_dated_before_the_consent_or_in_the_future(study, day):
    study.published()
    assert study.withdraw(withdrawn_on=day).status_code == 422
    assert study.status == "published"


def another_operator(told):
    """Somebody of another body in the same county."""
    client = told.client_of("operator_clerk", DESIGNATED, "别家机构人员（示例）")
    with told.database.write() as session:
        now, name = told.services.now(), "别家机构（示例）"
        body = organisation_names.add(session, now, "test", "operator", DESIGNATED, name, "")
        session.query(Person).filter_by(name="别家机构人员（示例）").one().org_id = body.id
    return client


def test_an_operator_does_not_read_the_cases_of_anothers_cluster(told, study):
    study.published()
    own = told.client_of("operator_clerk", DESIGNATED)
    answer = another_operator(told).get(f"/cases/{study.case}")
    assert answer.status_code == 403
    assert "由其他机构运营" in answer.text
    assert own.get(f"/cases/{study.case}").status_code == 200


def test_strangers_begin_and_withdraw_nothing(told, study):
    study.published()
    other_operator = another_operator(told)
    for client in (other_operator, told.client_of("county_clerk", "621122")):
        assert study.withdraw(client).status_code == 403
    other_city = told.client_of("city_clerk", "620900")
    assert other_city.post(f"/register/{study.cluster_no}/publicity").status_code == 403
    assert study.status == "published"
