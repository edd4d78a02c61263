"""Personal data of outsiders, encrypted with a key per person; destroying the key deletes (D16).

Each person's key is itself sealed with the installation's secret, which is not in the database, so
that a stolen database tells nothing. Knows no objection and no page.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Session

from clusters.register.models import PersonalKey
from engine.db import dump_json, load_json
from engine.errors import NotFound, QilianError
from engine.ids import new_id


class WrongSecret(QilianError):
    """安装密钥与数据不符，无法解密个人信息。"""


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret)


class Vault:
    """Seals and opens. `secret` is the content of the installation's secret key file."""

    def __init__(self, secret: bytes) -> None:
        self._master = Fernet(urlsafe_b64encode(_derived(secret, b"qilian personal data")))
        self._marks = _derived(secret, b"qilian fingerprints")

    def fingerprint(self, *words: str) -> str:
        """The same words give the same 64 hex digits, which tell nothing without the secret."""
        return hmac.new(self._marks, dump_json(list(words)).encode(), hashlib.sha256).hexdigest()

    def new_key(self, session: Session) -> str:
        """A key for one person; returns its id."""
        row = PersonalKey(id=new_id(), sealed_key=self._master.encrypt(Fernet.generate_key()).decode())
        session.add(row)
        session.flush()
        return row.id

    def seal(self, session: Session, key_id: str, data: Mapping[str, str]) -> str:
        return self._key(session, key_id).encrypt(dump_json(dict(data)).encode()).decode()

    def open(self, session: Session, key_id: str, sealed: str) -> dict[str, str]:
        """The data again. NotFound when its key has been destroyed."""
        try:
            opened: dict[str, str] = load_json(self._key(session, key_id).decrypt(sealed.encode()).decode())
        except InvalidToken:
            raise WrongSecret from None
        return opened

    def destroy(self, session: Session, key_id: str, now: datetime) -> None:
        """Delete the key, and with it all that it sealed."""
        row = session.get_one(PersonalKey, key_id)
        row.sealed_key, row.destroyed_at = None, row.destroyed_at or now

    def _key(self, session: Session, key_id: str) -> Fernet:
        row = session.get(PersonalKey, key_id)
        if row is None or row.sealed_key is None:
            raise NotFound("此人的个人信息已经删除。")
        try:
            return Fernet(self._master.decrypt(row.sealed_key.encode()))
        except InvalidToken:
            raise WrongSecret from None
