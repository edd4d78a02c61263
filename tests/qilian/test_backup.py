"""Backup while the database is written, and restore, on both databases."""

import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.attachments import AttachmentStore
from engine.db import Database
from engine.models import Attachment, InboxMessage
from qilian import schema
from qilian.backup import (
    DATABASE,
    MANIFEST,
    BackupUnusable,
    NothingToBackUp,
    WouldOverwrite,
    back_up,
    restore,
)
from qilian.config import Config
from qilian.dumps import DumpFailed
from tests.support.postgres import drop_database, new_database

NOW = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, database_url: str) -> Config:
    return Config(tmp_path / "home", database_url, tmp_path / "secret.key")


@pytest.fixture
def other(config: Config, empty_copy: Database, tmp_path: Path) -> Config:
    """The configuration of another machine, with an empty database of the same kind."""
    url = empty_copy.url.render_as_string(hide_password=False)
    return Config(tmp_path / "other", url, tmp_path / "secret.key")


@pytest.fixture
def empty_copy(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Another database of the same kind, without tables."""
    if database.is_sqlite:
        (tmp_path / "other").mkdir()
        fresh = Database(f"sqlite:///{tmp_path / 'other' / 'qilian.db'}")
        yield fresh
        fresh.dispose()
        return
    server = request.getfixturevalue("postgres")
    url = new_database(server)
    fresh = Database(url.render_as_string(hide_password=False))
    yield fresh
    fresh.dispose()
    drop_database(url, server)


def _tell(database: Database, number: int) -> None:
    """Two rows in one transaction: a backup has both or neither."""
    with database.write() as session:
        for half in ("a", "b"):
            session.add(
                InboxMessage(event=f"{number}{half}", person_id="p", title="标题", text="内容", at=NOW)
            )


def _attach(config: Config, database: Database, content: bytes) -> str:
    store = AttachmentStore(config.attachments)
    return store.add(
        database, NOW, "p", name="章.txt", content=content, field="seal_scan", instance_id=None
    ).sha256


def _events(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(sa.select(InboxMessage.event)))


def test_a_backup_brings_back_rows_and_attachments(
    config: Config, database: Database, other: Config, empty_copy: Database, tmp_path: Path
) -> None:
    _tell(database, 1)
    sha256 = _attach(config, database, "盖章扫描件".encode())
    back_up(config, database, tmp_path / "backup.zip")
    restored = restore(other, empty_copy, tmp_path / "backup.zip")
    assert (restored.attachments, restored.missing) == (1, ())
    assert _events(empty_copy) == {"1a", "1b"}
    assert AttachmentStore(other.attachments).read(sha256) == "盖章扫描件".encode()
    _tell(empty_copy, 2)  # numbering goes on where it stood


def test_a_backup_taken_while_people_write_is_of_one_moment(
    config: Config, database: Database, other: Config, empty_copy: Database, tmp_path: Path
) -> None:
    enough, stop = threading.Event(), threading.Event()
    committed: list[int] = []

    def write() -> None:
        while not stop.is_set():
            _tell(database, len(committed))
            committed.append(len(committed))
            if len(committed) == 5:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert enough.wait(30)
        before = len(committed)
        back_up(config, database, tmp_path / "backup.zip")
        after = len(committed)
    finally:
        stop.set()
        writer.join(30)
    restore(other, empty_copy, tmp_path / "backup.zip")
    found = _events(empty_copy)
    complete = len(found) // 2
    assert before <= complete <= after + 1
    assert found == {f"{number}{half}" for number in range(complete) for half in "ab"}


def test_restore_refuses_a_database_with_tables_unless_forced(
    config: Config, database: Database, tmp_path: Path
) -> None:
    _tell(database, 1)
    back_up(config, database, tmp_path / "backup.zip")
    _tell(database, 2)
    with pytest.raises(WouldOverwrite):
        restore(config, database, tmp_path / "backup.zip")
    assert len(_events(database)) == 4
    restore(config, database, tmp_path / "backup.zip", force=True)
    assert _events(database) == {"1a", "1b"}


def test_a_restored_database_goes_on_being_migrated(
    config: Config, empty_copy: Database, tmp_path: Path
) -> None:
    schema.upgrade(empty_copy)
    back_up(config, empty_copy, tmp_path / "backup.zip")
    assert restore(config, empty_copy, tmp_path / "backup.zip", force=True).revision == schema.head()
    assert schema.is_current(empty_copy)


def test_a_backup_is_never_overwritten(config: Config, database: Database, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")
    with pytest.raises(WouldOverwrite):
        back_up(config, database, tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_text() == "mine"


def test_an_empty_database_is_no_backup(config: Config, empty_copy: Database, tmp_path: Path) -> None:
    with pytest.raises(NothingToBackUp):
        back_up(config, empty_copy, tmp_path / "backup.zip")


def test_a_missing_attachment_is_named_in_the_backup(
    config: Config, database: Database, tmp_path: Path
) -> None:
    kept, lost = _attach(config, database, b"kept"), _attach(config, database, b"lost")
    AttachmentStore(config.attachments).path(lost).unlink()
    assert back_up(config, database, tmp_path / "one.zip").missing == (lost,)
    AttachmentStore(config.attachments).path(kept).write_bytes(b"changed")
    assert set(back_up(config, database, tmp_path / "two.zip").missing) == {kept, lost}


def _rewritten(source: Path, target: Path, changes: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = changes.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("name", "content"),
    [(DATABASE, b"something else"), (DATABASE, None), (MANIFEST, None), (MANIFEST, b"[]")],
)
def test_a_backup_that_was_changed_is_refused_before_anything_happens(
    config: Config, database: Database, tmp_path: Path, name: str, content: bytes | None
) -> None:
    _tell(database, 1)
    back_up(config, database, tmp_path / "backup.zip")
    changed = _rewritten(tmp_path / "backup.zip", tmp_path / "changed.zip", {name: content})
    with pytest.raises(BackupUnusable):
        restore(config, database, changed, force=True)
    assert _events(database) == {"1a", "1b"}


def test_a_backup_cannot_write_outside_the_attachments(
    config: Config, database: Database, tmp_path: Path
) -> None:
    back_up(config, database, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        manifest = archive.read(MANIFEST)
    hostile = manifest.replace(b'"files": {', b'"files": {"attachments/../../escaped": "00",')
    changed = _rewritten(tmp_path / "backup.zip", tmp_path / "changed.zip", {MANIFEST: hostile})
    with pytest.raises(BackupUnusable, match="不认识"):
        restore(config, database, changed, force=True)


def test_a_dump_that_cannot_be_loaded_leaves_everything_as_it_was(
    config: Config, database: Database, tmp_path: Path
) -> None:
    import hashlib

    _tell(database, 1)
    back_up(config, database, tmp_path / "backup.zip")
    torn = b"not a database"
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        whole, manifest = archive.read(DATABASE), archive.read(MANIFEST)
    digests = [hashlib.sha256(content).hexdigest().encode() for content in (whole, torn)]
    changes = {DATABASE: torn, MANIFEST: manifest.replace(*digests)}
    with pytest.raises(DumpFailed):
        restore(config, database, _rewritten(tmp_path / "backup.zip", tmp_path / "torn.zip", changes), True)
    assert _events(database) == {"1a", "1b"}


def test_a_backup_of_the_other_kind_of_database_is_refused(
    config: Config, database: Database, tmp_path: Path
) -> None:
    back_up(config, database, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        manifest = archive.read(MANIFEST)
    foreign = manifest.replace(b'"database": "sqlite"', b'"database": "oracle"').replace(
        b'"database": "postgresql"', b'"database": "oracle"'
    )
    changed = _rewritten(tmp_path / "backup.zip", tmp_path / "changed.zip", {MANIFEST: foreign})
    with pytest.raises(BackupUnusable, match="oracle"):
        restore(config, database, changed, force=True)


def test_nobody_else_on_the_machine_may_read_a_backup(
    config: Config, database: Database, tmp_path: Path
) -> None:
    back_up(config, database, tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0


def test_the_manifest_names_the_hash_of_each_file(config: Config, database: Database, tmp_path: Path) -> None:
    sha256 = _attach(config, database, b"kept")
    backup = back_up(config, database, tmp_path / "backup.zip")
    assert backup.files[f"attachments/{sha256[:2]}/{sha256}"] == sha256
    with database.read() as session:
        assert session.scalars(sa.select(Attachment.sha256)).all() == [sha256]
