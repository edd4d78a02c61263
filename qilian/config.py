"""Where everything lies on this machine, read from the environment. Opens no database."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import QilianError

PROJECT = Path(__file__).resolve().parents[1]
SEEDS = PROJECT / "processes"
SHORTEST_KEY = 32
PROXY_COUNTS = ("0", "1", "2", "3")
# What qilian/outside.py reads: mail server, web hook, and the address of this installation.
OUTSIDE = ("QILIAN_PUBLIC_URL", "QILIAN_CA_FILE", "QILIAN_SMTP_", "QILIAN_WEBHOOK_")


class ConfigurationFault(QilianError):
    """配置有误，请检查环境变量。"""


@dataclass(frozen=True)
class Config:
    """`home` holds the database file, the attachments and the secret key unless told otherwise.

    `proxies`: how many reverse proxies stand before the pages; 0 when browsers reach them directly.
    """

    home: Path
    database_url: str
    secret_key_file: Path
    proxies: int = 0
    outside: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        home = Path(environment.get("QILIAN_HOME") or "var").expanduser().resolve()
        url = environment.get("QILIAN_DATABASE_URL") or f"sqlite:///{home / 'qilian.db'}"
        key = environment.get("QILIAN_SECRET_KEY_FILE")
        key_file = Path(key).expanduser().resolve() if key else home / "secret.key"
        outside = {name: text for name, text in environment.items() if name.startswith(OUTSIDE)}
        return cls(home, url, key_file, _proxies(environment.get("QILIAN_BEHIND_PROXY") or "0"), outside)

    @property
    def attachments(self) -> Path:
        return self.home / "attachments"

    def prepare_home(self) -> None:
        """Make the data folder; nobody else on the machine may look into it."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)

    def secret_key(self) -> bytes:
        """The installation's secret; made on first need, readable by its owner only."""
        if not self.secret_key_file.exists():
            _create_key(self.secret_key_file)
        key = self.secret_key_file.read_bytes().strip()
        if len(key) < SHORTEST_KEY:
            raise ConfigurationFault(f"密钥文件“{self.secret_key_file}”过短，至少应有 {SHORTEST_KEY} 字节。")
        return key

    def key_for(self, purpose: str) -> bytes:
        """A key of its own per purpose, so that one that leaks opens nothing else."""
        return hmac.new(self.secret_key(), purpose.encode(), hashlib.sha256).digest()

    def key_fingerprint(self) -> str | None:
        """Names the secret without telling it; None while there is none."""
        if not self.secret_key_file.exists():
            return None
        return self.key_for("fingerprint").hex()[:16]


def _proxies(text: str) -> int:
    if text not in PROXY_COUNTS:
        raise ConfigurationFault(f"QILIAN_BEHIND_PROXY 应为反向代理的层数 0 至 3，不能是“{text}”。")
    return int(text)


def _create_key(path: Path) -> None:
    """Two processes that start at once agree: the file appears whole, and the first one stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
