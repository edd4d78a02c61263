"""Looks over an installation and says what is well and what needs a hand. Changes nothing."""

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.batches import supplements
from engine import audit
from engine.attachments import AttachmentStore
from engine.calendar_years import read_years
from engine.clock import legal_day, system_now
from engine.db import Database
from engine.errors import QilianError
from engine.models import AuditEntry, CalendarYear, ClockSetting, Incident, Message, Outbox, Timer
from qilian import outside, schema
from qilian.config import SEEDS, Config, ConfigurationFault
from qilian.opening import open_database

GIB = 1024**3
LATE_AFTER = timedelta(minutes=5)  # a tick comes once a minute
SEALED_WITHIN = timedelta(minutes=1)
CLOCK_TOLERANCE = timedelta(seconds=60)
STUCK_AFTER = timedelta(hours=1)
NOTICE_MONTH = 12  # the State Council has announced the next year's holidays by then


class State(StrEnum):
    """How a thing is; its value is what people read."""

    FINE = "正常"
    WATCH = "注意"
    FAULT = "异常"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    state: State
    text: str


def examine(config: Config) -> Iterator[Finding]:
    """Everything, in order; what cannot be looked at is a fault, not a crash."""
    yield from _look("配置", lambda: _configuration(config))
    yield from _look("磁盘", lambda: _disk(config))
    try:
        with open_database(config) as database:
            reachable = list(_look("数据库", lambda: _database(database)))
            yield from reachable
            if all(finding.state is not State.FAULT for finding in reachable):
                yield from _contents(config, database)
    except QilianError as error:
        yield Finding("数据库", State.FAULT, str(error))


def _contents(config: Config, database: Database) -> Iterator[Finding]:
    with database.read() as session:
        now = system_now()
        legal_now = session.scalar(sa.select(ClockSetting.now)) or now
        yield from _look("时钟", lambda: _clock(session, now))
        yield from _look("日历", lambda: _calendar(session, legal_day(legal_now)))
        yield from _look("规则", lambda: _standards(session))
        yield from _look("期限", lambda: _timers(session, legal_now, now))
        yield from _look("异常事项", lambda: _incidents(session))
        yield from _look("消息", lambda: _messages(session, legal_now))
        is_sandbox = session.scalar(sa.select(ClockSetting.id)) is not None
        for subject, knock in (("邮件", outside.knock_at_mail), ("网络推送", outside.knock_at_hook)):
            yield from _look(subject, lambda knock=knock: _outside(config, knock, is_sandbox))  # type: ignore[misc]
        yield from _look("审计", lambda: _audit(config, session, now))
        yield from _look("附件", lambda: _attachments(config, session))


def _look(subject: str, check: Callable[[], Iterator[tuple[State, str]]]) -> Iterator[Finding]:
    try:
        for state, text in check():
            yield Finding(subject, state, text)
    except Exception as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split()) or type(error).__name__
        yield Finding(subject, State.FAULT, f"无法检查：{reason}")


def _configuration(config: Config) -> Iterator[tuple[State, str]]:
    yield State.FINE, f"数据目录 {config.home}，Python {sys.version.split()[0]}"
    key = config.secret_key_file
    if not key.exists():
        yield State.WATCH, f"密钥文件 {key} 尚未生成，首次启动时生成"
    elif stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield State.FAULT, f"密钥文件 {key} 可被他人读取，请执行 chmod 600"
    else:
        yield State.FINE, f"密钥文件 {key}，指纹 {config.key_fingerprint()}"


def _disk(config: Config) -> Iterator[tuple[State, str]]:
    there = next(path for path in (config.home, *config.home.parents) if path.exists())
    usage = shutil.disk_usage(there)
    share = usage.free * 100 // usage.total
    text = f"剩余 {usage.free // GIB} GB（{share}%）"
    if usage.free < GIB or share < 5:
        yield State.FAULT, text + "，即将写满"
    else:
        yield (State.WATCH if share < 10 else State.FINE), text


def _database(database: Database) -> Iterator[tuple[State, str]]:
    have, need = schema.current(database), schema.head()
    if have != need:
        yield State.FAULT, f"版本 {have or '空'}，本程序需要 {need}，请运行 qilian db upgrade"
        return
    yield State.FINE, f"{database.url.get_backend_name()}，版本 {have}"
    if database.is_sqlite:
        with database.read() as session:
            answer = session.scalar(sa.text("PRAGMA quick_check(1)"))
        if answer != "ok":
            yield State.FAULT, f"数据文件已损坏：{answer}"


def _clock(session: Session, now: datetime) -> Iterator[tuple[State, str]]:
    """Against the database's clock, and against what was recorded: the past cannot lie ahead."""
    yield State.FINE, f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if session.get_bind().dialect.name == "postgresql":
        theirs = session.scalar(sa.select(sa.func.clock_timestamp()))
        if theirs is not None and abs(theirs - system_now()) > CLOCK_TOLERANCE:
            yield State.FAULT, f"与数据库服务器的时钟不一致（{theirs:%Y-%m-%d %H:%M:%S} UTC）"
    last = session.scalar(sa.select(sa.func.max(AuditEntry.recorded_at, type_=AuditEntry.recorded_at.type)))
    if last is not None and last > now + CLOCK_TOLERANCE:
        yield State.FAULT, f"审计记录已到 {last:%Y-%m-%d %H:%M:%S} UTC，时钟曾被调慢"
    sandbox = session.scalar(sa.select(ClockSetting.now))
    if sandbox is not None:
        yield State.WATCH, f"沙箱时钟停在 {sandbox:%Y-%m-%d %H:%M} UTC"


def _calendar(session: Session, today: date) -> Iterator[tuple[State, str]]:
    years = _known_years(session)
    if today.year not in years:
        yield State.FAULT, f"缺少{today.year}年工作日历，期限无法计算"
    elif years[today.year] != "confirmed":
        yield State.FAULT, f"{today.year}年工作日历仍是暂定的，请导入国务院办公厅的放假通知"
    else:
        yield State.FINE, f"{today.year}年工作日历已确认"
    following = years.get(today.year + 1)
    if following is None:
        yield State.WATCH, f"缺少{today.year + 1}年工作日历，跨年的期限无法计算"
    elif following != "confirmed" and today.month >= NOTICE_MONTH:
        yield State.WATCH, f"{today.year + 1}年工作日历仍是暂定的"


def _standards(session: Session) -> Iterator[tuple[State, str]]:
    """Kept versions never change; what a newer standard file has beside them waits for the province."""
    lacking = supplements.missing(session, (SEEDS / "standards").glob("*.toml"))
    for one in lacking:
        text = f"{one.version} 缺少“{one.entry.label}”（{one.entry.name}），请省级处室负责人在“规则”页采用"
        yield State.WATCH, text
    if not lacking:
        yield State.FINE, "规则版本包含标准文件的全部期限和数值"


def _known_years(session: Session) -> dict[int, str]:
    """National years and their status: the database's, or the seeds while it has none."""
    rows = session.execute(
        sa.select(CalendarYear.year, CalendarYear.status)
        .where(CalendarYear.region == "")
        .order_by(CalendarYear.version)
    )
    known = {row.year: row.status for row in rows}
    if known:
        return known
    return {y.year: y.status for y in read_years(SEEDS / "calendars" / "cn.toml") if y.region is None}


def _timers(session: Session, legal_now: datetime, now: datetime) -> Iterator[tuple[State, str]]:
    late = sa.and_(
        Timer.status == "waiting",
        Timer.due_at < legal_now - LATE_AFTER,
        sa.or_(Timer.not_before.is_(None), Timer.not_before < now - LATE_AFTER),
    )
    count = _count(session, Timer, late)
    waiting = _count(session, Timer, Timer.status == "waiting")
    if count:
        yield State.FAULT, f"{count} 个期限已过而未触发，请检查调度是否在运行"
    else:
        yield State.FINE, f"{waiting} 个期限在等待，没有逾期未触发的"


def _incidents(session: Session) -> Iterator[tuple[State, str]]:
    count = _count(session, Incident, Incident.resolved_at.is_(None))
    yield (State.FAULT, f"{count} 件尚未处理") if count else (State.FINE, "没有未处理的")


def _messages(session: Session, legal_now: datetime) -> Iterator[tuple[State, str]]:
    pending = _count(session, Message, Message.status == "pending", Message.sent_at < legal_now - STUCK_AFTER)
    waits = Outbox.status.in_(("pending", "failed"))
    unsent = _count(session, Outbox, waits, Outbox.created_at < legal_now - STUCK_AFTER)
    dead = _count(session, Message, Message.status == "dead")
    if pending or unsent:
        yield State.FAULT, f"{pending} 条流程消息、{unsent} 条外发通知超过一小时未送达"
    elif dead:
        yield State.WATCH, f"{dead} 条流程消息的接收方已办结，未能送达"
    else:
        yield State.FINE, "没有积压"


def _outside(config: Config, knock: outside.Knock, is_sandbox: bool) -> Iterator[tuple[State, str]]:
    """Whether mail server and web hook answer; nothing is sent."""
    if is_sandbox:
        yield State.FINE, "沙箱不向外发送"
        return
    try:
        where = knock(config)
    except (ConfigurationFault, outside.Unreachable) as error:
        yield State.FAULT, str(error)
    else:
        yield State.FINE, f"{where} 可用" if where else "没有配置，只发站内消息"


def _audit(config: Config, session: Session, now: datetime) -> Iterator[tuple[State, str]]:
    if not audit.is_sealed_with(session, config.key_for("audit")):
        words = "现用密钥不是封存这些记录的密钥：请把原来的密钥文件放回，否则无法校验，提出人信息也无法解密"
        yield State.FAULT, words
    late = _count(
        session, AuditEntry, AuditEntry.sequence.is_(None), AuditEntry.recorded_at < now - SEALED_WITHIN
    )
    if late:
        yield State.FAULT, f"{late} 条记录超过一分钟未封存"
    else:
        yield State.FINE, "记录均已封存；逐条校验请运行 qilian audit verify"


def _attachments(config: Config, session: Session) -> Iterator[tuple[State, str]]:
    damaged = AttachmentStore(config.attachments).damaged(session)
    for name in damaged:
        yield State.FAULT, f"{name} 缺失或已被改动"
    if not damaged:
        yield State.FINE, "内容与登记的散列值一致"


def _count(session: Session, table: type, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(*conditions)
    return session.scalar(query) or 0
