"""E-mail by SMTP: one plain text message to one person. Knows no table and no recipient's name."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from engine.outbox import TryLater, Undeliverable
from engine.outside import verified

TIMEOUT_SECONDS = 20
LONGEST_SUBJECT = 120
SENDER_NAME = "祁连"
SECURITY = ("starttls", "tls", "none")


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed in. `security`: starttls, tls, or none (this machine only)."""

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


def one_line(text: str) -> str:
    """Text for a header: no line ends, no invisible characters that could start a header of its own."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(shown.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def compose(
    server: SmtpServer, to: str, subject: str, text: str, *, key: str, sent_at: datetime
) -> EmailMessage:
    """`key` makes the Message-ID: a repeat after a crash carries the same one (D8)."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER_NAME, addr_spec=server.sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{key}@{server.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(text), cte="base64")
    return message


def _plain(text: str) -> str:
    """Lines stay lines; invisible characters go."""
    return "".join(c if c == "\n" or c.isprintable() else " " for c in text)


def send(server: SmtpServer, message: EmailMessage, to: str) -> None:
    """Hand one message in. Raises Undeliverable, TryLater, or OSError when the server cannot be used."""
    with _session(server) as smtp:
        try:
            smtp.send_message(message, server.sender, [to])
        except smtplib.SMTPRecipientsRefused as refusal:
            _refused(*next(iter(refusal.recipients.values())))


def _refused(code: int, words: bytes) -> None:
    text = f"邮件服务器不接收这个地址：{code} {words.decode('utf-8', 'replace')}"
    raise Undeliverable(text) if code >= 500 else TryLater(text)


def probe(server: SmtpServer) -> None:
    """Connect, encrypt and sign in, send nothing. Raises OSError."""
    with _session(server) as smtp:
        smtp.noop()


@contextmanager
def _session(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    context = verified(server.ca_file)
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
    except BaseException:
        smtp.close()
        raise
    _leave(smtp)


def _leave(smtp: smtplib.SMTP) -> None:
    """What was accepted stays accepted, however the server takes the farewell."""
    try:
        smtp.quit()
    except OSError:
        smtp.close()
