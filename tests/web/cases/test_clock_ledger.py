"""办理时限 on the page of a case: what an office has used of its period, and when the clock stood (D14)."""

import re

import pytest

from tests.web import told as story

# 621124: sent in on 2024-05-07 (Tuesday), returned for correction on Monday 13 May; the notice of 11 May
# (a Saturday worked in exchange) counts.


def ledger(told, county):
    page = told.client_of("city_clerk", "621100").get(f"/cases/{told.case(county)}").text
    found = re.search(r'id="clocks-title".*?</section>', page, re.S)
    assert found is not None
    return re.sub(r"<[^>]+>", " ", found[0])


@pytest.mark.article("第十四条")
def test_a_returned_case_stops_the_clock_of_acceptance_and_says_so(told):
    shown = ledger(told, story.RETURNED)
    assert re.search(r"受理\s+第十四条\s*：已用 [1-5]／5 个工作日，已停", shown)
    assert "法定期限从不暂停" in shown
    told.play.until(2024, 6, 3)
    assert ledger(told, story.RETURNED) == shown  # three weeks with the county cost the city nothing


@pytest.mark.article("第十四条")
def test_a_running_clock_tells_what_is_left_and_then_what_is_exceeded(told):
    before = ledger(told, story.IN_REVIEW)
    assert re.search(r"初审\s+第十四条\s*：已用 \d+／20 个工作日，还有 \d+ 个工作日", before)
    assert "计时中" in before
    told.play.until(2024, 7, 1)
    assert "超出" in ledger(told, story.IN_REVIEW)
