"""When a part of a form is hidden. Knows one comparison with one key and nothing more.

form-js allows any FEEL here; a diagram's data stays data (D3), so only `=key = "x"`, `=key != "x"`
and the same with true, false and whole numbers are understood. form-js reaches a column of the same
row as `this.key`; the row is looked at first here, with or without it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHAPE = re.compile(
    r'^=\s*(?:this\.)?(?P<key>[A-Za-z_]\w*)\s*(?P<operator>!=|=)\s*(?:"(?P<text>[^"]*)"|(?P<word>true|false)|(?P<number>-?\d{1,9}))\s*$'
)


@dataclass(frozen=True)
class Condition:
    """`key` equals (or does not equal) `value`."""

    key: str
    equal: bool
    value: str | bool | int

    def holds(self, scope: Mapping[str, Any]) -> bool:
        found = scope.get(self.key)
        same = type(found) is type(self.value) and found == self.value
        return same is self.equal


def parse_condition(text: str) -> Condition | None:
    """The condition in `text`, or None where it is of another shape."""
    match = SHAPE.match(text)
    if match is None:
        return None
    value: str | bool | int
    if match["text"] is not None:
        value = match["text"]
    elif match["word"] is not None:
        value = match["word"] == "true"
    else:
        value = int(match["number"])
    return Condition(match["key"], match["operator"] == "=", value)
