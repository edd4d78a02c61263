"""Whoever objects: sealed name and contact, known again by a fingerprint, followed by a receipt (F08).

Staff who handle an objection may read who raised it, the public page never does; every reading is for
the caller to audit. Knows no notice and no process.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.objections.vault import Vault
from clusters.register.models import Objection, Objector
from engine.errors import NotFound, Refused

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is read as another
RECEIPT_LENGTH = 12


def keep(session: Session, vault: Vault, no: str, name: str, contact: str) -> None:
    key = vault.new_key(session)
    sealed = vault.seal(session, key, {"name": name, "contact": contact})
    mark = fingerprint(vault, name, contact)
    session.add(Objector(objection_no=no, key_id=key, sealed=sealed, fingerprint=mark))
    session.flush()


def fingerprint(vault: Vault, name: str, contact: str) -> str:
    """The same for the same person, however name, telephone or mail address are spaced and written."""
    return vault.fingerprint("objector", plain(name), re.sub(r"[\s\-()+]", "", plain(contact)))


def plain(text: str) -> str:
    """What makes two spellings the same: width, spaces and case do not tell them apart."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def earlier(
    session: Session, vault: Vault, who: tuple[str, str], *, notice_no: str, case_no: str, ground: str
) -> Sequence[Objection]:
    """What the same person (name, contact) already brought against the cluster on the same ground."""
    query = (
        sa.select(Objection)
        .join(Objector, Objector.objection_no == Objection.no)
        .where(
            Objector.fingerprint == fingerprint(vault, *who),
            Objection.notice_no == notice_no,
            Objection.case_no == case_no,
            Objection.ground == ground,
        )
    )
    return session.scalars(query.order_by(Objection.no)).all()


def known(session: Session, vault: Vault, no: str) -> dict[str, str] | None:
    """Name and contact, for handlers only; None when none were given or they have been deleted."""
    row = session.get(Objector, no)
    if row is None:
        return None
    try:
        return vault.open(session, row.key_id, row.sealed)
    except NotFound:
        return None


def forget(session: Session, vault: Vault, no: str, now: datetime) -> None:
    """Delete the personal data of a closed objection for good."""
    if session.get_one(Objection, no).status != "closed":
        raise Refused("异议尚未办结，不能删除提出人信息。")
    row = session.get(Objector, no)
    if row is not None:
        vault.destroy(session, row.key_id, now)
        row.fingerprint = None


# --- the receipt ------------------------------------------------------------------------------


def new_receipt() -> str:
    """回执码 `K7QM-…`: shown once, kept as a hash; whoever has it follows the objection."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(RECEIPT_LENGTH))
    return "-".join(drawn[i : i + 4] for i in range(0, RECEIPT_LENGTH, 4))


def receipt_hash(vault: Vault, receipt: str) -> str:
    return vault.fingerprint("receipt", plain(receipt).replace("-", ""))


def by_receipt(session: Session, vault: Vault, no: str, receipt: str) -> Objection:
    """The objection that number and receipt belong to; NotFound says nothing about which was wrong."""
    row = session.get(Objection, no.strip().upper())
    if row is None or not secrets.compare_digest(row.receipt_hash, receipt_hash(vault, receipt)):
        raise NotFound("没有找到这件异议：请核对异议编号和回执码。")
    return row
