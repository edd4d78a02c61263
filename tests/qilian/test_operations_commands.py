"""The operators' commands from the command line: what they print and their exit status."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from clusters.people import people
from engine import audit
from engine.clock import system_now
from engine.db import Database
from engine.models import AuditEntry
from qilian.cli import main
from qilian.config import Config


def _environment(monkeypatch: pytest.MonkeyPatch, home: Path, database_url: str) -> Path:
    monkeypatch.setenv("QILIAN_HOME", str(home))
    monkeypatch.setenv("QILIAN_DATABASE_URL", database_url)
    monkeypatch.delenv("QILIAN_SECRET_KEY_FILE", raising=False)
    return home


@pytest.fixture
def bare(tmp_path: Path, empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a machine whose database has no tables yet."""
    return _environment(monkeypatch, tmp_path, empty_database_url)


@pytest.fixture
def installed(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a machine that is ready."""
    return _environment(monkeypatch, tmp_path, database_url)


def _database() -> Database:
    return Database(Config.from_environment().database_url)


def test_a_database_is_upgraded_backed_up_and_restored(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(bare / "backup.zip")
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "backup", file]) == 0
    assert main(["db", "backup", file]) == 2
    assert "已存在" in capsys.readouterr().err
    assert main(["db", "restore", file]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["db", "restore", file, "--force"]) == 0
    assert main(["doctor"]) in (0, 1)  # the calendar of the day this runs may be unknown
    assert "版本 0" in capsys.readouterr().out


def test_a_restore_tells_when_the_secret_key_is_another(
    installed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Config.from_environment().secret_key()
    assert main(["db", "backup", str(installed / "backup.zip")]) == 0
    (installed / "secret.key").write_text("0" * 64)
    assert main(["db", "restore", str(installed / "backup.zip"), "--force"]) == 0
    assert "密钥与备份时不同" in capsys.readouterr().err


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("command", ["audit verify", "user add 甲 --role sys_admin"])
def test_commands_that_need_the_tables_say_how_to_get_them(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command.split()) == 2
    shown = capsys.readouterr()
    assert "qilian db upgrade" in shown.err
    assert len(shown.err.splitlines()) == 1
    assert shown.out == ""


@pytest.mark.parametrize("command", ["db backup x.zip", "audit verify"])
def test_an_unreachable_database_is_one_plain_line(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QILIAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert main(command.split()) == 2
    error = capsys.readouterr().err
    assert "数据库无法使用" in error
    assert len(error.splitlines()) == 1


@pytest.mark.usefixtures("installed")
def test_the_first_administrator_can_sign_in_and_must_change_the_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["user", "add", "甲管理", "--role", "sys_admin"]) == 0
    password = re.search(r"初始密码：(\S+)", capsys.readouterr().out)
    assert password
    database = _database()
    attempt = people.sign_in(database, "甲管理", password[1], system_now())
    assert attempt.ok
    assert attempt.must_change_password
    with database.read() as session:
        assert session.scalars(sa.select(AuditEntry.action)).all() == ["account_created"]
    database.dispose()


@pytest.mark.usefixtures("installed")
def test_an_account_needs_a_role_at_home_in_its_region(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "add", "乙", "--role", "county_clerk", "--org", "621122"]) == 0
    assert main(["user", "add", "丙", "--role", "county_clerk", "--org", "620000"]) == 2
    assert main(["user", "add", "丙", "--role", "emperor"]) == 2
    assert "county_clerk" in capsys.readouterr().err
    assert main(["user", "add", "乙", "--role", "county_clerk", "--org", "621122"]) == 1


@pytest.mark.usefixtures("installed")
def test_the_first_changed_audit_record_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    database, key = _database(), Config.from_environment().key_for("audit")
    with database.write() as session:
        for number in range(3):
            audit.record(session, system_now(), None, f"act_{number}")
        session.flush()
        audit.seal(session, key)
    assert main(["audit", "verify"]) == 0
    assert "已校验 3 条" in capsys.readouterr().out
    with database.write() as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.action == "act_1").values(actor="x"))
    assert main(["audit", "verify"]) == 1
    assert "编号 2 的记录" in capsys.readouterr().err
    database.dispose()
