"""Web hooks against a real HTTP server: signed, verified, never redirected."""

import hashlib
import hmac
import json
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import outside, webhook
from engine.outbox import Undeliverable
from engine.webhook import Hook
from tests.support.certificates import self_signed
from tests.support.receivers import Hits, http_server

NOON = datetime(2024, 5, 20, 4, 0, tzinfo=UTC)
SECRET = b"a secret of thirty-two bytes ...."
PAYLOAD = {"msgtype": "text", "text": {"content": "即将到期"}}


def hook_of(hits: Hits, scheme: str = "http", ca_file: Path | None = None) -> Hook:
    return Hook(f"{scheme}://localhost:{hits.port}/robot?key=1", SECRET, ca_file)


def post(hook: Hook) -> None:
    webhook.send(hook, PAYLOAD, key="k1", sent_at=NOON)


def test_the_receiver_can_verify_who_sent_it() -> None:
    with http_server() as hits:
        post(hook_of(hits))
    (body,), (headers,) = hits.bodies, hits.headers
    signed = headers["X-Qilian-Timestamp"].encode() + b"." + body
    assert headers["X-Qilian-Signature"] == "sha256=" + hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    assert headers["X-Qilian-Timestamp"] == str(int(NOON.timestamp()))
    assert headers["X-Qilian-Event"] == "k1"
    assert json.loads(body) == PAYLOAD
    assert hits.paths == ["/robot?key=1"]


def test_a_redirect_is_not_followed() -> None:
    with http_server() as other, http_server(status=302) as hits:
        hits.location = f"http://localhost:{other.port}/elsewhere"
        with pytest.raises(OSError, match="没有跟随"):
            post(hook_of(hits))
    assert other.paths == []


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
def test_a_receiver_that_fails_is_tried_again_later(status: int) -> None:
    with http_server(status=status) as hits, pytest.raises(OSError, match=str(status)):
        post(hook_of(hits))


def test_a_body_that_is_refused_is_not_sent_again() -> None:
    with http_server(status=400) as hits, pytest.raises(Undeliverable):
        post(hook_of(hits))


def test_an_error_said_within_a_success_is_an_error() -> None:
    answer = b'{"errcode":93000,"errmsg":"invalid webhook url"}'
    with http_server(answer=answer) as hits, pytest.raises(OSError, match="93000"):
        post(hook_of(hits))


def test_a_verified_receiver_is_served(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with http_server(certificate) as hits:
        post(hook_of(hits, "https", certificate))
    assert len(hits.bodies) == 1


def test_a_strangers_certificate_is_refused(tmp_path: Path) -> None:
    with http_server(self_signed(tmp_path)) as hits, pytest.raises(ssl.SSLCertVerificationError):
        post(hook_of(hits, "https"))
    assert hits.bodies == []


def test_a_silent_receiver_is_given_up_after_the_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.1)
    with http_server(is_silent=True) as hits, pytest.raises(OSError) as raised:
        post(hook_of(hits))
    assert outside.in_words(raised.value) == "对方超时未应答"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://robot.example.cn/hook", True),
        ("http://127.0.0.1:9000/hook", True),
        ("http://[::1]:9000/hook", True),
        ("http://robot.example.cn/hook", False),
        ("http://127.0.0.1.example.cn/", False),
        ("ftp://robot.example.cn/", False),
        ("https://user:pw@robot.example.cn/", False),
        ("https://robot.example.cn:port/", False),
        ("https://", False),
    ],
)
def test_only_encrypted_addresses_or_this_machine_are_accepted(url: str, may: bool) -> None:
    assert (webhook.fault_of(url) is None) is may


def test_looking_whether_the_receiver_answers_posts_nothing() -> None:
    with http_server() as hits:
        webhook.probe(hook_of(hits))
    assert hits.bodies == []
