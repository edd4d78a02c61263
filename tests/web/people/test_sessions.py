"""Signed in on the server: what a copied cookie, an idle hour, a fourth browser and guessing come to."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from clusters.people import people
from clusters.people.models import Person
from engine.clock import system_now
from tests.web.world import PASSWORD
from web.app import create_app
from web.models import SignInSession
from web.people import sessions

NEW_PASSWORD = "Baiyin-2024#y"


@pytest.fixture
def clerk(world):
    return world.person("city_clerk", "621100")


def login_of(world, person_id):
    with world.database.read() as session:
        return session.get(Person, person_id).login


def sign_in(world, person_id, password=PASSWORD, client=None):
    """A browser in which somebody has typed the password, and the answer."""
    client = client or world.anybody()
    return client, client.post(
        "/sign-in", data={"login": login_of(world, person_id), "password": password, "next": "/cases"}
    )


def is_signed_in(client):
    return client.get("/").status_code == 200


def age(world, **when):
    with world.database.write() as session:
        session.execute(sa.update(SignInSession).values(**when))


def test_the_right_password_leads_on_to_where_one_wanted_to_go(world, clerk):
    client, answer = sign_in(world, clerk)
    assert (answer.status_code, answer.location) == (303, "/cases")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert is_signed_in(client)


def test_a_cookie_copied_before_sign_out_is_worth_nothing_after(world, clerk):
    client, _ = sign_in(world, clerk)
    copied = client.get_cookie(sessions.COOKIE).value
    client.post("/sign-out")
    thief = world.anybody()
    thief.set_cookie(sessions.COOKIE, copied)
    assert not is_signed_in(thief)


def test_signing_in_gives_a_fresh_token(world, clerk):
    planted = world.anybody()
    planted.set_cookie(sessions.COOKIE, "planted-by-somebody-else")
    client, _ = sign_in(world, clerk, client=planted)
    first = client.get_cookie(sessions.COOKIE).value
    sign_in(world, clerk, client=client)
    assert len({"planted-by-somebody-else", first, client.get_cookie(sessions.COOKIE).value}) == 3


def test_the_database_keeps_no_token_that_could_be_used(world, clerk):
    client, _ = sign_in(world, clerk)
    with world.database.read() as session:
        kept = session.scalars(sa.select(SignInSession.id)).all()
    assert client.get_cookie(sessions.COOKIE).value not in kept


@pytest.mark.parametrize(("idle", "stays"), [(timedelta(minutes=29), True), (timedelta(minutes=30), False)])
def test_half_an_hour_without_a_page_signs_out(world, clerk, idle, stays):
    client, _ = sign_in(world, clerk)
    age(world, last_seen=system_now() - idle)
    assert is_signed_in(client) is stays


def test_twelve_hours_end_even_a_busy_session(world, clerk):
    client, _ = sign_in(world, clerk)
    age(world, created_at=system_now() - timedelta(hours=12))
    assert not is_signed_in(client)


def test_the_fourth_browser_signs_out_the_first(world, clerk):
    browsers = [sign_in(world, clerk)[0] for _ in range(4)]
    assert [is_signed_in(b) for b in browsers] == [False, True, True, True]


def test_five_wrong_passwords_lock_the_account_and_say_until_when(world, clerk):
    for _ in range(5):
        _, answer = sign_in(world, clerk, "Wrong#2024-x")
        assert answer.status_code == 401
    client, answer = sign_in(world, clerk)
    assert answer.status_code == 401
    assert "账号已锁定至" in answer.text
    assert not is_signed_in(client)


def test_an_unknown_name_and_a_wrong_password_read_the_same(world, clerk):
    _, wrong = sign_in(world, clerk, "Wrong#2024-x")
    unknown = world.anybody().post("/sign-in", data={"login": "nobody", "password": "Wrong#2024-x"})
    words = "登录名或密码不正确"
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert words in wrong.text
    assert words in unknown.text


def test_an_initial_password_opens_nothing_but_the_page_that_changes_it(world, clerk):
    with world.database.write() as session:
        people.get(session, clerk).must_change_password = True
    client, answer = sign_in(world, clerk)
    assert answer.location == "/password"
    for address in ("/", "/cases", "/profile", "/register"):
        assert client.get(address).location == "/password", address
    assert client.post("/messages/read").location == "/password"
    change = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert client.get("/password").status_code == 200
    assert client.post("/password", data=change).status_code == 303
    assert is_signed_in(client)


def test_a_changed_password_signs_out_every_other_browser(world, clerk):
    (here, _), (there, _) = sign_in(world, clerk), sign_in(world, clerk)
    change = {"old_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated": NEW_PASSWORD}
    assert here.post("/password", data=change).status_code == 303
    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_somebody_disabled_is_out_at_the_next_click(world, clerk):
    client, _ = sign_in(world, clerk)
    with world.database.write() as session:
        people.disable(session, clerk, system_now())
    assert not is_signed_in(client)
    assert "此账号已停用" in sign_in(world, clerk)[1].text


# --- behind a reverse proxy ---------------------------------------------------------------------------

FORWARDED = {
    "X-Forwarded-For": "203.0.113.5",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "qilian.example",
}


@pytest.mark.parametrize(
    ("proxies", "secure", "address"), [(0, False, "127.0.0.1"), (1, True, "203.0.113.5")]
)
def test_only_a_configured_proxy_is_believed_and_makes_cookies_secure(world, clerk, proxies, secure, address):
    world.services.proxies = proxies
    app = create_app(world.services)
    app.config["WTF_CSRF_ENABLED"] = False
    data = {"login": login_of(world, clerk), "password": PASSWORD}
    answer = app.test_client().post("/sign-in", data=data, headers=FORWARDED)
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith(sessions.COOKIE))
    assert ("Secure" in cookie) == secure
    with world.database.read() as session:
        assert session.scalars(sa.select(SignInSession.address)).one() == address
