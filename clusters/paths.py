"""Places in a submission, written as forms name them: `indicators.3.total_output`. Pure."""

from collections.abc import Mapping
from typing import Any

from engine.errors import NotFound


def at(data: Mapping[str, Any], path: str) -> Any:
    """The value at a path. NotFound when the submission has no such place."""
    value: Any = data
    for part in path.split("."):
        value = _step(value, part, path)
    return value


def put(data: dict[str, Any], path: str, value: Any) -> None:
    """Replace the value at a path that exists."""
    *way, last = path.split(".")
    holder: Any = at(data, ".".join(way)) if way else data
    _step(holder, last, path)
    holder[int(last) if isinstance(holder, list) else last] = value


def _step(value: Any, part: str, path: str) -> Any:
    if isinstance(value, Mapping) and part in value:
        return value[part]
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    raise NotFound(f"所填内容中没有“{path}”这一项。")
