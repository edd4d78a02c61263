"""Sealed scans: each belongs to the content that was printed, so an edit makes it void (A-13). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from engine.errors import Problem

FIELD = "seal_scan"
Scans = Sequence[Mapping[str, Any]]


class Sealed(Protocol):
    """What is printed, sealed and scanned: its content now, and which scan sealed which content."""

    @property
    def content_hash(self) -> str | None: ...

    @property
    def seal_hashes(self) -> list[str]: ...


def problems(sealed: Sealed, scans: Scans, what: str, article: str) -> list[Problem]:
    """Why these scans do not seal the content as it stands."""
    if not scans:
        return [Problem(f"请上传加盖公章的{what}扫描件。", FIELD, article)]
    used = dict(entry.split(":", 1) for entry in sealed.seal_hashes)
    if any(used.get(str(s.get("sha256")), sealed.content_hash) != sealed.content_hash for s in scans):
        message = f"{what}内容已改动，原扫描件作废，请重新打印、盖章、扫描。"
        return [Problem(message, FIELD, article)]
    return []


def kept(sealed: Sealed, scans: Scans) -> list[str]:
    """`seal_hashes` with these scans added."""
    return [*sealed.seal_hashes, *(f"{scan.get('sha256')}:{sealed.content_hash}" for scan in scans)]
