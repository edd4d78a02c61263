"""Numbers, rule versions, sealed personal data and places in a submission."""

from datetime import UTC, date, datetime

import pytest

from clusters import numbering, paths
from clusters.batches import rules
from clusters.models import PersonalKey
from clusters.objections.vault import Vault, WrongSecret
from engine.errors import NotFound, Refused
from tests.builders import SEED

NOW = datetime(2024, 5, 20, 1, 0, tzinfo=UTC)
FILE = [{"id": "f", "sha256": "a" * 64}]

# --- numbers ------------------------------------------------------------------------------------


def test_numbers_have_the_patterns_of_the_forms(database):
    with database.write() as session:
        assert numbering.case_no(session, 2024, "621122") == "GSJQ-2024-621122-0001"
        assert numbering.case_no(session, 2024, "62LZXQ") == "GSJQ-2024-62LZXQ-0001"
        assert numbering.batch_key(session, 2024) == "GSPC-2024-01"
        assert numbering.cluster_no(session, 2024) == "GS-JQ-2024-001"


def test_each_series_counts_for_itself_and_never_gives_a_number_twice(database):
    with database.write() as session:
        first = [numbering.next_in(session, "a") for _ in range(3)]
    with database.write() as session:
        assert [*first, numbering.next_in(session, "a")] == [1, 2, 3, 4]
        assert numbering.next_in(session, "b") == 1


def test_numbers_of_a_paper_register_are_reserved(database):
    with database.write() as session:
        numbering.reserve(session, "cluster/2023", 7)
        assert numbering.cluster_no(session, 2023) == "GS-JQ-2023-008"
        numbering.reserve(session, "cluster/2023", 7)
        assert numbering.cluster_no(session, 2023) == "GS-JQ-2023-009"


# --- the rule -----------------------------------------------------------------------------------


@pytest.fixture
def seeded(database):
    with database.write() as session:
        assert rules.seed(session, [SEED]) == ["gs-2023"]
        assert rules.seed(session, [SEED]) == []
    return database


@pytest.mark.article("第二十一条")
@pytest.mark.parametrize(
    ("day", "in_force"),
    [("2023-01-15", False), ("2023-01-16", True), ("2026-01-16", True), ("2026-01-17", False)],
)
def test_the_rule_is_in_force_from_its_issue_to_the_same_day_three_years_later(seeded, day, in_force):
    with seeded.read() as session:
        found = rules.in_force(session, date.fromisoformat(day))
    assert (found is not None) is in_force


def test_the_periods_of_a_lapsed_rule_still_bind_its_cases(seeded):
    with seeded.read() as session:
        assert rules.terms(session, "gs-2023", date(2026, 11, 23))["notice"] == 5
        assert rules.terms(session, None, date(2026, 11, 23))["notice"] == 5


def test_a_continuation_needs_number_file_and_days_in_order(seeded):
    def record(session, doc="示例〔2026〕1号", first=date(2026, 1, 17), last=date(2026, 12, 31), files=FILE):
        rules.record_continuation(session, "gs-2023", doc, first, first, last, files, "pc", NOW)

    with seeded.write() as session:
        for wrong in ({"doc": " "}, {"files": []}, {"last": date(2026, 1, 16)}):
            with pytest.raises(Refused):
                record(session, **wrong)
        record(session)
        assert rules.in_force(session, date(2026, 12, 31)).code == "gs-2023"
        assert rules.in_force(session, date(2027, 1, 1)) is None


@pytest.mark.article("第二十条")
def test_interpretations_stand_with_their_version(seeded):
    with seeded.write() as session:
        rules.interpret(
            session, "gs-2023", "每万人的分母？", "从业人员", "示例〔2024〕1号", date(2024, 3, 1), "D-09"
        )
        (row,) = rules.interpretations(session, "gs-2023")
    assert (row.topic, row.answer) == ("D-09", "从业人员")


def test_before_the_first_version_there_is_none(seeded):
    with seeded.read() as session, pytest.raises(NotFound):
        rules.last_known(session, date(2023, 1, 15))


# --- personal data ------------------------------------------------------------------------------


def test_sealed_data_opens_with_its_key_and_the_installations_secret_only(database):
    vault, data = Vault(b"secret"), {"name": "某人", "contact": "13900000000"}
    with database.write() as session:
        key = vault.new_key(session)
        sealed = vault.seal(session, key, data)
        assert "某人" not in sealed
        assert vault.open(session, key, sealed) == data
        with pytest.raises(WrongSecret):
            Vault(b"another secret").open(session, key, sealed)
        with pytest.raises(WrongSecret):
            vault.open(session, vault.new_key(session), sealed)


def test_a_destroyed_key_deletes_what_it_sealed_and_nothing_else(database):
    vault = Vault(b"secret")
    with database.write() as session:
        mine, other = vault.new_key(session), vault.new_key(session)
        sealed, kept = vault.seal(session, mine, {"name": "甲"}), vault.seal(session, other, {"name": "乙"})
        vault.destroy(session, mine, NOW)
        with pytest.raises(NotFound):
            vault.open(session, mine, sealed)
        assert vault.open(session, other, kept) == {"name": "乙"}
        assert session.get(PersonalKey, mine).destroyed_at == NOW


# --- places -------------------------------------------------------------------------------------


def test_a_path_leads_into_rows_and_replaces_what_is_there():
    data = {"area": "1", "rows": [{"x": 1}, {"x": 2}]}
    assert (paths.at(data, "area"), paths.at(data, "rows.1.x")) == ("1", 2)
    paths.put(data, "rows.1.x", 5)
    paths.put(data, "area", "2")
    assert data == {"area": "2", "rows": [{"x": 1}, {"x": 5}]}


@pytest.mark.parametrize("path", ["none", "rows.2.x", "rows.-1.x", "rows.1.y", "area.x", "", "rows.x"])
def test_a_path_to_nowhere_is_named_and_nothing_is_put_there(path):
    data = {"area": "1", "rows": [{"x": 1}, {"x": 2}]}
    for act in (lambda: paths.at(data, path), lambda: paths.put(data, path, 1)):
        with pytest.raises(NotFound):
            act()
    assert data == {"area": "1", "rows": [{"x": 1}, {"x": 2}]}
