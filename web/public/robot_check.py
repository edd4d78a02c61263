"""Proof that a person fills in a public form: no script, no picture, no service of others.

A signed question, answered in words or digits; a least time for reading; an entry that people do not see
and robots fill in. Every form counts once. Nothing here says whether what was written is admissible.
"""

import hashlib
import hmac
import secrets
import unicodedata
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.fernet import Fernet
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.clock import system_now
from engine.errors import Problem
from web.models import FormUse
from web.services import services

LEAST = timedelta(seconds=5)
LONGEST = timedelta(hours=24)
TOLD_AGAIN = timedelta(minutes=15)  # to whoever pressed twice and saw only the second answer
TRAP = "homepage"
DIGITS = "零一二三四五六七八九"
FRESH = "验证题已更新，请重新回答后提交；您填写的文字都还在。"


@dataclass(frozen=True)
class Check:
    """What the form shows: `token` travels hidden, `question` is answered by the reader."""

    token: str
    question: str


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(services().secret_key, salt="public form")


def begin(since: datetime | None = None) -> Check:
    """A fresh question. `since` keeps the time at which the reader began."""
    one, other = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    began = since or system_now()
    token = _serializer().dumps({"at": began.isoformat(), "n": secrets.token_hex(8), "q": [one, other]})
    text = token if isinstance(token, str) else token.decode()
    return Check(text, f"{DIGITS[one]}加{DIGITS[other]}等于几？")


def again(token: str) -> Check:
    """The next question after a refusal, for the same reader."""
    try:
        return begin(datetime.fromisoformat(_serializer().loads(token)["at"]))
    except (BadData, KeyError, TypeError, ValueError):
        return begin()


def problems(token: str, answer: str, trap: str) -> list[Problem]:
    """What speaks against a person; empty when nothing does."""
    try:
        asked = _serializer().loads(token)
        began, (one, other) = datetime.fromisoformat(asked["at"]), asked["q"]
    except (BadData, KeyError, TypeError, ValueError):
        return [Problem(FRESH, "answer")]
    age = system_now() - began
    if trap:
        return [Problem("请不要填写“主页”一栏，把它留空。", TRAP)]
    if age > LONGEST:
        return [Problem(FRESH, "answer")]
    if age < LEAST:
        return [Problem("提交得太快了，请核对内容后再提交一次。", "answer")]
    if _number(answer) != one + other:
        return [Problem("验证题的答案不对，请重新回答。", "answer")]
    return []


def use(session: Session, token: str) -> str | None:
    """Claim the form in the caller's transaction: None at first use, else what was then answered.

    Of two at once the second waits; a first one that is refused leaves the form unused.
    """
    now, key = system_now(), _key(token)
    session.execute(sa.delete(FormUse).where(FormUse.used_at < now - LONGEST))
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    claim = insert(FormUse).values(key=key, used_at=now, answer="").on_conflict_do_nothing()
    if session.execute(claim.returning(FormUse.key)).first() is not None:
        return None
    row = session.get_one(FormUse, key)
    is_recent = bool(row.answer) and now - row.used_at < TOLD_AGAIN
    return _seal(token).decrypt(row.answer.encode()).decode() if is_recent else ""


def answered(session: Session, token: str, answer: str) -> None:
    """Keep for a while what the reader was told, readable only with the token of the form."""
    session.get_one(FormUse, _key(token)).answer = _seal(token).encrypt(answer.encode()).decode()


def _key(token: str) -> str:
    return hmac.new(services().secret_key, token.encode(), hashlib.sha256).hexdigest()


def _seal(token: str) -> Fernet:
    derived = hmac.new(services().secret_key, b"answer\n" + token.encode(), hashlib.sha256).digest()
    return Fernet(urlsafe_b64encode(derived))


def _number(answer: str) -> int | None:
    """14, １４, 十四."""
    text = unicodedata.normalize("NFKC", answer).strip()
    if text.isascii() and text.isdecimal() and len(text) <= 2:
        return int(text)
    tens, mark, ones = text.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or any(c not in DIGITS for c in tens + ones) or not text:
        return None
    return (DIGITS.index(tens) if tens else 1 if mark else 0) * 10 + (DIGITS.index(ones) if ones else 0)
