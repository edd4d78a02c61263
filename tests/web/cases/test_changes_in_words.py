"""What changed in a correction, and what a reviewer corrected, read in the words of the form (art. 14)."""

import re

import sqlalchemy as sa

from clusters.applications import applications
from engine.models import Draft
from qilian.sandbox import papers
from tests.web.told import IN_REVIEW, RETURNED

CITY = "621100"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def resubmitted(told):
    """The returned application, mended in a text and in a figure, sent in again."""
    case = told.playing(RETURNED)
    with told.database.read() as session:
        data, _ = applications.effective_application(session, case.id)
    rows = [{**row} for row in data["indicators"]]
    rows[-1]["leading_output"] = "230000.00"
    answers = [{"no": n, "answer": f"已补充（{n}）"} for n in (1, 2)]
    mended = {**data, "area_basis": "示例批复〔2021〕1号，2021年3月1日", "indicators": rows}
    told.play.act(case, "fill_application", lambda blank: {**mended, "correction_answers": answers})
    told.play.act(case, "approve_application", lambda _: papers.approval(case.photos[0]))
    return case


def test_the_difference_after_a_correction_is_read_in_labels_and_values(told):
    case = resubmitted(told)
    page = text_of(told.client_of("city_clerk", CITY).get(f"/cases/{case.id}").text)
    assert "补正前后的差异 2 处" in page
    assert "面积依据文件 示例批复〔2021〕1号 示例批复〔2021〕1号，2021年3月1日" in page
    assert "年度指标（2023）·主导产业产值 226,000.00 230,000.00" in page
    assert "area_basis" not in page
    assert "{'no'" not in page


def test_the_county_reads_which_figure_was_corrected_in_words(told):
    case = resubmitted(told)
    told.play.act(case, "accept_application", papers.acceptance)
    told.play.act(case, "consult_departments", lambda blank: papers.replies(blank, told.play.today))
    inspect(told, case)
    cut = {"field": "indicators.3.leading_output", "to": "225000.00", "reason": "核减（虚构）"}
    told.play.act(
        case, "preliminary_review", lambda blank: {**papers.review(blank), "data_corrections": [cut]}
    )
    page = text_of(told.client_of("county_clerk", RETURNED).get(f"/cases/{case.id}").text)
    assert "年度指标（2023）·主导产业产值 230,000.00 225,000.00 核减（虚构）" in page
    assert "indicators.3" not in page


def inspect(told, case):
    names = told.play.names("city_inspector", CITY)
    with told.database.read() as session:
        data, _ = applications.effective_application(session, case.id)
    record = papers.inspection(data, names, "核查组（虚构）", told.play.today, case.file, case.photos)
    told.play.act(case, "city_onsite_check", lambda _: record)


def test_a_reviewer_finds_the_figure_to_correct_by_its_name(told):
    case = told.case(IN_REVIEW)
    told.play.act(
        told.playing(IN_REVIEW), "consult_departments", lambda b: papers.replies(b, told.play.today)
    )
    inspect(told, told.playing(IN_REVIEW))
    item = told.item(case, "preliminary_review")
    clerk = told.client_of("city_clerk", CITY, "定西市市级经办甲")
    page = clerk.get(f"/tasks/{item}").text
    assert '<option value="年度指标（2023）·主导产业产值">' in page
    named = {
        "data_corrections.0._row": "1",
        "data_corrections.0.field": "年度指标（2023）·主导产业产值",
        "data_corrections.0.to": "225000",
        "action": "save",
    }
    saved = clerk.post(f"/tasks/{item}", data=named).text
    assert 'value="年度指标（2023）·主导产业产值" id="f-data_corrections.0.field"' in saved
    with told.database.read() as session:
        draft = session.scalars(sa.select(Draft).where(Draft.item_id == item)).one()
    assert draft.data["data_corrections"][0]["field"] == "indicators.3.leading_output"
