"""Uploading and downloading files. Files are served as downloads, never shown inline."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine.attachments import MAX_BYTES, Checked, reference
from engine.errors import NotFound, Refused
from engine.models import Attachment
from web.access import CASE_ROLES, access, person
from web.services import services
from web.tasks.form_view import Upload

blueprint = Blueprint("attachments", __name__)


def keep(upload: Upload, instance_id: str) -> dict[str, object]:
    """Store one upload and return what the form keeps of it. Raises Refused in words."""
    content = upload.file.stream.read(MAX_BYTES + 1)
    name = upload.file.filename or ""
    accepted = upload.field.rules.accept
    if accepted and not name.lower().endswith(accepted):
        raise Refused(f"此处只接受 {'、'.join(accepted)} 文件。")
    return store(name, content, upload.path, instance_id)


def store(name: str, content: bytes, field: str, instance_id: str | None) -> dict[str, object]:
    """Keep a file of a case; whoever may see the case may fetch it, and nobody while it has none."""
    row = services().attachments.add(
        services().database, services().now(), person().id, name=name, content=content, field=field,
        instance_id=instance_id,
    )  # fmt: skip
    return reference(row)


def check(file: FileStorage, field: str, instance_id: str | None) -> Checked:
    """Look at a file that comes with an act; `keep_all` keeps it in the act's own transaction."""
    return services().attachments.check(
        services().now(), person().id, name=file.filename or "", content=file.stream.read(MAX_BYTES + 1),
        field=field, instance_id=instance_id,
    )  # fmt: skip


def keep_all(session: Session, files: Iterable[Checked]) -> list[dict[str, object]]:
    """Keep files together with what they belong to: refused together, nothing of them is left."""
    checked = list(files)
    for file in checked:
        services().attachments.keep(session, file)
    return [reference(file.row) for file in checked]


def file_url(kept: Mapping[str, Any]) -> str | None:
    """Where a form's file can be fetched; None for a file known by name only."""
    id_ = kept.get("id")
    return url_for("attachments.download", attachment_id=id_) if id_ else None


@blueprint.get("/attachments/<attachment_id>")
@access(roles=CASE_ROLES | {"audit_admin"}, scope="case")
def download(attachment_id: str) -> Response:
    with services().database.read() as session:
        row = session.get(Attachment, attachment_id)
    return sent(row)


def sent(row: Attachment | None) -> Response:
    """The file as a download; whoever calls has asked whether it may be seen."""
    if row is None:
        raise NotFound
    services().attachments.read(row.sha256)  # raises when the file is not what its name says
    response = send_file(
        services().attachments.path(row.sha256), mimetype="application/octet-stream", as_attachment=True,
        download_name=row.name,
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
