"""From the bytes of a diagram to text in one encoding, whatever modeling tool wrote them (D3).

What is looked at afterwards and what the parser reads are the same UTF-8 bytes: an encoding is never
left to the parser. Knows byte order marks and the declaration of XML, no element.
"""

import codecs
import re

from engine.bpmn.findings import DiagramRefused

DECLARATION = re.compile(r"<\?xml\s[^>]*\?>")
WITHIN = 1000  # bytes; a declaration stands at the very beginning
DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["'][^>]*\?>""")
ENCODING = re.compile(r"""(encoding\s*=\s*)(["'])[^"']*["']""")
MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
# What modeling tools write and what a Chinese editor saves; one superset for each family.
KNOWN = {
    "utf-8": "utf-8", "utf8": "utf-8", "ascii": "utf-8", "us-ascii": "utf-8",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030",
    "iso-8859-1": "iso-8859-1", "windows-1252": "cp1252",
}  # fmt: skip
MESSAGE = "文件的编码读不出来，请另存为 UTF-8。"


def decoded(data: bytes) -> str:
    """The text of a file, declared as UTF-8; lines stay where they were. DiagramRefused: not_xml."""
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    data = data[len(mark) :]
    encoding = MARKS[mark] if mark else _declared(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = None if "16" in encoding else data[: error.start].count(b"\n") + 1
        raise DiagramRefused("not_xml", MESSAGE, line) from None
    if "\0" in text:
        raise DiagramRefused("not_xml", MESSAGE)
    if not text.strip():
        raise DiagramRefused("not_xml", "文件是空的，或不是文本文件。")
    return _as_utf8(text)


def _as_utf8(text: str) -> str:
    declaration = DECLARATION.match(text[:WITHIN])
    if declaration is None:
        return text
    return ENCODING.sub(r"\1\2UTF-8\2", declaration[0]) + text[declaration.end() :]


def _declared(data: bytes) -> str:
    """Without a byte order mark the declaration says it; without one it is UTF-8, as XML has it."""
    found = DECLARED.match(data[:WITHIN])
    if found is None:
        return "utf-8"
    encoding = KNOWN.get(found[1].decode("latin-1").lower())
    if encoding is None:
        raise DiagramRefused("not_xml", MESSAGE, 1)
    return encoding
