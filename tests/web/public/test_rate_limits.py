"""Counting strangers on both databases: no count is lost between writers, none outlives its span."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.clock import system_now
from tests.web.world import World
from web.models import RateCount
from web.public import rate_limits, robot_check
from web.public.rate_limits import Limit, TooOften

FOUR = Limit("four", 4, timedelta(hours=1))


@pytest.fixture
def site(database_url, tmp_path):
    opened = World(database_url, tmp_path)
    yield opened
    opened.database.dispose()


def passes(site, limit=FOUR, subject="203.0.113.7"):
    with site.app.app_context():
        try:
            rate_limits.count([(limit, subject)])
        except TooOften:
            return False
        return True


def test_of_ten_at_once_as_many_pass_as_the_limit_says(site, monkeypatch):
    now = system_now()
    monkeypatch.setattr(rate_limits, "system_now", lambda: now)
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda _: passes(site), range(10)))
    assert found.count(True) == 4
    assert passes(site, subject="203.0.113.8")


def test_a_new_span_begins_anew_and_nothing_is_kept_of_the_old_one(site, monkeypatch):
    now = system_now()
    monkeypatch.setattr(rate_limits, "system_now", lambda: now)
    assert [passes(site) for _ in range(5)] == [True] * 4 + [False]
    monkeypatch.setattr(rate_limits, "system_now", lambda: now + FOUR.per + timedelta(seconds=1))
    assert passes(site)
    with site.database.read() as session:
        kept = session.scalars(sa.select(RateCount)).all()
    assert [row.count for row in kept] == [1]
    assert "203.0.113" not in kept[0].key


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("", None),
        (None, None),
    ],
)
def test_whoever_has_a_whole_network_counts_once_and_this_machine_not_at_all(address, counted_as):
    assert rate_limits.visitor(address) == counted_as


def test_of_two_who_send_the_same_form_at_once_one_is_first(site):
    with site.app.app_context():
        token = robot_check.begin().token

    def send(_):
        with site.app.app_context(), site.database.write() as session:
            told = robot_check.use(session, token)
            if told is None:
                robot_check.answered(session, token, "GSYY-2024-0001 K7QM")
            return told

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(send, range(4)))
    assert sorted(found, key=str) == ["GSYY-2024-0001 K7QM"] * 3 + [None]
