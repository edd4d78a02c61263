"""Places of an application in the words of its form."""

from pathlib import Path

import pytest

from clusters.applications.field_words import in_words
from engine.forms import Form

FORM = Form.parse(
    "application",
    (Path(__file__).parents[3] / "processes/forms/application.form").read_text(encoding="utf-8"),
)
DATA = {
    "indicators": [{"year": 2022}, {"year": 2023}],
    "enterprises": [{"uscc": "91621122MA70000013", "name": "示例药业"}, {"uscc": "x", "name": ""}],
    "incidents": [{"uscc": "x"}],
}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("area_km2", "占地面积"),
        ("enterprises", "企业名单"),
        ("indicators.1.total_output", "年度指标（2023）·集群总产值"),
        ("enterprises.0.employees", "企业名单（示例药业）·从业人员"),
        ("enterprises.1.employees", "企业名单（第2行）·从业人员"),
        ("incidents.0", "事故、处罚披露表（第1行）"),
        ("indicators.9.total_output", "年度指标（9）·集群总产值"),
        ("nothing.of.this", "nothing.of.this"),
    ],
)
def test_a_path_is_said_as_the_form_says_it(path, words):
    assert in_words(FORM, DATA, path) == words
