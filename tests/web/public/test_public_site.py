"""The public site: what stands on it on which day, what never does, and its data (art. 15, 16, 21)."""

import csv
import hashlib
import json
import re
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import sqlalchemy as sa
from lxml import etree

from clusters.annex.standard import Standard
from clusters.applications.models import Application
from clusters.people.models import Person
from clusters.register import register_status
from clusters.register.models import Cluster, Notice
from engine import audit
from engine.clock import SHANGHAI, end_of
from engine.models import Instance, Submission
from qilian.config import SEEDS
from tests.web.addresses import get

NOTICE, CLUSTER = "GSGS-2024-01", "GS-JQ-2023-001"
ATOM = "{http://www.w3.org/2005/Atom}"
LAST_DAY = date(2026, 10, 12)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def page(told, path):
    answer = told.anybody().get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def main(told, path):
    return page(told, path).partition("<main")[2].partition("</main>")[0]


def change(told, model, **values):
    with told.database.write() as session:
        session.execute(sa.update(model).values(**values))


# --- what never stands there ------------------------------------------------------------------


def test_no_public_page_names_a_case_a_person_or_anything_inside(walk):
    secrets = [Application.case_no, Person.name, Instance.id, Submission.id]
    with walk.told.database.read() as session:
        known = [value for column in secrets for value in session.scalars(sa.select(column))]
    assert len(walk.public_pages()) >= 14
    for address in walk.public_pages():
        text = get(walk.told.anybody(), address).get_data(as_text=True)
        assert [value for value in known if value in text] == [], address


def test_an_unknown_page_is_not_found_in_chinese_and_in_the_public_frame(told):
    for path in (
        "notices/GSGS-1999-01",
        "notices/x/text",
        "notices/x/objection",
        "register/x",
        "standard/x",
        "y",
    ):
        answer = told.anybody().get(f"/public/{path}")
        assert answer.status_code == 404, path
        assert "没有找到" in answer.text
        assert "信息公开首页" in answer.text
        assert "待办" not in answer.text


def test_head_answers_as_get_without_a_body(walk):
    for address in walk.public_pages():
        answer = walk.told.anybody().head(address.path)
        assert (answer.status_code, answer.data) == (200, b""), address


def test_robots_find_what_is_published_and_no_form(told):
    text = page(told, "/robots.txt")
    for line in ("Allow: /public", "Disallow: /public/objections", "Disallow: /"):
        assert line in text.splitlines()
    assert 'name="robots" content="noindex"' in page(told, f"/public/notices/{NOTICE}/objection")


# --- notices ----------------------------------------------------------------------------------


@pytest.mark.article("第十五条")
def test_a_notice_says_first_and_last_day_and_hour_and_how_to_object(told):
    text = page(told, f"/public/notices/{NOTICE}")
    with told.database.read() as session:
        contact = session.get(Notice, NOTICE).contact
    hours = ["2024年5月16日 09:00", "2024年5月17日（周五） 0:00", "2024年5月23日（周四） 24:00"]
    more = ["还有 3 个工作日截止", "以厅门户网站为准", "末日下班前", "虚构"]
    assert [said for said in (*hours, *more, *contact.values()) if said not in text] == []


def test_the_footer_carries_the_hash_of_the_frozen_text_and_the_head_of_the_audit_chain(told):
    with told.database.write() as session:
        audit.seal(session, told.services.audit_key)
        seal, sequence = audit.head(session)
    frozen = told.anybody().get(f"/public/notices/{NOTICE}/text")
    footer = page(told, f"/public/notices/{NOTICE}").partition("<footer")[2]
    assert hashlib.sha256(frozen.data).hexdigest() in footer
    assert sequence > 0
    assert f"第 {sequence} 条 <code>{seal}</code>" in footer


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2024-05-22T09:00", "还有 1 个工作日截止"),
        ("2024-05-23T23:59", "今天 24:00 截止"),
        ("2024-05-24T00:00", "公示已期满"),
    ],
)
def test_a_notice_is_over_at_24_00_of_its_last_day(told, moment, said):
    told.clock.set(at(moment))
    assert said in page(told, f"/public/notices/{NOTICE}")
    is_listed_first = page(told, "/public/notices").partition("已经期满")[0]
    assert (NOTICE in is_listed_first) == ("期满" not in said)


@pytest.mark.article("第十五条")
def test_an_outage_and_the_extension_it_caused_are_told_and_the_text_stays_frozen(told):
    before = told.anybody().get(f"/public/notices/{NOTICE}/text").data
    outage = {"starts_on": "2024-05-17", "ends_on": "2024-05-17", "reason": "机房停电"}
    clerk = told.client_of("prov_clerk")
    assert clerk.post(f"/notices/{NOTICE}/interruptions", data=outage).status_code == 303
    text = page(told, f"/public/notices/{NOTICE}")
    assert "机房停电" in text
    assert "顺延 <strong>1 个工作日</strong>，末日现为 2024年5月24日（周五）" in text
    assert told.anybody().get(f"/public/notices/{NOTICE}/text").data == before


def test_a_provisional_last_day_is_marked_and_ends_nothing(told):
    change(told, Notice, provisional=True)
    told.clock.set(at("2024-06-03T09:00"))
    text = page(told, f"/public/notices/{NOTICE}")
    assert 'class="provisional"' in text
    assert "公示已期满" not in text
    assert "截止日暂定" in text


# --- the register -----------------------------------------------------------------------------


@pytest.mark.article("第十六条")
@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (end_of(LAST_DAY) - timedelta(seconds=1), "有效"),
        (end_of(LAST_DAY), "有效期已届满"),
    ],
)
def test_a_cluster_is_valid_until_24_00_of_its_last_day_on_every_page_and_in_the_data(told, moment, state):
    told.clock.set(moment)
    assert re.search(rf'badge-state is-\w+">{state}<', page(told, f"/public/register/{CLUSTER}"))
    assert re.search(rf'badge-state is-\w+">{state}<', page(told, "/public/register"))
    (row,) = csv.DictReader(StringIO(page(told, "/public/register/clusters.csv").lstrip("\ufeff")))
    (entry,) = json.loads(page(told, "/public/register/clusters.json"))["clusters"]
    is_valid = state == "有效"
    assert (row["状态"], row["当日是否有效"]) == (state, "是" if is_valid else "否")
    assert (entry["state"], entry["holds"]) == (state, is_valid)
    assert f"现有 <strong>{int(is_valid)}</strong> 个" in page(told, "/public")


@pytest.mark.article("第十九条")
def test_a_proposed_revocation_is_told_to_nobody_before_it_is_decided(told):
    before = main(told, f"/public/register/{CLUSTER}")
    with told.database.write() as session:
        cluster, now = session.get(Cluster, CLUSTER), told.services.now()
        day = told.services.today()
        register_status.move(session, cluster, "revocation_proposed", on=day, at=now, why="拟撤销（试）")
    assert main(told, f"/public/register/{CLUSTER}") == before
    assert "拟撤销" not in page(told, "/public/register/feed.atom") + page(told, "/public")
    with told.database.write() as session:
        cluster = session.get(Cluster, CLUSTER)
        register_status.move(
            session, cluster, "revoked", on=day, at=now, why="撤销称号", doc_no="示例撤〔2024〕1号"
        )
    text = page(told, f"/public/register/{CLUSTER}")
    assert "已撤销" in text
    assert "示例撤〔2024〕1号" in text
    assert "撤销称号" in page(told, "/public/register/feed.atom")


@pytest.mark.parametrize(
    ("filters", "count"),
    [("q=中药材", 1), ("q=没有的", 0), ("city=621100", 1), ("city=620100", 0), ("state=holds", 1),
     ("state=revoked", 0), ("city=%27&state=x", 1)],
)  # fmt: skip
def test_the_register_is_searched_by_words_city_and_state(told, filters, count):
    assert json.loads(page(told, f"/public/register/clusters.json?{filters}"))["count"] == count
    assert (CLUSTER in page(told, f"/public/register?{filters}")) == bool(count)


def test_a_name_is_no_formula_and_no_markup(told):
    change(told, Cluster, name="=1+1<b>\x0b", leading_industry="＠SUM(A1)")
    row = page(told, "/public/register/clusters.csv")
    assert ",'=1+1<b>" in row
    assert ",'＠SUM(A1)," in row
    assert "<b>" not in main(told, f"/public/register/{CLUSTER}")
    feed = etree.fromstring(told.anybody().get("/public/register/feed.atom").data)
    assert any(title.text.startswith("=1+1<b>：") for title in feed.iter(f"{ATOM}title"))


@pytest.mark.parametrize("name", ["clusters.csv", "clusters.json", "feed.atom"])
def test_data_that_has_not_changed_is_not_sent_again(told, name):
    first = told.anybody().get(f"/public/register/{name}")
    tag = {"If-None-Match": first.headers["ETag"]}
    again = told.anybody().get(f"/public/register/{name}", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    change(told, Cluster, name="另一个名称")
    assert told.anybody().get(f"/public/register/{name}", headers=tag).status_code == 200


def test_every_field_of_the_data_is_documented(told):
    documented = page(told, "/public/register/fields")
    heading = page(told, "/public/register/clusters.csv").lstrip("\ufeff").splitlines()[0].split(",")
    entry = json.loads(page(told, "/public/register/clusters.json"))["clusters"][0]
    assert len(heading) == len(entry) + 1
    for name in (*heading, *entry):
        assert f">{name}<" in documented, name


def test_the_feed_has_what_atom_asks_for(told):
    def read(base):
        return etree.fromstring(told.anybody().get("/public/register/feed.atom", base_url=base).data)

    feed, elsewhere = read("https://one.example"), read("https://two.example")
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert ids == [element.text for element in elsewhere.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == 4
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", text) for text in ids)
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    links = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert all(link.startswith("https://one.example/public") for link in links)
    assert feed.find(f"{ATOM}link[@rel='self']") is not None
    for holder in (feed, *feed.iter(f"{ATOM}entry")):
        assert holder.find(f"{ATOM}title").text
        assert datetime.fromisoformat(holder.find(f"{ATOM}updated").text).tzinfo
    dates = [entry.find(f"{ATOM}updated").text for entry in feed.iter(f"{ATOM}entry")]
    assert dates == sorted(dates, reverse=True)


# --- the standard -----------------------------------------------------------------------------


@pytest.mark.article("附件一")
def test_every_criterion_is_told_in_words_with_its_threshold(told):
    text = page(told, "/public/standard")
    seed = Standard.load(SEEDS / "standards" / "gs-2023.toml")
    rows = dict(re.findall(r'<span class="quiet">(C[\d.]+)</span>(.*?)</tr>', text, re.DOTALL))
    assert list(rows) == [criterion.id for criterion in seed.criteria]
    for name, words in {
        "C1.4": ("≤ 100 平方公里", "正好等于即符合"),
        "C1.6": ("近 3 年每一年都不低于 200,000 万元", "看每一年，不看平均数"),
        "C1.7": ("≥ 70%", "正好达到即符合"),
        "C1.8": ("&gt; 70%", "正好等于不符合"),
        "C2": ("≥ 1 家 或 ≥ 6 家", "具备其一即可"),
        "C3.2": ("人工判断",),
    }.items():
        assert [w for w in words if w not in rows[name]] == [], name


@pytest.mark.article("第二十一条")
@pytest.mark.parametrize(("moment", "is_lapsed"), [("2026-01-16T23:59", False), ("2026-01-17T00:00", True)])
def test_the_lapse_of_the_rule_is_said_plainly(told, moment, is_lapsed):
    told.clock.set(at(moment))
    text = page(told, "/public/standard")
    assert ("目前不开放新的申报批次" in text) == is_lapsed
    assert ("已经认定的集群在各自的有效期内继续有效" in text) == is_lapsed
    assert main(told, "/public/standard/gs-2023") in text
