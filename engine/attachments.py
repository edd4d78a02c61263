"""Uploaded files: checked by their bytes, kept under their SHA-256, never executed, never shown inline.

Type is decided by magic bytes and, for zip containers, by their members; an archive is measured
before anything opens it.
"""

import hashlib
import os
import secrets
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.db import Database
from engine.errors import NotFound, Refused
from engine.ids import new_id
from engine.models import Attachment

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 5_000

MAGIC = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
)
ZIP_KINDS = (
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
    (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
    ),
    ("OFD.xml", "application/ofd", (".ofd",)),
)
TEXT_KINDS = {".geojson": "application/geo+json", ".csv": "text/csv", ".txt": "text/plain"}


def media_type_of(name: str, content: bytes) -> str:
    """The media type by content; Refused when content and file name disagree or the kind is unknown."""
    suffix = Path(name).suffix.lower()
    for magic, media_type, suffixes in MAGIC:
        if content.startswith(magic):
            return _agreed(media_type, suffix, suffixes)
    if content.startswith(b"PK\x03\x04"):
        return _zip_type(content, suffix)
    if suffix in TEXT_KINDS and _is_text(content):
        return TEXT_KINDS[suffix]
    if suffix == ".svg":
        raise Refused("不接受 SVG 文件，请另存为 PNG 或 PDF 后上传。")
    raise Refused("文件类型不在允许之列：请上传 PDF、OFD、JPG、PNG、DOCX、XLSX、GeoJSON 或 ZIP 文件。")


def _agreed(media_type: str, suffix: str, suffixes: tuple[str, ...]) -> str:
    if suffix not in suffixes:
        raise Refused(f"文件内容与扩展名“{suffix or '无'}”不符，请用原来的格式保存后再上传。")
    return media_type


def _zip_type(content: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise Refused("压缩文件已损坏，请重新保存后上传。") from None
    unpacked = sum(m.file_size for m in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(1, len(content)):
        raise Refused("压缩文件展开后过大，已拒收。")
    names = {m.filename for m in members}
    for member, media_type, suffixes in ZIP_KINDS:
        if member in names:
            return _agreed(media_type, suffix, suffixes)
    return _agreed("application/zip", suffix, (".zip",))


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False


@dataclass(frozen=True)
class Checked:
    """An upload found good: its row and its content, neither of them kept yet."""

    row: Attachment
    content: bytes


class AttachmentStore:
    """Files in a folder, named by content: write aside, sync, rename, and only then the row."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.parent / f".{sha256[:16]}.{secrets.token_hex(4)}"
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        return sha256

    def read(self, sha256: str) -> bytes:
        """The content; raises NotFound when it is missing or no longer what its name says."""
        path = self.path(sha256)
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotFound("附件缺失或已被改动，请联系管理员核查。")
        return content

    def check(
        self, now: datetime, by: str, *, name: str, content: bytes, field: str, instance_id: str | None
    ) -> Checked:
        """Look at one upload outside the transaction that will keep it. Raises Refused."""
        if not content:
            raise Refused("文件是空的，请重新选择。")
        if len(content) > MAX_BYTES:
            raise Refused(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或拆分后上传。")
        shown = Path(name.replace("\\", "/")).name[:120] or "未命名"
        media_type = media_type_of(shown, content)
        sha256 = hashlib.sha256(content).hexdigest()
        row = Attachment(
            id=new_id(), sha256=sha256, name=shown, media_type=media_type, size=len(content),
            instance_id=instance_id, field=field, by=by, at=now,
        )  # fmt: skip
        return Checked(row, content)

    def keep(self, session: Session, checked: Checked) -> None:
        """The row now, the file just before the commit: what is refused afterwards leaves neither behind."""
        session.add(checked.row)
        sa.event.listen(session, "before_commit", lambda _: self.put(checked.content), once=True)

    def add(
        self, database: Database, now: datetime, by: str, *, name: str, content: bytes, field: str,
        instance_id: str | None,
    ) -> Attachment:  # fmt: skip
        """Check and keep in a transaction of its own (D8)."""
        checked = self.check(now, by, name=name, content=content, field=field, instance_id=instance_id)
        with database.write() as session:
            self.keep(session, checked)
        return checked.row

    def damaged(self, session: Session) -> list[str]:
        """Names of attachments whose file is missing or changed; for `doctor`."""
        bad = []
        for row in session.scalars(sa.select(Attachment)):
            try:
                self.read(row.sha256)
            except NotFound:
                bad.append(f"{row.name} ({row.sha256[:12]})")
        return bad


def reference(row: Attachment) -> dict[str, object]:
    """What a form keeps of an attachment."""
    return {
        "id": row.id,
        "name": row.name,
        "sha256": row.sha256,
        "size": row.size,
        "media_type": row.media_type,
    }
