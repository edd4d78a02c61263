"""Reading JSON: exact, and never worse than a plain sentence."""

from decimal import Decimal
from pathlib import Path

import pytest

from clusters import strict_json
from clusters.strict_json import JsonObject, Unreadable, read, read_file


def test_decimals_are_kept_to_the_last_digit() -> None:
    assert read(b"[0.1, 245008.60, 1e2, 7]") == [
        Decimal("0.1"),
        Decimal("245008.60"),
        Decimal("1e2"),
        Decimal(7),
    ]


def test_keys_given_twice_are_remembered() -> None:
    document = read(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 3, "a": 4}')
    assert isinstance(document, JsonObject)
    assert document.repeated == ("a",)
    inner = document["b"]
    assert isinstance(inner, JsonObject)
    assert inner.repeated == ("c",)


@pytest.mark.parametrize("text", ["NaN", "-Infinity", "1e99999999999999999999", "-1e99999999999999999999"])
def test_what_is_not_finite_stays_visible(text: str) -> None:
    value = read(text.encode())
    assert isinstance(value, Decimal)
    assert not value.is_finite()


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{'a': 1}", b'{"a": 1,}', b'{"a": 01}', b"\xff\xfe", b"[" * 200_000, b'{"a":' * 200_000],
    ids=range(8),
)
def test_what_is_no_json_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert str(refused.value)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read(b"\xef\xbb\xbf[]") == []


def test_a_folder_and_a_missing_file_are_refused_in_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(Unreadable):
            read_file(path)


def test_a_file_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_json, "MAX_BYTES", 1000)
    with pytest.raises(Unreadable, match="过大"):
        read_file(Path("/dev/zero"))
