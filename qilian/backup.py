"""Backup archives: the database and the attachments in one zip file with a manifest of hashes.

The secret key is not in it: keep it elsewhere. Knows how an archive is laid out, not how a
database is dumped.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from engine.clock import system_now
from engine.db import Database
from engine.errors import QilianError
from engine.models import Attachment
from qilian import dumps, schema
from qilian.config import Config

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
ATTACHMENT = re.compile(r"attachments/([0-9a-f]{2})/(\1[0-9a-f]{62})")


class BackupUnusable(QilianError):
    """备份文件无法使用。"""


class NothingToBackUp(QilianError):
    """数据库是空的，没有可备份的内容；请核对 QILIAN_HOME 和 QILIAN_DATABASE_URL。"""


class WouldOverwrite(QilianError):
    """目标已有内容。"""


@dataclass(frozen=True)
class Backup:
    """What the manifest says. `missing` names attachments that a row has but the folder has not."""

    database: str
    revision: str | None
    taken_at: datetime
    key_fingerprint: str | None
    files: dict[str, str]
    missing: tuple[str, ...]

    @property
    def attachments(self) -> int:
        return sum(name != DATABASE for name in self.files)


def back_up(config: Config, database: Database, target: Path) -> Backup:
    """Write the archive; it appears under its name only when it is whole."""
    if target.exists():
        raise WouldOverwrite(f"“{target}”已存在，请换一个文件名。")
    if not dumps.tables(database):
        raise NothingToBackUp
    with _workshop(target.parent) as folder:
        copy = folder / DATABASE
        dumps.dump(database, copy)
        # Files are written before their rows and never change: copied after the database, none is short.
        partial = folder / "archive.zip"
        with zipfile.ZipFile(partial, "w") as archive:
            files = {DATABASE: _add(archive, DATABASE, copy)}
            for path in sorted(config.attachments.glob("??/" + "?" * 64)):
                name = f"attachments/{path.parent.name}/{path.name}"
                files[name] = _add(archive, name, path)
            backup = _describe(config, database, files)
            archive.writestr(MANIFEST, _to_json(backup))
        partial.chmod(0o600)
        _publish(partial, target)
    return backup


def restore(config: Config, database: Database, source: Path, force: bool = False) -> Backup:
    """Put an archive back. Everything is checked before anything is changed."""
    with _open(source) as archive, _workshop(config.home) as folder:
        backup = _read_manifest(archive)
        _check(archive, backup)
        if backup.database != dumps.kind(database):
            raise BackupUnusable(f"备份来自 {backup.database}，现用数据库是 {dumps.kind(database)}。")
        if dumps.tables(database) and not force:
            raise WouldOverwrite("现有数据库不是空的；确要用备份覆盖，请加 --force。")
        for name in backup.files:
            if name != DATABASE:
                _extract(archive, name, folder / "file")
                _publish(folder / "file", config.home / name)
        copy = folder / DATABASE
        _extract(archive, DATABASE, copy)
        database.dispose()
        dumps.load(database, copy)
    return backup


def _describe(config: Config, database: Database, files: dict[str, str]) -> Backup:
    with database.read() as session:
        wanted = set(session.scalars(sa.select(Attachment.sha256)))
    whole = {name.rpartition("/")[2] for name, digest in files.items() if name.endswith(f"/{digest}")}
    return Backup(
        database=dumps.kind(database),
        revision=schema.current(database),
        taken_at=system_now(),
        key_fingerprint=config.key_fingerprint(),
        files=files,
        missing=tuple(sorted(wanted - whole)),
    )


def _to_json(backup: Backup) -> str:
    document = {
        "format": FORMAT,
        "database": backup.database,
        "revision": backup.revision,
        "taken_at": backup.taken_at.isoformat(),
        "key_fingerprint": backup.key_fingerprint,
        "missing": backup.missing,
        "files": backup.files,
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _read_manifest(archive: zipfile.ZipFile) -> Backup:
    try:
        document: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if document["format"] != FORMAT:
            raise BackupUnusable(f"备份格式 {document['format']} 不是本程序能读的格式 {FORMAT}。")
        return Backup(
            database=document["database"],
            revision=document["revision"],
            taken_at=datetime.fromisoformat(document["taken_at"]),
            key_fingerprint=document["key_fingerprint"],
            files=dict(document["files"]),
            missing=tuple(document["missing"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BackupUnusable("这不是祁连的备份文件：缺少清单或清单无法读取。") from error


def _check(archive: zipfile.ZipFile, backup: Backup) -> None:
    """Every file of the manifest is there and unchanged, and nothing can leave its folder."""
    if DATABASE not in backup.files:
        raise BackupUnusable("备份中没有数据库。")
    for name, digest in backup.files.items():
        if name != DATABASE and not ATTACHMENT.fullmatch(name):
            raise BackupUnusable(f"备份中有不认识的文件“{name}”。")
        if _digest_in(archive, name) != digest:
            raise BackupUnusable(f"备份中的“{name}”缺失或已被改动。")


def _digest_in(archive: zipfile.ZipFile, name: str) -> str | None:
    try:
        with archive.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (KeyError, zipfile.BadZipFile, EOFError):
        return None


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    packed = zipfile.ZIP_DEFLATED if name == DATABASE else zipfile.ZIP_STORED  # uploads are packed already
    archive.write(path, name, packed)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _extract(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    with archive.open(name) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file)


def _publish(whole: Path, target: Path) -> None:
    """Under its name only when it is on the disk."""
    with whole.open("rb") as file:
        os.fsync(file.fileno())
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole.replace(target)


@contextmanager
def _open(source: Path) -> Iterator[zipfile.ZipFile]:
    file: BinaryIO
    with source.open("rb") as file:
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise BackupUnusable(f"“{source}”不是完整的备份文件。") from error
        with archive:
            yield archive


@contextmanager
def _workshop(beside: Path) -> Iterator[Path]:
    """A private folder on the same disk as the result, gone afterwards."""
    beside.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".qilian-", dir=beside) as folder:
        yield Path(folder)
