"""What changed between two submissions, item by item. Pure; knows shapes of data, not their meaning.

Rows of a table are matched by what identifies them (a year, a credit code), so that a row moved or
inserted does not show as twenty changed fields.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What tells one row of a table from another; other tables are compared by position.
IDENTITY = {
    "indicators": "year",
    "enterprises": "uscc",
    "plan_targets": "target_id",
    "patent_list": "patent_no",
    "standards_list": "std_no",
    "shared_mechanisms": "kind",
    "authority_proofs": "dept",
}


@dataclass(frozen=True)
class Difference:
    """One changed item. `kind`: changed, added or removed; `path` stands in the later submission
    except for what was removed. `subject` names the row (a year, a credit code)."""

    path: str
    kind: str
    before: Any
    after: Any
    subject: str | None = None

    @property
    def field(self) -> str:
        """The field of the form to which this belongs: `enterprises` for `enterprises.3.name`."""
        return self.path.split(".", 1)[0]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every difference, in the order of the later submission."""
    keys = [*after, *(k for k in before if k not in after)]
    return [d for key in keys for d in _field(key, before.get(key), after.get(key))]


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {d.field for d in differences(before, after)}


def _field(key: str, before: Any, after: Any) -> Iterator[Difference]:
    if _is_table(before) or _is_table(after):
        yield from _table(key, before or [], after or [])
    elif before != after:
        yield Difference(key, _kind(before, after), before, after)


def _is_table(value: Any) -> bool:
    # A list of uploaded files is one value: its entries carry a hash.
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, Mapping) and "sha256" not in row for row in value)
    )


def _table(key: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    earlier = {name: (index, row) for index, name, row in _named_rows(key, before)}
    seen = set()
    for index, name, row in _named_rows(key, after):
        seen.add(name)
        path, subject = f"{key}.{index}", str(name[0])
        if name not in earlier:
            yield Difference(path, "added", None, row, subject)
            continue
        old = earlier[name][1]
        for column in [*row, *(c for c in old if c not in row)]:
            was, now = old.get(column), row.get(column)
            if was != now:
                yield Difference(f"{path}.{column}", _kind(was, now), was, now, subject)
    for name, (index, row) in earlier.items():
        if name not in seen:
            yield Difference(f"{key}.{index}", "removed", row, None, str(name[0]))


def _named_rows(key: str, rows: Sequence[Any]) -> Iterator[tuple[int, tuple[Any, int], Mapping[str, Any]]]:
    """Rows with a name that is unique even when the identifying column repeats or is empty."""
    counts: dict[Any, int] = {}
    column = IDENTITY.get(key)
    for index, row in enumerate(rows):
        name = row.get(column) if column else index + 1
        name = name if name not in (None, "") else f"第{index + 1}行"
        counts[name] = counts.get(name, 0) + 1
        yield index, (name, counts[name]), row


def _kind(before: Any, after: Any) -> str:
    if before in (None, "", []):
        return "added"
    return "removed" if after in (None, "", []) else "changed"
