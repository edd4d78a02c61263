"""Mail server and web hook in the configuration: half of one is refused in words, and the doctor knocks."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.db import Database
from engine.models import ClockSetting
from qilian import outside
from qilian.config import Config, ConfigurationFault
from qilian.doctor import State, examine
from tests.support.certificates import self_signed
from tests.support.receivers import http_server, smtp_server

SMTP = {
    "QILIAN_PUBLIC_URL": "https://qilian.example.cn/", "QILIAN_SMTP_HOST": "mail.example.cn",
    "QILIAN_SMTP_SENDER": "qilian@example.cn",
}  # fmt: skip
HOOK = {"QILIAN_PUBLIC_URL": "https://qilian.example.cn", "QILIAN_WEBHOOK_URL": "https://robot.example.cn/x"}


def config_of(folder: Path, outside: Mapping[str, str]) -> Config:
    return Config.from_environment({"QILIAN_HOME": str(folder), **outside})


def written(folder: Path, text: str) -> str:
    path = folder / "secret.txt"
    path.write_text(text)
    return str(path)


def test_without_configuration_there_is_no_way_out(tmp_path: Path) -> None:
    assert outside.channels(config_of(tmp_path, {})) == {}


def test_a_configured_server_is_encrypted_unless_told_otherwise(tmp_path: Path) -> None:
    password = {"QILIAN_SMTP_USER": "q", "QILIAN_SMTP_PASSWORD_FILE": written(tmp_path, "pw\n")}
    server = outside.smtp_server(config_of(tmp_path, SMTP | password))
    assert server is not None
    assert (server.security, server.port, server.password) == ("starttls", 587, "pw")
    assert "pw" not in repr(server)
    assert outside.public_url(config_of(tmp_path, SMTP)) == "https://qilian.example.cn"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"QILIAN_SMTP_SECURITY": "none"}, "只能用于本机"),
        ({"QILIAN_SMTP_SECURITY": "ssl"}, "starttls、tls 或 none"),
        ({"QILIAN_SMTP_SENDER": "祁连 <q@example.cn>"}, "SENDER"),
        ({"QILIAN_SMTP_PORT": "0"}, "端口"),
        ({"QILIAN_SMTP_USER": "q"}, "同时设置"),
        ({"QILIAN_SMTP_USER": "q", "QILIAN_SMTP_PASSWORD_FILE": "/nowhere"}, "无法读取"),
        ({"QILIAN_SMTP_PASSWORD": "pw"}, "QILIAN_SMTP_PASSWORD"),
        ({"QILIAN_SMTP_HOST": ""}, "缺少 QILIAN_SMTP_HOST"),
        ({"QILIAN_PUBLIC_URL": ""}, "QILIAN_PUBLIC_URL"),
        ({"QILIAN_PUBLIC_URL": "qilian.example.cn"}, "QILIAN_PUBLIC_URL"),
        ({"QILIAN_CA_FILE": "/nowhere"}, "不存在"),
    ],
)
def test_a_half_configured_mail_server_is_refused(
    tmp_path: Path, change: Mapping[str, str], words: str
) -> None:
    with pytest.raises(ConfigurationFault, match=words):
        outside.channels(config_of(tmp_path, SMTP | change))


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://robot.example.cn/x", "s" * 16, "https"),
        ("https://robot.example.cn/x", "s" * 15, "至少 16 字节"),
        ("", "s" * 16, "缺少 QILIAN_WEBHOOK_URL"),
    ],
)
def test_a_web_hook_needs_encryption_and_a_secret(tmp_path: Path, url: str, secret: str, words: str) -> None:
    change = {"QILIAN_WEBHOOK_URL": url, "QILIAN_WEBHOOK_SECRET_FILE": written(tmp_path, secret)}
    with pytest.raises(ConfigurationFault, match=words):
        outside.channels(config_of(tmp_path, HOOK | change))


def findings(config: Config) -> dict[str, tuple[State, str]]:
    found = examine(config)
    return {f.subject: (f.state, f.text) for f in found if f.subject in ("邮件", "网络推送")}


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Path:
    (tmp_path / "qilian.db").write_bytes(sqlite_template.read_bytes())
    return tmp_path


def test_the_doctor_knocks_and_sends_nothing(home: Path) -> None:
    certificate = self_signed(home)
    secret = written(home, "s" * 32)
    with smtp_server(certificate=certificate) as box, http_server(certificate) as hits:
        configured = SMTP | {
            "QILIAN_SMTP_HOST": "localhost", "QILIAN_SMTP_PORT": str(box.port),
            "QILIAN_WEBHOOK_URL": f"https://localhost:{hits.port}/x",
            "QILIAN_WEBHOOK_SECRET_FILE": secret,
        }  # fmt: skip
        trusted = findings(config_of(home, configured | {"QILIAN_CA_FILE": str(certificate)}))
        distrusted = findings(config_of(home, configured))
        assert (box.messages, hits.paths) == ([], [])
    assert {state for state, _ in trusted.values()} == {State.FINE}
    assert {state for state, _ in distrusted.values()} == {State.FAULT}
    assert all("证书不可信" in text for _, text in distrusted.values())


def test_the_doctor_says_when_nobody_answers_and_leaves_the_sandbox_alone(home: Path) -> None:
    with smtp_server() as box:
        port = str(box.port)  # free again from here on
    local = {"QILIAN_SMTP_HOST": "localhost", "QILIAN_SMTP_PORT": port, "QILIAN_SMTP_SECURITY": "none"}
    config = config_of(home, SMTP | local)
    assert findings(config)["邮件"][0] is State.FAULT
    assert "拒绝连接" in findings(config)["邮件"][1]
    assert findings(config)["网络推送"] == (State.FINE, "没有配置，只发站内消息")
    database = Database(config.database_url)
    with database.write() as session:
        session.execute(sa.insert(ClockSetting).values(id=1, now=sa.func.current_timestamp()))
    database.dispose()
    assert findings(config)["邮件"] == (State.FINE, "沙箱不向外发送")
