"""What an application's tables begin with."""

from typing import Any

import pytest

from clusters.applications.starting_rows import starting_rows
from engine.forms import Table
from tests.application_form import application_form

YEARS = (2020, 2021, 2022, 2023)


@pytest.mark.parametrize(
    ("table", "key", "values"),
    [
        ("indicators", "year", [2020, 2021, 2022, 2023]),
        ("shared_mechanisms", "kind", ["equipment", "logistics", "warehouse", "hr", "design"]),
        ("authority_proofs", "dept", ["应急", "生态环境", "市场监管", "税务", "网信", "信用"]),
        ("plan_measures", "aspect", ["A1", "A2", "A3", "A4", "A5", "A6", "A7"]),
        ("plan_targets", "target_id", ["T1", "T2", "T3", "T4", "T5", "T6", "T7"]),
    ],
)
def test_a_row_for_each_thing_that_is_known_beforehand(table: str, key: str, values: list[Any]) -> None:
    blank = application_form().blank(starting_rows(application_form(), YEARS[::-1]))
    assert [row[key] for row in blank[table]] == values


def test_prices_begin_as_current_ones() -> None:
    blank = application_form().blank(starting_rows(application_form(), YEARS))
    assert {row["price_basis"] for row in blank["indicators"]} == {"current"}


def test_every_table_that_begins_with_rows_asks_for_them() -> None:
    form = application_form()
    asking = {field.prefill for field in form.fields if isinstance(field, Table)}
    assert set(starting_rows(form, YEARS)) <= asking
