"""Whoever comes to the sandbox's door is told how to get in; in real work nobody is."""


def test_the_sign_in_page_of_the_sandbox_says_that_no_password_is_needed(told):
    text = told.anybody().get("/", follow_redirects=True).text
    assert "不用密码" in text
    assert 'href="/sandbox/tour"' in text


def test_the_sign_in_page_of_real_work_says_nothing_of_it(world):
    assert "不用密码" not in world.anybody().get("/sign-in").text
