"""The two ways out beside the inbox: e-mail to a person's address, a web hook to the department's gateway.

Puts letters into the shape that each way needs. Decides nothing about who gets what (clusters/post/posting).
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.people.models import Person
from engine import mail, webhook
from engine.clock import system_now
from engine.forms import CHECKS
from engine.mail import SmtpServer
from engine.outbox import Letter
from engine.webhook import Hook

MAIL, WEBHOOK = "mail", "webhook"
LABELS = {MAIL: "邮件", WEBHOOK: "网络推送"}


@dataclass(frozen=True)
class MailChannel:
    """`server` is None where nothing may leave: the sandbox shows what it would have sent."""

    server: SmtpServer | None

    @property
    def leaves(self) -> bool:
        return self.server is not None

    def address_of(self, session: Session, person_id: str | None) -> str | None:
        person = _active(session, person_id)
        if person is None or CHECKS["email"].verify(person.email):
            return None
        return person.email

    def send(self, letter: Letter) -> None:
        assert self.server is not None
        text = str(letter.payload["text"])
        message = mail.compose(
            self.server, letter.address, letter.title, text, key=letter.key, sent_at=system_now()
        )
        mail.send(self.server, message, letter.address)


@dataclass(frozen=True)
class WebhookChannel:
    """One address for all: the receiver hands on by sign-in name."""

    hook: Hook | None

    @property
    def leaves(self) -> bool:
        return self.hook is not None

    def address_of(self, session: Session, person_id: str | None) -> str | None:
        person = _active(session, person_id)
        return None if person is None else person.login

    def send(self, letter: Letter) -> None:
        assert self.hook is not None
        body = {
            "msgtype": "text",
            "text": {"content": letter.payload["brief"]},
            "to": letter.address,
            "kind": letter.payload["kind"],
            "url": letter.payload["url"],
        }
        webhook.send(self.hook, body, key=letter.key, sent_at=system_now())


def _active(session: Session, person_id: str | None) -> Person | None:
    person = session.get(Person, person_id) if person_id else None
    return None if person is None or person.disabled else person
