"""What the doctor sees, and that it sees it on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import audit
from engine.attachments import AttachmentStore
from engine.clock import system_now
from engine.db import Database
from engine.models import (
    AuditEntry,
    CalendarYear,
    ClockSetting,
    Incident,
    Instance,
    Message,
    Outbox,
    Timer,
)
from qilian.config import Config
from qilian.doctor import State, examine

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    config = Config(tmp_path, database_url, tmp_path / "secret.key")
    config.secret_key()
    return config


@pytest.fixture
def installed(config: Config) -> Iterator[Database]:
    database = Database(config.database_url)
    _at(database, NOON)
    yield database
    database.dispose()


def _at(database: Database, now: datetime) -> None:
    with database.write() as session:
        session.execute(sa.delete(ClockSetting))
        session.add(ClockSetting(now=now))


def _put(database: Database, *rows: object) -> None:
    with database.write() as session:
        for row in rows:
            session.add(row)
            session.flush()
    database.dispose()


def _faults(config: Config) -> dict[str, str]:
    return {f.subject: f.text for f in examine(config) if f.state is State.FAULT}


def _watched(config: Config) -> dict[str, str]:
    return {f.subject: f.text for f in examine(config) if f.state is State.WATCH}


def test_a_new_installation_is_well(config: Config, installed: Database) -> None:
    assert _faults(config) == {}


def test_a_database_that_was_not_upgraded_is_a_fault(tmp_path: Path, empty_database_url: str) -> None:
    assert list(_faults(Config(tmp_path, empty_database_url, tmp_path / "secret.key"))) == ["数据库"]


def test_a_secret_key_that_others_may_read_is_a_fault(config: Config, installed: Database) -> None:
    config.secret_key_file.chmod(0o640)
    assert "chmod 600" in _faults(config)["配置"]


def _instance() -> Instance:
    return Instance(
        id="i", process_key="p", definition_version=1, bundle_id="b", business_key="k", title="案",
        scope="620000", status="running", state="{}", codec_version=1, version=1, calendar_version="c",
        started_at=NOON,
    )  # fmt: skip


def _bundle() -> sa.Insert:
    from engine.models import Bundle

    return sa.insert(Bundle).values(
        id="b", name="b", xml="", forms={}, note="", status="deployed", proposed_at=NOON
    )


def _timer(due_at: datetime, **more: object) -> Timer:
    return Timer(
        instance_id="i", task_id="t", kind="timer", element="e", due_at=due_at, calendar_version="c",
        status="waiting", **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("due_before_now", "fault"), [(timedelta(minutes=4), False), (timedelta(minutes=6), True)]
)
def test_a_timer_that_should_have_fired_five_minutes_ago_is_a_fault(
    config: Config, installed: Database, due_before_now: timedelta, fault: bool
) -> None:
    with installed.write() as session:
        session.execute(_bundle())
    _put(installed, _instance(), _timer(NOON - due_before_now))
    assert ("期限" in _faults(config)) is fault


def test_a_timer_that_waits_to_be_tried_again_is_no_fault(config: Config, installed: Database) -> None:
    with installed.write() as session:
        session.execute(_bundle())
    later = system_now() + timedelta(minutes=3)
    _put(installed, _instance(), _timer(NOON - timedelta(hours=1), not_before=later))
    assert "期限" not in _faults(config)


def test_an_open_incident_is_a_fault_until_it_is_resolved(config: Config, installed: Database) -> None:
    incident = Incident(id="x", kind="timer", subject="1", error="e", detail="d", at=NOON)
    _put(installed, incident)
    assert _faults(config)["异常事项"].startswith("1 件")
    with installed.write() as session:
        session.execute(sa.update(Incident).values(resolved_at=NOON))
    installed.dispose()
    assert "异常事项" not in _faults(config)


def test_what_has_not_left_for_an_hour_is_a_fault(config: Config, installed: Database) -> None:
    event = Outbox(
        event="e", kind="mail", payload={}, status="pending", created_at=NOON - timedelta(minutes=61)
    )
    _put(installed, event)
    assert "1 条外发通知" in _faults(config)["消息"]


def test_a_message_to_a_case_that_has_ended_is_pointed_out(config: Config, installed: Database) -> None:
    _put(installed, Message(source="s", name="n", to="k", payload={}, status="dead", sent_at=NOON))
    assert "已办结" in _watched(config)["消息"]
    assert "消息" not in _faults(config)


def _entry(recorded_at: datetime) -> AuditEntry:
    return AuditEntry(at=NOON, recorded_at=recorded_at, action="a", facts={})


def test_audit_records_unsealed_for_two_minutes_are_a_fault(config: Config, installed: Database) -> None:
    _put(installed, _entry(system_now() - timedelta(minutes=2)))
    assert "1 条记录" in _faults(config)["审计"]


def test_a_key_that_did_not_seal_the_records_is_a_fault(config: Config, installed: Database) -> None:
    _put(installed, _entry(system_now()), _entry(system_now()))
    with installed.write() as session:
        audit.seal(session, config.key_for("audit"))
    assert "审计" not in _faults(config)
    config.secret_key_file.unlink()
    config.secret_key()
    assert "请把原来的密钥文件放回" in _faults(config)["审计"]


def test_records_from_the_future_show_that_the_clock_was_set_back(
    config: Config, installed: Database
) -> None:
    _put(installed, _entry(system_now() + timedelta(minutes=2)))
    assert "调慢" in _faults(config)["时钟"]


@pytest.mark.parametrize(("year", "fault"), [(2026, False), (2027, True), (2028, True)])
def test_this_years_calendar_must_be_confirmed(
    config: Config, installed: Database, year: int, fault: bool
) -> None:
    _at(installed, datetime(year, 6, 1, 4, 0, tzinfo=UTC))
    installed.dispose()
    assert ("日历" in _faults(config)) is fault


def test_a_calendar_year_in_the_database_counts_more_than_the_seed(
    config: Config, installed: Database
) -> None:
    year = CalendarYear(year=2026, version=1, status="provisional", source_doc="", days={}, imported_at=NOON)
    _put(installed, year)
    assert "暂定" in _faults(config)["日历"]


def test_next_years_calendar_is_asked_for_from_december_on(config: Config, installed: Database) -> None:
    _at(installed, datetime(2026, 11, 30, 4, 0, tzinfo=UTC))
    installed.dispose()
    assert "日历" not in _watched(config)
    _at(installed, datetime(2026, 12, 1, 4, 0, tzinfo=UTC))
    installed.dispose()
    assert "2027" in _watched(config)["日历"]


def test_a_changed_attachment_is_named(config: Config, installed: Database) -> None:
    store = AttachmentStore(config.attachments)
    row = store.add(installed, NOON, "p", name="说明.txt", content=b"a", field="f", instance_id=None)
    sha256 = row.sha256
    installed.dispose()
    assert "附件" not in _faults(config)
    store.path(sha256).write_bytes(b"b")
    assert "说明.txt" in _faults(config)["附件"]
