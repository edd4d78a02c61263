"""What changed between two submissions: matched by what identifies a row, not by its position."""

import pytest

from clusters.differences import changed_fields, differences


def seen(before, after):
    return [(d.path, d.kind, d.before, d.after) for d in differences(before, after)]


def test_equal_submissions_do_not_differ():
    data = {"a": "1", "rows": [{"uscc": "x"}], "files": [{"id": "1", "sha256": "f"}]}
    assert seen(data, dict(data)) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"), [("1", "2", "changed"), ("", "2", "added"), ("1", "", "removed")]
)
def test_a_field_is_changed_added_or_removed(before, after, kind):
    assert seen({"a": before}, {"a": after}) == [("a", kind, before, after)]


def test_an_inserted_enterprise_shows_as_one_addition_and_moved_ones_not_at_all():
    old = [{"uscc": "a", "employees": 1}, {"uscc": "b", "employees": 2}]
    new = [{"uscc": "c", "employees": 3}, {"uscc": "b", "employees": 2}, {"uscc": "a", "employees": 1}]
    (only,) = differences({"enterprises": old}, {"enterprises": new})
    assert (only.path, only.kind, only.subject, only.field) == ("enterprises.0", "added", "c", "enterprises")


def test_a_changed_figure_is_named_with_its_year_and_its_place_in_the_later_submission():
    old = [{"year": 2022, "employees": 1}, {"year": 2023, "employees": 2}]
    new = [{"year": 2023, "employees": 5}, {"year": 2022, "employees": 1}]
    (only,) = differences({"indicators": old}, {"indicators": new})
    assert (only.path, only.subject, only.before, only.after) == ("indicators.0.employees", "2023", 2, 5)


def test_a_removed_row_is_named_at_its_old_place():
    old = [{"uscc": "a"}, {"uscc": "b"}]
    assert seen({"enterprises": old}, {"enterprises": [{"uscc": "a"}]}) == [
        ("enterprises.1", "removed", {"uscc": "b"}, None)
    ]


def test_rows_with_the_same_or_no_code_are_kept_apart():
    old = [{"uscc": "", "name": "x"}, {"uscc": "a", "name": "1"}, {"uscc": "a", "name": "2"}]
    new = [{"uscc": "", "name": "y"}, {"uscc": "a", "name": "1"}, {"uscc": "a", "name": "3"}]
    paths = [d.path for d in differences({"enterprises": old}, {"enterprises": new})]
    assert paths == ["enterprises.0.name", "enterprises.2.name"]


def test_uploaded_files_are_one_value():
    old, new = [{"id": "1", "sha256": "f"}], [{"id": "2", "sha256": "g"}]
    assert seen({"plan_file": old}, {"plan_file": new}) == [("plan_file", "changed", old, new)]


def test_a_table_that_was_empty_shows_its_rows_as_additions():
    assert seen({"incidents": []}, {"incidents": [{"uscc": "a"}]}) == [
        ("incidents.0", "added", None, {"uscc": "a"})
    ]


def test_changed_fields_are_named_once():
    before = {"a": "1", "rows": [{"x": 1, "y": 1}], "same": 1}
    assert changed_fields(before, {"a": "2", "rows": [{"x": 2, "y": 2}], "same": 1}) == {"a", "rows"}
