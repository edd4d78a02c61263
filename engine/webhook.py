"""Web hooks: one signed JSON POST to an address that the administrator has set. Knows no table.

The body can be read by the robots of 企业微信 and 钉钉 (`msgtype` text). Over HTTPS, or to this
machine; redirects are not followed, proxies of the environment are not used.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from engine.db import dump_json
from engine.outbox import Undeliverable
from engine.outside import verified

TIMEOUT_SECONDS = 15
LONGEST_ANSWER = 4096
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
OUR_FAULT = frozenset({400, 413, 422})  # the body itself was not taken


class HookFailed(OSError):
    """The receiver could not be used: the channel as a whole, not one letter."""


@dataclass(frozen=True)
class Hook:
    """Where and with which secret."""

    url: str
    secret: bytes = field(repr=False)
    ca_file: Path | None = None


def fault_of(url: str) -> str | None:
    """What is wrong with an address, in words; None when it may be used."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "不是可用的网址"
    if parts.username or parts.password:
        return "网址中不能带用户名和密码"
    if parts.scheme == "https" and parts.hostname:
        return None
    if parts.scheme == "http" and parts.hostname in THIS_MACHINE:
        return None
    return "只能是 https 网址（本机可以用 http）"


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, in hex."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def send(hook: Hook, payload: Mapping[str, Any], *, key: str, sent_at: datetime) -> None:
    """POST one event. Raises Undeliverable when the body is refused, OSError for everything else."""
    body = dump_json(payload).encode()
    timestamp = str(int(sent_at.timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "qilian",
        "X-Qilian-Event": key,
        "X-Qilian-Timestamp": timestamp,
        "X-Qilian-Signature": "sha256=" + signature(hook.secret, timestamp, body),
    }
    parts = urlsplit(hook.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with closing(_connection(hook, parts)) as connection:
        try:
            connection.request("POST", target, body=body, headers=headers)
            answer = connection.getresponse()
            _judge(answer.status, answer.read(LONGEST_ANSWER))
        except HTTPException as error:
            raise HookFailed(f"对方的应答无法识别：{type(error).__name__}") from error


def _judge(status: int, answer: bytes) -> None:
    if status in OUR_FAULT:
        raise Undeliverable(f"对方不接收这条内容：HTTP {status}")
    if 300 <= status < 400:
        raise HookFailed(f"对方要求转到别的网址（HTTP {status}），没有跟随；请在配置中直接填写最终网址")
    if not 200 <= status < 300:
        raise HookFailed(f"对方应答 HTTP {status}")
    if code := _error_code(answer):
        raise HookFailed(f"对方应答错误代码 {code}")


def _error_code(answer: bytes) -> str | None:
    """The robots of 企业微信 and 钉钉 answer 200 and say in `errcode` that it went wrong."""
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    code = said.get("errcode") if isinstance(said, dict) else None
    return None if code in (None, 0) else str(code)[:40]


def probe(hook: Hook) -> None:
    """Connect, with the certificate verified; ask nothing. Raises OSError."""
    with closing(_connection(hook, urlsplit(hook.url))) as connection:
        connection.connect()


def _connection(hook: Hook, parts: SplitResult) -> HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = verified(hook.ca_file)
        return HTTPSConnection(host, parts.port, timeout=TIMEOUT_SECONDS, context=context)
    return HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
