"""Mail server and web hook as the environment names them; says in words what is wrong with them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from clusters.post.channels import MAIL, WEBHOOK, MailChannel, WebhookChannel
from engine import mail, webhook
from engine.errors import QilianError
from engine.forms import CHECKS
from engine.mail import SmtpServer
from engine.outbox import Channel
from engine.outside import in_words
from engine.webhook import Hook
from qilian.config import Config, ConfigurationFault

PORTS = {"starttls": 587, "tls": 465, "none": 25}
SHORTEST_SECRET = 16
LOCAL_ADDRESS = "http://127.0.0.1:8000"
KNOWN = frozenset({
    "QILIAN_PUBLIC_URL", "QILIAN_CA_FILE", "QILIAN_SMTP_HOST", "QILIAN_SMTP_PORT", "QILIAN_SMTP_SECURITY",
    "QILIAN_SMTP_USER", "QILIAN_SMTP_PASSWORD_FILE", "QILIAN_SMTP_SENDER", "QILIAN_WEBHOOK_URL",
    "QILIAN_WEBHOOK_SECRET_FILE",
})  # fmt: skip


def channels(config: Config) -> dict[str, Channel]:
    """The ways out that are configured; raises ConfigurationFault for one that is half configured."""
    found: dict[str, Channel] = {}
    if (server := smtp_server(config)) is not None:
        found[MAIL] = MailChannel(server)
    if (hook := web_hook(config)) is not None:
        found[WEBHOOK] = WebhookChannel(hook)
    return found


def withheld() -> dict[str, Channel]:
    """All ways, none of which leads outside: the sandbox."""
    return {MAIL: MailChannel(None), WEBHOOK: WebhookChannel(None)}


def public_url(config: Config) -> str:
    """What stands before the links in letters."""
    url = _text(config, "QILIAN_PUBLIC_URL").rstrip("/")
    if not url:
        return LOCAL_ADDRESS
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationFault(
            "环境变量 QILIAN_PUBLIC_URL 应为本系统的网址，如 https://qilian.example.cn。"
        )
    return url


def smtp_server(config: Config) -> SmtpServer | None:
    """None when no mail server is named."""
    _refuse_unknown(config.outside)
    host = _text(config, "QILIAN_SMTP_HOST")
    if not host:
        _refuse_halves(config, "QILIAN_SMTP_", "QILIAN_SMTP_HOST")
        return None
    _require_public_url(config)
    security = _text(config, "QILIAN_SMTP_SECURITY") or "starttls"
    if security not in mail.SECURITY:
        raise ConfigurationFault("环境变量 QILIAN_SMTP_SECURITY 只能是 starttls、tls 或 none。")
    if security == "none" and host not in webhook.THIS_MACHINE:
        raise ConfigurationFault("QILIAN_SMTP_SECURITY=none 只能用于本机的邮件服务，经过网络须加密。")
    sender = _text(config, "QILIAN_SMTP_SENDER")
    if CHECKS["email"].verify(sender):
        raise ConfigurationFault("环境变量 QILIAN_SMTP_SENDER 应为发件人邮箱地址。")
    user, password = _text(config, "QILIAN_SMTP_USER"), _secret(config, "QILIAN_SMTP_PASSWORD_FILE")
    if bool(user) != bool(password):
        raise ConfigurationFault("QILIAN_SMTP_USER 与 QILIAN_SMTP_PASSWORD_FILE 须同时设置。")
    return SmtpServer(host, _port(config, PORTS[security]), security, sender, user, password, _ca(config))


def web_hook(config: Config) -> Hook | None:
    """None when no web hook is named."""
    _refuse_unknown(config.outside)
    url = _text(config, "QILIAN_WEBHOOK_URL")
    if not url:
        _refuse_halves(config, "QILIAN_WEBHOOK_", "QILIAN_WEBHOOK_URL")
        return None
    _require_public_url(config)
    if fault := webhook.fault_of(url):
        raise ConfigurationFault(f"环境变量 QILIAN_WEBHOOK_URL {fault}。")
    secret = _secret(config, "QILIAN_WEBHOOK_SECRET_FILE")
    if len(secret.encode()) < SHORTEST_SECRET:
        raise ConfigurationFault(f"QILIAN_WEBHOOK_SECRET_FILE 须指向至少 {SHORTEST_SECRET} 字节的签名密钥。")
    return Hook(url, secret.encode(), _ca(config))


class Unreachable(QilianError):
    """连接不上。"""


Knock = Callable[[Config], str | None]


def knock_at_mail(config: Config) -> str | None:
    """Connects, encrypts, signs in, sends nothing. The server's name; None without one."""
    server = smtp_server(config)
    if server is None:
        return None
    where = f"邮件服务器 {server.host}:{server.port}（{server.security}）"
    try:
        mail.probe(server)
    except OSError as error:
        raise Unreachable(f"{where} 不可用：{in_words(error)}") from error
    return where


def knock_at_hook(config: Config) -> str | None:
    """Connects with the certificate verified, posts nothing. The receiver's name; None without one."""
    hook = web_hook(config)
    if hook is None:
        return None
    where = f"推送地址 {urlsplit(hook.url).netloc}"
    try:
        webhook.probe(hook)
    except OSError as error:
        raise Unreachable(f"{where} 不可用：{in_words(error)}") from error
    return where


def _refuse_unknown(outside: Mapping[str, str]) -> None:
    """A misspelt key would silently mean no mail."""
    for name in sorted(set(outside) - KNOWN):
        raise ConfigurationFault(f"不认识的环境变量 {name}，请核对拼写。")


def _refuse_halves(config: Config, family: str, missing: str) -> None:
    if any(name.startswith(family) and text.strip() for name, text in config.outside.items()):
        raise ConfigurationFault(f"设置了 {family} 开头的变量，但缺少 {missing}。")


def _require_public_url(config: Config) -> None:
    if not _text(config, "QILIAN_PUBLIC_URL"):
        raise ConfigurationFault("外发通知中要有链接，请设置环境变量 QILIAN_PUBLIC_URL。")
    public_url(config)


def _text(config: Config, name: str) -> str:
    return config.outside.get(name, "").strip()


def _port(config: Config, usual: int) -> int:
    text = _text(config, "QILIAN_SMTP_PORT") or str(usual)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ConfigurationFault("环境变量 QILIAN_SMTP_PORT 应为 1 至 65535 的端口号。")
    return int(text)


def _secret(config: Config, name: str) -> str:
    """The content of a file that a variable names; secrets never stand in the environment itself."""
    path = _text(config, name)
    if not path:
        return ""
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationFault(f"{name} 指向的文件“{path}”无法读取。") from error


def _ca(config: Config) -> Path | None:
    path = _text(config, "QILIAN_CA_FILE")
    if not path:
        return None
    if not Path(path).expanduser().is_file():
        raise ConfigurationFault(f"QILIAN_CA_FILE 指向的文件“{path}”不存在。")
    return Path(path).expanduser()
