"""E-mail against a real SMTP server: encrypted, verified, one recipient, no header but ours."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import mail, outside
from engine.mail import SmtpServer
from engine.outbox import TryLater, Undeliverable
from tests.support.certificates import self_signed
from tests.support.receivers import Mailbox, smtp_server

NOON = datetime(2024, 5, 20, 4, 0, tzinfo=UTC)
TO = "clerk@example.org"


def server_of(box: Mailbox, **more: object) -> SmtpServer:
    given = {"security": "none", "sender": "qilian@example.cn", **more}
    return SmtpServer("localhost", box.port, **given)  # type: ignore[arg-type]


def post(server: SmtpServer, subject: str = "即将到期", text: str = "请办理。\n", key: str = "k1") -> None:
    mail.send(server, mail.compose(server, TO, subject, text, key=key, sent_at=NOON), TO)


def test_a_mail_arrives_with_its_subject_text_and_message_id() -> None:
    with smtp_server() as box:
        post(server_of(box), "【祁连】即将到期：填写事项", "应于2024年5月27日前办结。\n.\n")
    (message,) = box.messages
    assert message["Subject"] == "【祁连】即将到期：填写事项"
    assert message["Message-ID"] == "<k1@example.cn>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == TO
    assert message.get_content().splitlines() == ["应于2024年5月27日前办结。", "."]
    assert box.recipients == [TO]


@pytest.mark.parametrize(
    "title",
    [
        "办理\r\nBcc: thief@example.org",
        "办理\nX-Evil: 1\n\n正文",
        "办理\u2028Bcc: x@example.org",
        "办\x00理\x0b",
    ],
)
def test_a_title_cannot_add_a_header_or_a_recipient(title: str) -> None:
    with smtp_server() as box:
        post(server_of(box), title)
    (message,) = box.messages
    wanted = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert set(message.keys()) - {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"} == wanted
    assert box.recipients == [TO]
    assert message.get_content().split() == ["请办理。"]


@pytest.mark.parametrize("address", ["a@b.cn\r\nBcc: x@y.cn", "a@b.cn, x@y.cn", "甲 <a@b.cn>", "无"])
def test_an_address_that_is_more_than_an_address_is_not_written_to(address: str) -> None:
    with smtp_server() as box:
        server = server_of(box)
        with pytest.raises(Exception, match=r".") as raised:
            mail.send(server, mail.compose(server, address, "x", "y", key="k", sent_at=NOON), address)
        assert not isinstance(raised.value, OSError)  # this letter's fault, not the server's
    assert box.messages == []


def test_mail_is_encrypted_and_signed_in_to_before_anything_is_said(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with smtp_server(certificate=certificate) as box:
        post(server_of(box, security="starttls", ca_file=certificate, user="qilian", password="pw-1"))
    assert box.was_encrypted == [True]
    assert box.credentials == ["\0qilian\0pw-1"]


def test_a_server_with_a_strangers_certificate_gets_neither_password_nor_mail(tmp_path: Path) -> None:
    with smtp_server(certificate=self_signed(tmp_path)) as box:
        server = server_of(box, security="starttls", user="qilian", password="pw-1")
        with pytest.raises(ssl.SSLCertVerificationError) as raised:
            post(server)
    assert (box.credentials, box.messages) == ([], [])
    assert "证书不可信" in outside.in_words(raised.value)


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path, "mail.example.cn")
    with (
        smtp_server(certificate=certificate) as box,
        pytest.raises(ssl.SSLCertVerificationError, match=r"[Hh]ostname"),
    ):
        post(server_of(box, security="starttls", ca_file=certificate))
    assert box.messages == []


def test_a_server_that_offers_no_encryption_gets_no_mail() -> None:
    with smtp_server() as box, pytest.raises(OSError, match="STARTTLS"):
        post(server_of(box, security="starttls"))
    assert box.messages == []


@pytest.mark.parametrize(
    ("answer", "error"), [(b"550 no such user", Undeliverable), (b"451 come back later", TryLater)]
)
def test_a_refused_recipient_concerns_this_letter_alone(answer: bytes, error: type[Exception]) -> None:
    with smtp_server(refuse=answer) as box, pytest.raises(error, match=answer[:3].decode()):
        post(server_of(box))


def test_a_silent_server_is_given_up_after_the_time_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.1)
    with smtp_server(is_silent=True) as box, pytest.raises(OSError) as raised:
        post(server_of(box))
    assert "超时未应答" in outside.in_words(raised.value)


def test_looking_whether_the_server_answers_sends_nothing() -> None:
    with smtp_server() as box:
        mail.probe(server_of(box))
    assert (box.messages, box.recipients) == ([], [])
