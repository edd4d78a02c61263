"""The columns of a table as they stand in a sheet: headers, their recognition, a fingerprint.

Knows the form's table and how people rename and move columns. Reads and writes no cells.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from engine.forms import Field, Table

DECORATION = re.compile(r"[\s*＊·:：、,，()（）\[\]【】“”\"'‘’]")
TRAILING_BRACKETS = re.compile(r"[(（]([^()（）]{1,12})[)）]\s*[*＊]?\s*$")
SHORTEST_PART = 3  # characters that a header must share with a label before it is taken for it
SAME_UNIT = {"家": "户", "个": "户", "项": "件"}
UNITS = frozenset(
    {"元", "千元", "万元", "百万元", "亿元", "万美元", "亿美元", "户", "件", "人", "万人", "%"}
    | {
        "亩",
        "公顷",
        "平方米",
        "平方公里",
        "千克",
        "吨",
        "万吨",
        "吨标准煤",
        "万吨标准煤",
        "立方米",
        "万立方米",
    }
)

KEYS = "_qilian"  # the hidden sheet that says which table, and which state of the form, a workbook is of

Accepts = Callable[[str, Field], bool]


def columns_of(table: Table) -> tuple[Field, ...]:
    """The columns a sheet can hold: all but files."""
    return tuple(column for column in table.columns if column.type != "filepicker")


def is_filled_by_hand(table: Table, column: Field) -> bool:
    """Whether a sheet brings this value in. A key that tells rows apart is read even if the system set it."""
    return not column.readonly or column.key in table.unique


def header(column: Field) -> str:
    return f"{column.label}（{column.look.unit}）" if column.look.unit else column.label


def fingerprint(table: Table) -> str:
    """Changes with whatever changes the sheet: keys, labels, types, units, options."""
    shape = [
        (c.key, c.label, c.type, c.look.unit, [(o.value, o.label) for o in c.options]) for c in table.columns
    ]
    return hashlib.sha256(repr((table.key, shape)).encode()).hexdigest()[:16]


def plain(text: object) -> str:
    """A header or a label without what people add to it: spaces, brackets, stars, quotation marks."""
    return (
        DECORATION.sub("", unicodedata.normalize("NFKC", str(text or "").strip()))
        .removeprefix("是否")
        .lower()
    )


def before_brackets(text: str) -> str:
    return plain(re.split(r"[(（]", text.strip(), maxsplit=1)[0])


@dataclass
class Headers:
    """Which column of the sheet (1-based) holds which field, and what is odd about it."""

    fields: dict[int, Field] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def has(self, column: Field) -> bool:
        return any(found.key == column.key for found in self.fields.values())


def recognise(texts: Mapping[int, str], columns: Iterable[Field]) -> Headers:
    """First by exact label or key, then by the words before a bracket, then by an unambiguous part."""
    headers, open_columns = Headers(), list(columns)
    left = {place: text for place, text in texts.items() if plain(text)}
    for accepts in (_is_exact, _is_same_word, _is_part):
        for place, column in _pairs(left, open_columns, accepts):
            del left[place]
            if headers.has(column):
                headers.wrong[place] = f"与前面的列重复，都是“{column.label}”。"
                continue
            headers.fields[place] = column
            if accepts is _is_part:
                headers.notes.append(
                    f"{get_column_letter(place)} 列“{texts[place].strip()}”按“{column.label}”读取。"
                )
        open_columns = [column for column in open_columns if not headers.has(column)]
    for place, column in headers.fields.items():
        if fault := _unit_fault(texts[place], column):
            headers.wrong[place] = fault
    for place in left:
        headers.notes.append(f"{_say(place, left)}不在本表中，没有读取。")
    return headers


def _say(place: int, texts: Mapping[int, str]) -> str:
    return f"{get_column_letter(place)} 列“{texts[place].strip()[:30]}”"


def count_known(texts: Iterable[str], columns: Iterable[Field]) -> int:
    """How many of the texts are headers beyond doubt: tells the header row from titles above it."""
    known = {name for column in columns for name in names_of(column)}
    return len({plain(text) for text in texts} & known)


def _pairs(left: Mapping[int, str], columns: list[Field], accepts: Accepts) -> list[tuple[int, Field]]:
    """Places and columns that choose each other; an exact name may occur twice, a resemblance may not."""
    choices = {place: [c for c in columns if accepts(text, c)] for place, text in left.items()}
    found = [(place, candidates[0]) for place, candidates in choices.items() if len(candidates) == 1]
    if accepts is _is_exact:
        return found
    keys = [column.key for _, column in found]
    return [(place, column) for place, column in found if keys.count(column.key) == 1]


def names_of(column: Field) -> tuple[str, str, str]:
    """What a header may say to be this column beyond doubt."""
    return plain(column.label), plain(header(column)), column.key.lower()


def _is_exact(text: str, column: Field) -> bool:
    return plain(text) in names_of(column)


def _is_same_word(text: str, column: Field) -> bool:
    return before_brackets(text) == before_brackets(column.label)


def _is_part(text: str, column: Field) -> bool:
    one, other = before_brackets(text), before_brackets(column.label)
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= SHORTEST_PART and shorter in longer


def _unit_fault(text: str, column: Field) -> str | None:
    """A sheet in 亿元 read as 万元 would be wrong by ten thousand times."""
    match = TRAILING_BRACKETS.search(unicodedata.normalize("NFKC", text))
    unit = match[1].strip() if match else ""
    if unit not in UNITS or not column.look.unit:
        return None
    same = SAME_UNIT.get(unit, unit) == SAME_UNIT.get(column.look.unit, column.look.unit)
    return None if same else f"{column.label}的单位应为{column.look.unit}，表中为{unit}。"
