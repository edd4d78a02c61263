"""Rows that an application's tables begin with, so that nobody types what is known beforehand.

Knows the form's tables by their `prefill` names and reads the choices out of the form itself.
"""

from collections.abc import Sequence
from typing import Any

from engine.forms import Form, Table

# One row for each choice of this column; "other" is for what people add.
ONE_ROW_EACH = {
    "shared_mechanisms": "kind",
    "authority_proofs": "dept",
    "plan_targets": "aspect",
    "plan_measures": "aspect",
}
OTHER = "other"

Rows = list[dict[str, Any]]


def starting_rows(form: Form, data_years: Sequence[int]) -> dict[str, Rows]:
    """For `Form.blank`: the years of the batch, the shared mechanisms, the departments, the aspects."""
    rows = {"indicators": _one_each(form, "indicators", "year", sorted(data_years))}
    for name, key in ONE_ROW_EACH.items():
        table = form.field(name)
        column = table.column(key) if isinstance(table, Table) else None
        if column is not None:
            choices = [option.value for option in column.options if option.value != OTHER]
            rows[name] = _one_each(form, name, key, choices)
    for number, row in enumerate(rows.get("plan_targets", []), 1):
        row["target_id"] = f"T{number}"
    return rows


def _one_each(form: Form, table: str, key: str, values: Sequence[Any]) -> Rows:
    """A further row, with the form's defaults, for each value."""
    return [{**form.blank_row(table), key: value} for value in values]
