"""第十六条: what calls for a re-examination, the city's opinion and the conclusion can be printed."""

import pytest

from clusters.reexamination import reexamination_documents
from tests.handlers.reexamining import Term, ending
from tests.handlers.stage import designated

pytestmark = pytest.mark.article("第十六条")


def near_its_end(stage):
    cluster_no = designated(stage)
    ending(stage, cluster_no)
    return cluster_no


@pytest.fixture(scope="module")
def steps():
    return near_its_end


@pytest.fixture
def term(stage, scene):
    return Term(stage, scene[1])


def papers(term):
    with term.stage.reading() as session:
        return {name: sheet for name, (_, sheet) in reexamination_documents.sheets(session, term.key)}


def test_each_paper_is_there_when_what_it_says_is(term):
    term.opened()
    assert set(papers(term)) == {"call"}
    term.stage.on("2025-09-01")
    term.fill()
    term.submit()
    term.inspect()
    term.check()
    term.review()
    assert set(papers(term)) == {"call", "opinion"}
    term.decide()
    assert set(papers(term)) == {"call", "opinion", "conclusion"}


def test_the_call_says_until_when_and_what_to_prepare_and_has_a_receipt_to_sign(term):
    term.opened()
    call = papers(term)["call"]
    text = "".join(call.paragraphs)
    for words in ("2025年9月10日届满", "规划各项目标", "2025年9月10日前"):
        assert words in text
    assert (call.number, "送达回证" in call.footnotes[0]) == ("示例通知〔2025〕3号", True)


def test_the_opinion_speaks_of_every_target_of_the_plan(term):
    term.reviewed()
    opinion = papers(term)["opinion"]
    assert opinion.title == "市州复核意见"
    assert len(opinion.tables[0].rows) == len(term.targets())
    assert any("建议通过复核" in line for line in opinion.paragraphs)


def test_a_pass_names_the_further_term(term):
    term.reviewed()
    term.decide()
    assert "2025年9月11日至2028年9月10日" in "".join(papers(term)["conclusion"].paragraphs)


def test_a_failure_tells_that_a_notice_and_a_hearing_come_first(term):
    term.reviewed()
    term.decide("fail")
    assert "陈述申辩" in "".join(papers(term)["conclusion"].paragraphs)
