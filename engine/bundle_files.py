"""A diagram with its forms as files: taken in from an upload, given out as a folder.

What is taken in is hostile until proven otherwise: an archive is measured before and while it is
opened, no path of it is ever used, and only names of files count. Judges no diagram.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.element_templates import FOLDER
from engine.errors import Problem, Refused

MAX_FILE = 2_000_000
MAX_FILES = 300
MAX_UNPACKED = 30_000_000
MAX_RATIO = 200
DIAGRAM_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,59}", re.ASCII)
FORM_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}", re.ASCII)
IGNORED = ("__MACOSX", ".camunda", ".git")
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same folder is the same file, whenever it is packed


@dataclass(frozen=True)
class Taken:
    """What an upload holds. `diagram` is None when only forms came; `ignored` are names not used."""

    name: str = ""
    diagram: bytes | None = None
    forms: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()


def take(files: Iterable[tuple[str, bytes]]) -> Taken:
    """Sort uploaded files, an archive among them or not. Raises Refused with every problem."""
    shelf = _Shelf()
    for name, content in files:
        if PurePosixPath(name).suffix.lower() == ".zip":
            for member, inner in _unpacked(name, content):
                shelf.put(member, inner)
        else:
            shelf.put(name, content)
    return shelf.taken()


class _Shelf:
    """Sorts files by their names and collects what is wrong with them."""

    def __init__(self) -> None:
        self._diagrams: dict[str, bytes] = {}
        self._forms: dict[str, str] = {}
        self._ignored: list[str] = []
        self._problems: list[str] = []

    def put(self, path: str, content: bytes) -> None:
        parts = PurePosixPath(path.replace("\\", "/"))
        shown = _shown(parts.name)
        if any(part in IGNORED for part in parts.parts):
            return
        if parts.suffix.lower() not in (".bpmn", ".form"):
            self._ignored.append(shown)
        elif len(content) > MAX_FILE:
            self._problems.append(f"文件“{shown}”超过 {MAX_FILE // 1_000_000} MB。")
        elif parts.suffix.lower() == ".bpmn":
            self._put_diagram(parts.stem, content)
        else:
            self._put_form(parts.stem, shown, content)

    def _put_diagram(self, name: str, content: bytes) -> None:
        if self._diagrams:
            self._problems.append("一次只能提交一张流程图，请分开提交。")
        self._diagrams[name] = content

    def _put_form(self, name: str, shown: str, content: bytes) -> None:
        if not FORM_NAME.fullmatch(name):
            self._problems.append(f"表单文件名“{shown}”只能用字母、数字、下划线、点和短横。")
        elif name in self._forms:
            self._problems.append(f"有两个名为“{shown}”的表单文件。")
        else:
            self._read_form(name, shown, content)

    def _read_form(self, name: str, shown: str, content: bytes) -> None:
        try:
            self._forms[name] = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._problems.append(f"表单文件“{shown}”不是 UTF-8 编码。")

    def taken(self) -> Taken:
        if not self._problems and not self._diagrams and not self._forms:
            self._problems.append("没有选择 .bpmn 或 .form 文件。")
        if self._problems:
            raise Refused([Problem(message) for message in dict.fromkeys(self._problems)])
        name, diagram = next(iter(self._diagrams.items()), ("", None))
        return Taken(name, diagram, self._forms, tuple(self._ignored))


def _unpacked(name: str, content: bytes) -> Iterable[tuple[str, bytes]]:
    """The files of an archive. Sizes are measured while reading, whatever the archive says of itself."""
    shown = _shown(name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            _require_sound(shown, members, len(content))
            left, found = MAX_UNPACKED, []
            for member in members:
                with archive.open(member) as file:
                    inner = file.read(min(left, MAX_FILE) + 1)
                left -= len(inner)
                if left < 0:
                    raise Refused(f"压缩文件“{shown}”展开后过大，已拒收。")
                found.append((member.filename, inner))
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        raise Refused(f"压缩文件“{shown}”已损坏或无法打开，请重新压缩为普通的 ZIP 文件。") from None


def _require_sound(shown: str, members: Sequence[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MAX_FILES:
        raise Refused(f"压缩文件“{shown}”里的文件超过 {MAX_FILES} 个。")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(size, 1):
        raise Refused(f"压缩文件“{shown}”展开后过大，已拒收。")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename or "\0" in member.filename:
            raise Refused(f"压缩文件“{shown}”里有越出文件夹的路径，已拒收。")
        if member.flag_bits & 0x1:
            raise Refused(f"压缩文件“{shown}”加了密码，请去掉密码后再上传。")


def _shown(name: str) -> str:
    """A name as it may stand in a message: one line, no path, no more than fits."""
    leaf = PurePosixPath(name.replace("\\", "/")).name
    return " ".join("".join(c if c.isprintable() else " " for c in leaf).split())[:60] or "未命名"


def diagram_name(file_stem: str, process_keys: Iterable[str]) -> str:
    """What a new diagram is called: as its file, if that may stand in an address, else as its process."""
    return file_stem if DIAGRAM_NAME.fullmatch(file_stem) else next(iter(process_keys), "diagram")


def folder_of(name: str, xml: str, forms: Mapping[str, str], template_text: str) -> bytes:
    """A zip that unpacks into a folder which the desktop Camunda Modeler opens with all its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, f"{name}/{name}.bpmn", xml)
        for form, text in sorted(forms.items()):
            _add(archive, f"{name}/forms/{form}.form", text)
        _add(archive, f"{name}/{FOLDER}/qilian.json", template_text)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, path: str, text: str) -> None:
    entry = zipfile.ZipInfo(path, FIRST_DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, text)
