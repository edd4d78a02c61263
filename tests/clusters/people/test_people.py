"""Accounts: roles at home in their level, lock-out after five failures, passwords changed and reset."""

from datetime import UTC, datetime, timedelta

import pytest

from clusters.people import organisations, people
from engine.errors import NotAllowed, Refused

NOW = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def county(database):
    with database.write() as session:
        organisations.seed(session)
        return organisations.of_region(session, "county", "621122").id


@pytest.fixture
def account(database, county):
    return people.add(database, "ZhangSan", "张三（示例）", county, ["county_clerk"], NOW)


def sign_in(database, password, at=NOW):
    return people.sign_in(database, "zhangsan", password, at)


def fail(database, times, at=NOW):
    return [sign_in(database, "wrong-Password-1", at).reason for _ in range(times)]


def test_the_initial_password_opens_once_it_must_be_changed(database, account):
    result = sign_in(database, account.initial_password)
    assert result.ok
    assert result.must_change_password
    assert result.person_id == account.person_id


def test_the_login_is_the_same_in_any_case(database, account):
    assert people.sign_in(database, " ZHANGSAN ", account.initial_password, NOW).ok


def test_a_login_name_is_given_once(database, account, county):
    with pytest.raises(Refused, match="已被使用"):
        people.add(database, "zhangsan", "李四（示例）", county, ["county_clerk"], NOW)


@pytest.mark.parametrize("role", ["city_clerk", "prov_leader", "expert", "no_such_role"])
def test_a_county_person_cannot_hold_a_role_of_another_level(database, county, role):
    with pytest.raises(Refused):
        people.add(database, "lisi", "李四（示例）", county, [role], NOW)


def test_the_three_administrators_are_three_people(database, county):
    with database.read() as session:
        province = organisations.of_region(session, "province", "620000").id
    with pytest.raises(Refused, match="不同人员"):
        people.add(database, "root", "王五（示例）", province, ["sys_admin", "audit_admin"], NOW)


def test_one_person_may_hold_several_roles_of_the_level(database, account):
    with database.write() as session:
        people.set_roles(session, account.person_id, ["county_clerk", "county_leader"])
    with database.read() as session:
        assert organisations.roles_of(session, account.person_id) == ["county_clerk", "county_leader"]


def test_four_failures_leave_the_account_open_and_the_fifth_locks_it(database, account):
    assert fail(database, 4) == ["wrong"] * 4
    assert sign_in(database, account.initial_password).ok
    assert fail(database, 5) == ["wrong"] * 4 + ["locked"]
    locked = sign_in(database, account.initial_password)
    assert locked.reason == "locked"
    assert locked.locked_until == NOW + timedelta(minutes=30)


def test_the_lock_holds_29_minutes_59_and_opens_after_30(database, account):
    fail(database, 5)
    almost = NOW + timedelta(minutes=30) - timedelta(seconds=1)
    assert sign_in(database, account.initial_password, almost).reason == "locked"
    assert sign_in(database, account.initial_password, NOW + timedelta(minutes=30)).ok


def test_after_the_lock_five_new_failures_are_needed(database, account):
    fail(database, 5)
    later = NOW + timedelta(minutes=30)
    assert fail(database, 4, later) == ["wrong"] * 4


def test_an_unknown_login_is_told_the_same_as_a_wrong_password(database, account):
    assert people.sign_in(database, "nobody", "wrong-Password-1", NOW).reason == "wrong"


def test_a_disabled_account_does_not_open_and_says_so_only_with_the_right_password(database, account):
    with database.write() as session:
        people.disable(session, account.person_id, NOW)
    assert sign_in(database, account.initial_password).reason == "disabled"
    assert sign_in(database, "wrong-Password-1").reason == "wrong"


def test_a_changed_password_replaces_the_old_one(database, account):
    people.change_password(database, account.person_id, account.initial_password, "Weiyuan-2024", NOW)
    assert sign_in(database, account.initial_password).reason == "wrong"
    result = sign_in(database, "Weiyuan-2024")
    assert result.ok
    assert not result.must_change_password


def test_a_change_needs_the_old_password(database, account):
    with pytest.raises(Refused, match="原密码"):
        people.change_password(database, account.person_id, "wrong-Password-1", "Weiyuan-2024", NOW)


def test_the_initial_password_counts_in_the_history(database, account):
    with pytest.raises(Refused, match="最近"):
        people.change_password(
            database, account.person_id, account.initial_password, account.initial_password, NOW
        )


def test_a_reset_unlocks_and_must_be_changed_again(database, account):
    fail(database, 5)
    fresh = people.reset_password(database, account.person_id, "somebody-else", NOW)
    result = sign_in(database, fresh.initial_password)
    assert result.ok
    assert result.must_change_password


def test_nobody_resets_their_own_password(database, account):
    with pytest.raises(NotAllowed):
        people.reset_password(database, account.person_id, account.person_id, NOW)
