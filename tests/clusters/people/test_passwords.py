"""Passwords: at least ten characters, three of four classes, none of the last five."""

import pytest

from clusters.people import passwords


def messages(password, login="zhangsan", past=()):
    return [p.message for p in passwords.password_problems(password, login, list(past))]


@pytest.mark.parametrize("good", ["Longxi2024", "longxi-2024", "LONGXI-2024", "Longxi-xian"])
def test_ten_characters_of_three_classes_are_accepted(good):
    assert messages(good) == []


def test_nine_characters_are_refused():
    assert any("长度" in m for m in messages("Longxi202"))


@pytest.mark.parametrize("poor", ["longxi2024", "LONGXIXIAN", "2024-05-20", "陇西县工信局二〇二四年"])
def test_two_classes_are_refused(poor):
    assert any("三类" in m for m in messages(poor))


def test_a_password_holding_the_login_is_refused():
    assert any("登录名" in m for m in messages("ZhangSan-2024"))


def test_one_of_the_last_five_is_refused_and_the_sixth_is_not():
    hashes = [passwords.hash_password(f"Longxi-202{n}") for n in range(6)]
    assert any("最近" in m for m in messages("Longxi-2024", past=hashes))
    assert messages("Longxi-2025", past=hashes) == []


def test_the_hash_is_argon2id_with_19_mib_and_two_passes():
    assert passwords.hash_password("Longxi-2024").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_right_password_matches_and_nobody_matches_an_unknown_account():
    stored = passwords.hash_password("Longxi-2024")
    assert passwords.matches(stored, "Longxi-2024")
    assert not passwords.matches(stored, "Longxi-2025")
    assert not passwords.matches(None, "nobody-has-this-password")


def test_initial_passwords_keep_the_rules_and_differ():
    made = {passwords.initial_password() for _ in range(50)}
    assert len(made) == 50
    assert all(passwords.password_problems(p, "zhangsan", []) == [] for p in made)
