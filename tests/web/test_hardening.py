"""What every answer carries and no page contains; links that lead outside; files as downloads."""

import re

import pytest

from tests.web.told import IN_REVIEW
from web.app import CACHING, EDITOR_ENDPOINTS

INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "an inline style": re.compile(r"<style|<[^>]+\sstyle\s*=", re.I),
    "an event handler": re.compile(r"<[^>]+\son[a-z]+\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "something from another machine": re.compile(
        r"<(?:script|link|img|iframe|form|object|embed)[^>]+(?:src|href|action|data)=[\"']?(?:https?:)?//",
        re.I,
    ),
}


@pytest.fixture(scope="module")
def pages(walk):
    """Every page as somebody sees it who may."""
    found = []
    for address in walk.by("GET"):
        if not address.endpoint.startswith("sandbox"):
            role = min(address.access.roles, default="county_clerk")
            found.append((address, walk.ask(address, role, address.home(role))))
    return found


def test_every_answer_forbids_scripts_of_others_framing_and_guessing_types(pages):
    for address, answer in pages:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert ("'unsafe-inline'" in policy) == (address.endpoint in EDITOR_ENDPOINTS), address
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0], address
        assert "unsafe-eval" not in policy, address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "same-origin", address


def test_errors_carry_the_same_headers(walk):
    answer = walk.told.anybody().get("/no-such-page")
    assert answer.status_code == 404
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_no_page_contains_inline_code_or_asks_another_machine(pages):
    found = [
        (address.path, what)
        for address, answer in pages
        if answer.mimetype == "text/html"
        for what, pattern in INLINE.items()
        if pattern.search(answer.text)
    ]
    assert found == []


def test_a_browser_keeps_scripts_and_styles_and_public_data_but_no_page_and_no_file(pages):
    for address, answer in pages:
        assert answer.headers["Cache-Control"] == CACHING.get(address.endpoint, "no-store"), address
    assert {e for e in CACHING if e != "static" and not e.startswith("public_")} == set()


def test_attachments_are_downloads_that_run_nothing(walk):
    found = next(a for a in walk.addresses if a.endpoint == "attachments.download")
    answer = walk.ask(found, "city_clerk", "621100")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.mimetype == "application/octet-stream"


@pytest.mark.parametrize(
    "target", ["https://example.org/", "//example.org", "/\\example.org", "\\\\example.org"]
)
def test_signing_in_leads_to_no_other_machine(told, target):
    client = told.client_of("county_clerk", IN_REVIEW)
    location = client.get("/sign-in", query_string={"next": target}).location
    assert re.match(r"/(?![/\\])", location), location
    for address, field in {"/sandbox/advance": "next", "/messages/read": "to"}.items():
        answer = client.post(address, data={field: target})
        assert answer.status_code == 303
        assert re.match(r"/(?![/\\])", answer.location), answer.location


def test_a_link_back_into_the_application_is_kept(told):
    client = told.client_of("county_clerk", IN_REVIEW)
    assert client.get("/sign-in?next=/cases?city=621100").location == "/cases?city=621100"
