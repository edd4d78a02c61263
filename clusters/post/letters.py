"""What stands in a mail or web hook: pure words from what a person was told in the inbox.

Nothing that the recipient has not been told there; the inbox stays the record of truth, and says so.
The web hook passes through other hands: it names the matter and the day, the rest is behind sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

LONGEST_DIGEST = 100
LATE, SOON, OTHER = "今天到期或已经逾期", "即将到期", "其他消息"


@dataclass(frozen=True)
class Note:
    """One in-app message; `due_on` and `provisional` are those of its work item as it stands now."""

    kind: str
    title: str
    text: str
    link: str | None
    told_on: date
    due_on: date | None = None
    provisional: bool = False


def single(note: Note, name: str, base_url: str) -> tuple[str, dict[str, Any]]:
    """Title and payload of a message that leaves at once."""
    lines = [f"{name}，您好：", "", note.title, *_details(note, base_url), "", *_footer(base_url)]
    return f"【祁连】{note.title}", _payload(note.kind, lines, [note.title, *_day(note)], note.link, base_url)


def digest(notes: Sequence[Note], name: str, today: date, base_url: str) -> tuple[str, dict[str, Any]]:
    """Title and payload of one person's day: due today and overdue first, then by due date."""
    groups = {LATE: [n for n in notes if _is_late(n, today)]}
    rest = [n for n in notes if not _is_late(n, today)]
    groups[SOON] = [n for n in rest if n.due_on is not None]
    groups[OTHER] = [n for n in rest if n.due_on is None]
    late = f"，其中 {len(groups[LATE])} 项今天到期或已逾期" if groups[LATE] else ""
    title = f"【祁连】{today.month}月{today.day}日：{len(notes)} 项待您关注{late}"
    lines, brief = [f"{name}，您好：", ""], [title.removeprefix("【祁连】")]
    for heading, group in groups.items():
        ordered = sorted(group, key=lambda n: (n.due_on or date.max, n.title))
        shown = [_dated(n, today) for n in ordered[:LONGEST_DIGEST]]
        lines += _section(heading, shown, len(ordered), base_url)
        brief += [f"{n.title}{'，'.join(['', *_day(n)])}" for n in ordered[:5]]
    return title, _payload("digest", [*lines, *_footer(base_url)], brief, "/messages", base_url)


def _is_late(note: Note, today: date) -> bool:
    """Nothing is late by a date that is not announced yet (D6)."""
    return note.due_on is not None and note.due_on <= today and not note.provisional


def _dated(note: Note, today: date) -> Note:
    """What was told on an earlier day counts its days from there, and says so."""
    if note.told_on >= today or not note.text:
        return note
    return replace(note, text=f"{note.text}（{note.told_on.month}月{note.told_on.day}日告知）")


def _section(heading: str, notes: Sequence[Note], total: int, base_url: str) -> list[str]:
    if not notes:
        return []
    lines = [f"■ {heading}（{total} 项）", ""]
    for number, note in enumerate(notes, start=1):
        lines += [f"{number}. {note.title}", *(f"   {line}" for line in _details(note, base_url)), ""]
    if total > len(notes):
        lines += [f"另有 {total - len(notes)} 项，请登录后在“消息”中查看。", ""]
    return lines


def _details(note: Note, base_url: str) -> list[str]:
    found = [line.strip() for line in note.text.splitlines() if line.strip()]
    verb = "查看" if note.kind == "result" else "办理"
    return [*found, *_day(note), *([f"{verb}：{base_url}{note.link}"] if note.link else [])]


def _day(note: Note) -> list[str]:
    if note.due_on is None:
        return []
    day = f"期限：{note.due_on.year}年{note.due_on.month}月{note.due_on.day}日"
    return [day + ("（暂定，节假日安排公布后重新计算）" if note.provisional else "")]


def _footer(base_url: str) -> list[str]:
    return [
        "————",
        "本邮件由系统自动发出，请勿回复。告知内容和时间以站内“消息”的记录为准：",
        f"{base_url}/messages",
        f"接收方式可在“我的资料”中更改：{base_url}/profile",
    ]


def _payload(
    kind: str, lines: Sequence[str], brief: Sequence[str], link: str | None, base_url: str
) -> dict[str, Any]:
    url = f"{base_url}{link}" if link else f"{base_url}/messages"
    return {
        "kind": kind, "text": "\n".join(lines) + "\n", "brief": "\n".join([*brief, url]), "url": url,
    }  # fmt: skip
