"""Rows that were read from a workbook, on their way through the page that shows them and back.

The page carries them, so that nothing has to be kept yet; a seal shows that the browser sent back
what was shown, with what the system fills and what a file is untouched.
"""

from typing import Any

from flask import request
from itsdangerous import BadSignature, Signer

from engine.db import dump_json, load_json
from engine.errors import Refused
from web.access import person
from web.services import services


def sealed(item_id: str, table: str, rows: list[dict[str, Any]]) -> str:
    """The hidden field `payload` of a preview, good for this person, task and table alone."""
    return _signer(item_id, table).sign(dump_json(rows)).decode()


def accepted(item_id: str, table: str) -> list[dict[str, Any]]:
    """The rows that were previewed and now posted. Refused when they are not those."""
    try:
        text = _signer(item_id, table).unsign(request.form.get("payload", ""))
    except BadSignature:
        raise Refused("预览内容已失效，请重新导入。") from None
    rows: list[dict[str, Any]] = load_json(text.decode())
    return rows


def _signer(item_id: str, table: str) -> Signer:
    return Signer(services().secret_key, salt=f"preview:{person().id}:{item_id}:{table}")
