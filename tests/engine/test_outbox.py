"""The outbox on both databases: claimed, sent outside transactions, marked; tried again, then an incident."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import mail, outbox, outbox_faults, retrying
from engine.clock import system_now
from engine.db import Database
from engine.engine import Engine
from engine.errors import Conflict
from engine.models import AuditEntry, Incident, Outbox
from engine.outbox import MAX_ATTEMPTS, Letter, TryLater, Undeliverable
from tests.engine.errands import MONDAY, an_engine
from tests.engine.test_mail import server_of
from tests.support.receivers import Mailbox, smtp_server


class Killed(BaseException):
    """The process ends here: nothing of ours runs any more."""


class Post:
    """A channel written by hand. `fails` is raised instead of sending; `dies` after sending."""

    leaves = True

    def __init__(self, server: mail.SmtpServer | None = None) -> None:
        self.sent: list[Letter] = []
        self.fails: Exception | None = None
        self.dies = False
        self.server = server
        self.homeless: set[str] = set()

    def address_of(self, session: Session, person_id: str | None) -> str | None:
        return None if person_id in self.homeless else f"{person_id}@example.org"

    def send(self, letter: Letter) -> None:
        if self.fails is not None:
            raise self.fails
        self.sent.append(letter)
        if self.server is not None:
            message = mail.compose(
                self.server, letter.address, letter.title, "…", key=letter.key, sent_at=MONDAY
            )
            mail.send(self.server, message, letter.address)
        if self.dies:
            raise Killed


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with smtp_server() as opened:
        yield opened


def put(database: Database, *events: str) -> None:
    with database.write() as session:
        for event in events:
            outbox.put(session, MONDAY, event, "mail", {}, person_id="ann", title="即将到期")


def rows(database: Database) -> list[Outbox]:
    with database.read() as session:
        return list(session.scalars(sa.select(Outbox).order_by(Outbox.id)))


def pass_time(database: Database) -> None:
    """The pause, or the claim of somebody who has died, is over."""
    with database.write() as session:
        session.execute(sa.update(Outbox).values(not_before=system_now() - timedelta(seconds=1)))


def incident(database: Database) -> Incident | None:
    with database.read() as session:
        return session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))).first()


def test_the_same_event_is_one_row_and_leaves_once(database: Database) -> None:
    post = Post()
    put(database, "mail:1", "mail:1")
    assert outbox.deliver(database, {"mail": post}) == 1
    assert outbox.deliver(database, {"mail": post}) == 0
    (row,) = rows(database)
    assert (row.status, row.attempts, row.address) == ("sent", 1, "ann@example.org")
    assert len(post.sent) == 1


def test_no_transaction_is_open_while_something_is_sent(database: Database) -> None:
    class Watching(Post):
        def send(self, letter: Letter) -> None:
            with database.write() as session:  # would wait for ever on SQLite behind an open transaction
                assert session.get_one(Outbox, letter.row_id, with_for_update=True).attempts == 1
            super().send(letter)

    put(database, "mail:1")
    assert outbox.deliver(database, {"mail": Watching()}) == 1


def test_a_crash_between_sending_and_marking_repeats_the_mail_with_the_same_message_id(
    database: Database, box: Mailbox
) -> None:
    post = Post(server_of(box))
    put(database, "mail:1")
    post.dies = True
    with pytest.raises(Killed):
        outbox.deliver(database, {"mail": post})
    post.dies = False
    assert outbox.deliver(database, {"mail": post}) == 0  # the dead one's claim still stands
    pass_time(database)
    assert outbox.deliver(database, {"mail": post}) == 1
    first, second = (message["Message-ID"] for message in box.messages)
    assert first == second
    assert rows(database)[0].status == "sent"


def test_two_workers_send_each_letter_once(database_url: str) -> None:
    database, post = Database(database_url), Post()
    put(database, *(f"mail:{n}" for n in range(12)))

    def work() -> None:
        own = Database(database_url)
        outbox.deliver(own, {"mail": post})
        own.dispose()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(letter.row_id for letter in post.sent) == [row.id for row in rows(database)]
    assert {row.status for row in rows(database)} == {"sent"}
    database.dispose()


def test_a_channel_that_is_down_is_asked_once_a_round_and_each_pause_is_longer(database: Database) -> None:
    post = Post()
    post.fails = ConnectionRefusedError()
    put(database, "mail:1", "mail:2")
    outbox.deliver(database, {"mail": post})
    assert [row.attempts for row in rows(database)] == [1, 0]
    assert "拒绝连接" in (rows(database)[0].last_error or "")
    assert [outbox.pause(n) for n in (1, 2, 3)] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert outbox.pause(MAX_ATTEMPTS) == timedelta(hours=4)


def test_one_refused_letter_holds_up_no_other(database: Database) -> None:
    post = Post()
    put(database, "mail:1")
    post.fails = TryLater()
    outbox.deliver(database, {"mail": post})
    put(database, "mail:2")
    post.fails = None
    outbox.deliver(database, {"mail": post})
    assert [row.status for row in rows(database)] == ["pending", "sent"]


def fail_for_good(database: Database, post: Post) -> None:
    for _ in range(MAX_ATTEMPTS):
        assert incident(database) is None
        pass_time(database)
        outbox.deliver(database, {"mail": post})


def test_after_the_last_attempt_it_is_an_incident_that_ends_when_all_has_left(engine: Engine) -> None:
    database, post = engine.database, Post()
    put(database, "mail:1")
    post.fails = OSError("no route to host")
    fail_for_good(database, post)
    found = incident(database)
    assert found is not None
    assert (found.kind, found.subject, found.error) == ("outbox", "mail", "no route to host")
    assert rows(database)[0].status == "failed"
    assert outbox.deliver(database, {"mail": post}) == 0  # not tried by itself any more

    assert retrying.retry(engine, found.id, "root").went_through
    assert incident(database) is not None  # queued is not sent
    post.fails = None
    assert outbox.deliver(database, {"mail": post}) == 1
    assert incident(database) is None
    with database.read() as session:
        assert (
            session.scalar(sa.select(AuditEntry.actor).where(AuditEntry.action == "outbox.requeued"))
            == "root"
        )


def test_a_recipient_that_does_not_exist_fails_at_once_and_can_be_let_go(database: Database) -> None:
    post = Post()
    post.fails = Undeliverable("550 no such user")
    put(database, "mail:1")
    outbox.deliver(database, {"mail": post})
    (row,) = rows(database)
    assert (row.status, row.attempts, row.last_error) == ("failed", 1, "550 no such user")
    with database.write() as session:
        outbox_faults.drop(session, MONDAY, row.id, "root", "邮箱已注销")
    assert incident(database) is None
    assert rows(database)[0].status == "dropped"


def test_only_what_failed_is_sent_again(database: Database) -> None:
    put(database, "mail:1")
    outbox.deliver(database, {"mail": Post()})
    with database.write() as session, pytest.raises(Conflict):
        outbox_faults.send_again(session, MONDAY, rows(database)[0].id, "root")


def test_who_cannot_be_reached_any_more_is_not_written_to(database: Database) -> None:
    post = Post()
    post.homeless = {"ann"}
    put(database, "mail:1")
    outbox.deliver(database, {"mail": post})
    assert (rows(database)[0].status, post.sent) == ("dropped", [])


def test_a_channel_that_leads_nowhere_keeps_its_letters_and_marks_them(database: Database) -> None:
    post = Post()
    post.leaves = False
    put(database, "mail:1")
    outbox.deliver(database, {"mail": post})
    assert (rows(database)[0].status, post.sent) == ("withheld", [])


@pytest.fixture
def engine(database: Database) -> Engine:
    return an_engine(database)
