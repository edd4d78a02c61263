"""Paper: every sheet says which case it belongs to and carries the hash of what it says."""

import re

import pytest
import sqlalchemy as sa

from clusters.applications import applications
from clusters.batches.models import Recommendation
from engine.models import Submission
from qilian.sandbox import papers
from tests.web.told import (
    AT_THRESHOLD,
    BATCH_2023,
    BATCH_IN_NOTICE,
    IN_NOTICE,
    IN_REVIEW,
    NOTICE,
    OPEN_BATCH,
    RETURNED,
    WAITING,
)

CITY = "621100"
HASH = re.compile(r"内容校验 SHA-256：([0-9a-f]{8,})")


def submissions(told, county):
    with told.database.read() as session:
        query = sa.select(Submission).where(Submission.instance_id == told.case(county))
        return session.scalars(query.order_by(Submission.number)).all()


def letter(told):
    with told.database.read() as session:
        query = sa.select(Recommendation).where(Recommendation.batch_key == BATCH_IN_NOTICE)
        return session.scalars(query).one()


def sheets(told):
    """Who prints which address, the case or batch it belongs to, and words that have to stand on it."""
    review, opinion = f"/cases/{told.case(IN_REVIEW)}/print", f"/cases/{told.case(WAITING)}/print/opinion"
    correction = f"/cases/{told.case(RETURNED)}/print/correction/1"
    batch, last_year = f"/batches/{BATCH_IN_NOTICE}/print", f"/batches/{BATCH_2023}/print/decision"
    number = {county: told.application(county).case_no for county in (IN_REVIEW, WAITING, RETURNED)}
    listed = told.application(IN_NOTICE).cluster_name
    return {
        "application": ("city_clerk", f"{review}/application", number[IN_REVIEW], "认定标准自查表"),
        "correction": ("city_clerk", correction, number[RETURNED], "批复日期"),
        "consultation": ("city_clerk", f"{review}/department/税务", number[IN_REVIEW], "税务部门"),
        "opinion": ("prov_clerk", opinion, number[WAITING], "建议推荐"),
        "letter": ("prov_clerk", f"{batch}/letters/{letter(told).id}", BATCH_IN_NOTICE, listed),
        "notice": ("prov_clerk", f"/notices/{NOTICE}/print", BATCH_IN_NOTICE, listed),
        "decision": ("prov_clerk", last_year, BATCH_2023, "渭源县中药材集群（虚构）"),
    }


NAMES = ("application", "correction", "consultation", "opinion", "letter", "notice", "decision")


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_says_its_case_and_its_hash(told, name):
    role, address, case_no, words = sheets(told)[name]
    answer = told.client_of(role, "621100" if role == "city_clerk" else None).get(address)
    assert answer.status_code == 200
    assert f"办件编号：{case_no}" in answer.text
    assert HASH.search(answer.text)
    assert words in answer.text


def test_the_hash_of_a_sheet_is_the_same_every_time_and_another_for_other_words(told):
    clerk = told.client_of("city_clerk", "621100")
    address = f"/cases/{told.case(IN_REVIEW)}/print/department/"
    tax, tax_again, credit = (HASH.search(clerk.get(address + d).text)[1] for d in ("税务", "税务", "信用"))
    assert tax == tax_again != credit


def test_a_letter_goes_to_one_of_the_six_departments_only(told):
    clerk = told.client_of("city_clerk", "621100")
    assert clerk.get(f"/cases/{told.case(IN_REVIEW)}/print/department/任意").status_code == 404


def test_every_filed_form_is_printed_with_its_own_hash(told):
    clerk = told.client_of("prov_clerk")
    for filed in submissions(told, WAITING):
        page = clerk.get(f"/cases/{filed.instance_id}/records/{filed.id}/print")
        assert page.status_code == 200
        assert filed.content_hash.startswith(HASH.search(page.text)[1]), filed.element


def test_a_blank_form_is_printed_for_every_open_task_and_shows_no_answer(told):
    item = told.item(told.case(AT_THRESHOLD), "fill_application")
    clerk = told.client_of("county_clerk", AT_THRESHOLD)
    blank, filled = (clerk.get(f"/tasks/{item}/print{which}") for which in ("?blank=1", ""))
    assert (blank.status_code, filled.status_code) == (200, 200)
    assert "陇西县中医药集群（虚构）" in filled.text
    assert "陇西县中医药集群（虚构）" not in blank.text
    assert not HASH.search(blank.text)  # nothing is filed yet


def test_what_is_not_there_yet_cannot_be_printed(told):
    clerk = told.client_of("prov_clerk")
    review, drafting = told.case(IN_REVIEW), told.case(AT_THRESHOLD)
    missing = [
        f"/cases/{review}/print/opinion",
        f"/cases/{review}/print/correction/1",
        f"/cases/{drafting}/print/application",
        f"/batches/{BATCH_IN_NOTICE}/print/decision",
        f"/batches/{BATCH_2023}/print/letters/{letter(told).id}",
    ]
    assert [clerk.get(address).status_code for address in missing] == [404] * len(missing)


def test_the_opinion_names_each_criterion_with_its_figure_its_unit_and_what_is_asked(told):
    shown = told.client_of("prov_clerk").get(f"/cases/{told.case(WAITING)}/print/opinion").text
    assert "C1.8 主导产业占比" in shown
    assert "高于 70%" in shown
    assert "万元" in shown


def test_department_and_day_sign_the_printed_notice(told):
    shown = told.client_of("prov_clerk").get(f"/notices/{NOTICE}/print").text
    assert '<p class="paper-signature">甘肃省工业和信息化厅</p>' in shown
    assert '<p class="paper-signature">2024年5月16日</p>' in shown


def test_the_years_of_the_indicators_are_printed_as_columns(told):
    page = told.client_of("city_clerk", CITY).get(f"/cases/{told.case(IN_REVIEW)}/print/application").text
    indicators = page[page.index("八方面指标数据") : page.index("企业名单</h2>")]
    years = "".join(f'<th class="num">{year}</th>' for year in range(2020, 2024))
    assert f"<th>年度</th>{years}" in indicators
    assert indicators.count("<table") == 1


def test_the_book_has_room_for_each_office_to_sign_and_seal(told):
    page = told.client_of("city_clerk", CITY).get(f"/cases/{told.case(IN_REVIEW)}/print/application").text
    seals = page[page.index("各级意见与盖章") :]
    assert seals.count("单位（盖章）") == 3
    assert "内容属实，同意上报。" in seals.partition("市（州）")[0]
    assert "年　　月　　日" in seals.partition("市（州）")[2]


def test_places_are_printed_by_their_names(told):
    page = told.client_of("city_clerk", CITY).get(f"/cases/{told.case(IN_REVIEW)}/print/application").text
    assert "安定区（621102）" in page


def test_the_letter_of_recommendation_is_printed_before_it_is_sealed(told):
    batch = f"{OPEN_BATCH}/{CITY}"
    recommendable(told)
    item = told.item(told.instance(batch), "recommend")
    leader = told.client_of("city_leader", CITY)
    case_no = told.application(IN_REVIEW).case_no
    with told.services.engine.desk(told.person("city_leader", CITY)) as desk:
        row = {"case_no": case_no, "recommend": True, "rank": 1}
        desk.save_draft(
            item, {"items": [row], "letter_no": "示例工信发〔2024〕7号", "letter_date": "2024-05-20"}
        )
    letter = leader.get(f"/tasks/{item}/print?letter=1").text
    assert "关于推荐2024年度第二批" in letter
    assert "示例工信发〔2024〕7号" in letter
    assert case_no in letter


def test_a_letter_to_a_department_says_by_when_to_reply_and_when_it_was_written(told):
    letter = (
        told.client_of("city_clerk", CITY).get(f"/cases/{told.case(IN_REVIEW)}/print/department/税务").text
    )
    assert "请于2024年6月6日前函复我局。" in letter
    assert '<p class="paper-signature">2024年5月20日</p>' in letter


def recommendable(told):
    case = told.playing(IN_REVIEW)
    told.play.act(case, "consult_departments", lambda blank: papers.replies(blank, told.play.today))
    with told.database.read() as session:
        data, _ = applications.effective_application(session, case.id)
    names = told.play.names("city_inspector", CITY)
    record = papers.inspection(data, names, "核查组（虚构）", told.play.today, case.file, case.photos)
    told.play.act(case, "city_onsite_check", lambda _: record)
    told.play.act(case, "preliminary_review", papers.review)
    told.play.act(case, "sign_review", lambda _: papers.signature())
