"""What a submitted form decided, in a few words: 退回补正, 抽查结论与申报一致, 建议推荐：否.

Knows forms alone. A form decides by a choice that is named like one; most forms decide nothing.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.forms import Form, Table

# The keys of decisions, the weightier first.
DECISIONS = ("decision", "formal_result", "recommend", "result", "conclusion")
YES_OR_NO = frozenset({"是", "否"})
REPLIES = ("joint_review_replies", "result")


def outcome(form: Form, data: Mapping[str, Any]) -> str:
    """Empty for a form that decides nothing."""
    for key in DECISIONS:
        field = form.field(key)
        if field is not None and field.type in ("radio", "select") and data.get(key) not in (None, ""):
            word = field.option_label(data[key])
            return f"{field.label}：{word}" if word in YES_OR_NO else word
    return _replies(form, data)


def _replies(form: Form, data: Mapping[str, Any]) -> str:
    """未发现重大问题 5，尚未回函 1: how those who were asked have answered."""
    table, column = form.field(REPLIES[0]), form.field(".0.".join(REPLIES))
    if not isinstance(table, Table) or column is None:
        return ""
    counted = Counter(row.get(REPLIES[1]) for row in data.get(table.key) or [])
    said = ((column.option_label(value), count) for value, count in counted.items() if value)
    return "，".join(f"{word} {count}" for word, count in said)
