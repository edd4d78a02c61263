"""Every diagram of processes/ can be read at a glance and leads nowhere that does not exist."""

import hashlib
import json
import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

import clusters.form_checks  # noqa: F401 - registers the checks that forms name
from clusters.batches import batches
from clusters.people.roles import ROLES
from engine.bpmn.model import BPMN, CAMUNDA
from engine.bpmn.parser import parse_bundle
from engine.expressions import compile_expression
from engine.forms import Form
from handlers import catalogue
from tests.support.drawn import Drawn

PROJECT = Path(__file__).resolve().parents[2]
FORMS = PROJECT / "processes" / "forms"
DIAGRAMS = sorted((PROJECT / "processes").glob("*.bpmn"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
GENERATED = re.compile(r"_(?=[0-9a-z]*\d)[0-9a-z]{6,8}(_|$)")
NUMERALS = "一二三四五六七八九十"
ARTICLES = {
    *(f"第{n}条" for n in [*NUMERALS, *(f"十{n}" for n in NUMERALS[:9]), "二十", "二十一"]),
    *(f"附件{n}" for n in NUMERALS[:8]),
    "附件序言",
}
# Topics that any diagram may call and none has to.
FREE_TOPICS = {"criteria.check"}


@pytest.fixture(params=DIAGRAMS, ids=lambda path: path.stem)
def drawn(request: pytest.FixtureRequest) -> Drawn:
    return Drawn(request.param)


def form_of(name: str) -> Form:
    return Form.parse(name, (FORMS / f"{name}.form").read_text("utf-8"))


# --- how it looks ---------------------------------------------------------------------------------


def test_no_two_shapes_overlap(drawn: Drawn) -> None:
    """A boundary event sits on the edge of its task."""
    attached = {frozenset((e.get("id"), e.get("attachedToRef"))) for e in drawn.all("boundaryEvent")}
    pairs = combinations(drawn.solid.values(), 2)
    assert [(a.id, b.id) for a, b in pairs if a.overlaps(b) and frozenset((a.id, b.id)) not in attached] == []


def test_every_element_is_drawn(drawn: Drawn) -> None:
    wanted = {e.get("id") for e in [*drawn.nodes, *drawn.all("lane", "participant")]}
    assert wanted <= drawn.boxes.keys()
    flows = {e.get("id") for e in drawn.all("sequenceFlow", "messageFlow")}
    assert flows <= {line.id for line in drawn.lines}


def test_each_node_lies_in_its_lane_and_each_lane_in_its_pool(drawn: Drawn) -> None:
    assert {n.get("id"): len(drawn.lane_of.get(n.get("id"), [])) for n in drawn.nodes} == {
        n.get("id"): 1 for n in drawn.nodes
    }
    outside = [
        node for node, lanes in drawn.lane_of.items() if not drawn.boxes[lanes[0]].contains(drawn.boxes[node])
    ]
    assert outside == []
    pools = [drawn.boxes[p.get("id")] for p in drawn.all("participant")]
    lanes = [drawn.boxes[lane.get("id")] for lane in drawn.all("lane")]
    assert [lane.id for lane in lanes if not any(pool.contains(lane) for pool in pools)] == []


def test_each_flow_starts_and_ends_at_its_shapes(drawn: Drawn) -> None:
    for line in drawn.lines:
        assert len(line.points) >= 2, line.id
        assert drawn.boxes[line.source].touches(line.points[0]), line.id
        assert drawn.boxes[line.target].touches(line.points[-1]), line.id


def test_flows_run_level_or_upright(drawn: Drawn) -> None:
    slanted = [
        line.id
        for line in drawn.lines
        if any(a[0] != b[0] and a[1] != b[1] for a, b in pairwise(line.points))
    ]
    assert slanted == []


def test_no_flow_runs_through_a_shape_that_is_not_its_own(drawn: Drawn) -> None:
    cuts = [
        (line.id, box.id)
        for line in drawn.lines
        for box in drawn.solid.values()
        if box.id not in (line.source, line.target) and box.is_cut_by(line)
    ]
    assert cuts == []


def test_labels_stand_clear_of_shapes_lines_and_each_other(drawn: Drawn) -> None:
    labels = drawn.labels
    assert [(a.id, b.id) for a, b in combinations(labels, 2) if a.overlaps(b)] == []
    shapes = drawn.solid.values()
    covered = [(a.id, b.id) for a in labels for b in shapes if a.id != b.id and a.grown(-2).overlaps(b)]
    assert covered == []
    assert [(a.id, line.id) for a in labels for line in drawn.lines if a.is_cut_by(line, 2)] == []


def test_everything_that_is_seen_is_named_in_chinese(drawn: Drawn) -> None:
    branches = [f for n in drawn.all("exclusiveGateway") for f in drawn.outgoing(n)]
    split = [f for f in branches if len(drawn.outgoing(drawn.elements[f.get("sourceRef")])) > 1]
    seen = [*drawn.nodes, *drawn.all("lane", "participant", "process", "messageFlow"), *split]
    assert [e.get("id") for e in seen if not CHINESE.search(e.get("name") or "")] == []


def test_the_drawing_in_the_docs_is_of_this_diagram(drawn: Drawn) -> None:
    """`make diagrams` draws it again."""
    digest = hashlib.sha256(drawn.path.read_bytes()).hexdigest()
    drawing = PROJECT / "docs" / "diagrams" / f"{drawn.path.stem}.svg"
    assert f"sha256:{digest}" in drawing.read_text("utf-8").partition("\n")[0]


# --- what it says ---------------------------------------------------------------------------------


def test_ids_name_the_step(drawn: Drawn) -> None:
    assert [i for i in drawn.elements if GENERATED.search(i)] == []


def test_it_is_a_camunda_7_diagram_that_the_engine_parses(drawn: Drawn) -> None:
    modeler = "{http://camunda.org/schema/modeler/1.0}"
    assert drawn.root.get(f"{modeler}executionPlatform") == "Camunda Platform"
    assert drawn.root.get(f"{modeler}executionPlatformVersion") == "7.24.0"
    assert all(drawn.attribute(p, "historyTimeToLive") for p in drawn.all("process"))
    parsed = parse_bundle(drawn.path.read_text("utf-8"))
    assert parsed.specs.keys() == {p.get("id") for p in drawn.all("process")}


def test_each_lane_is_a_role(drawn: Drawn) -> None:
    assert [i for i in (e.get("id") for e in drawn.all("lane")) if i.split(".")[0] not in ROLES] == []


@pytest.mark.article("第四条")
def test_what_the_province_decides_stands_in_its_lanes() -> None:
    """Designation, selection, grades, awards, revocation: no city has them on its desk (10.3)."""
    decisions = {"selection", "decide_designation", "sign_assessment", "record_award", "decide_revocation"}
    levels = {
        task.id: ROLES[task.role].level
        for path in DIAGRAMS
        for model in parse_bundle(path.read_text("utf-8")).models.values()
        for task in model.user_tasks.values()
    }
    assert {levels[step] for step in decisions} == {"province"}


def test_every_step_cites_an_article_that_exists(drawn: Drawn) -> None:
    cited = {n.get("id"): drawn.properties(n).get("article") for n in drawn.nodes}
    assert [node for node, article in cited.items() if article not in ARTICLES] == []


def test_every_user_task_has_a_form_that_fills_its_outputs(drawn: Drawn) -> None:
    for task in drawn.all("userTask"):
        form = form_of(drawn.attribute(task, "formRef") or "")
        always_there = {field.key for field in form.fields if not field.hides}
        for output in task.iter(f"{CAMUNDA}outputParameter"):
            names = compile_expression(output.text).names
            assert names <= always_there, (task.get("id"), output.get("name"))


def test_every_service_task_calls_a_handler(drawn: Drawn) -> None:
    for task in drawn.all("serviceTask"):
        topic = drawn.attribute(task, "topic")
        assert topic in catalogue, task.get("id")
        promised = set(catalogue[topic or ""].outputs)
        for output in task.iter(f"{CAMUNDA}outputParameter"):
            assert compile_expression(output.text).names <= promised, task.get("id")


def test_each_branch_has_a_default_and_conditions_that_compile(drawn: Drawn) -> None:
    for gateway in drawn.all("exclusiveGateway"):
        flows = drawn.outgoing(gateway)
        if len(flows) < 2:
            continue
        assert gateway.get("default") in {f.get("id") for f in flows}, gateway.get("id")
        for flow in (f for f in flows if f.get("id") != gateway.get("default")):
            condition = flow.find(f"{BPMN}conditionExpression")
            assert condition is not None, flow.get("id")
            compile_expression(condition.text)


def test_every_form_is_used_and_every_handler_called() -> None:
    every = [Drawn(path) for path in DIAGRAMS]
    forms = {d.attribute(t, "formRef") for d in every for t in d.all("userTask")}
    assert {path.stem for path in FORMS.glob("*.form")} == forms
    topics = {d.attribute(t, "topic") for d in every for t in d.all("serviceTask")}
    assert set(catalogue) - topics <= FREE_TOPICS


def test_a_correction_can_point_at_every_field_of_the_application() -> None:
    """The city's list ties each item to a field (F02)."""
    column = form_of("accept_application").field("correction_items.0.field")
    assert column is not None
    ours_to_fill = {"correction_answers", "submit_despite_failing"}
    fields = {f.key for f in form_of("application").fields if not f.readonly} - ours_to_fill
    assert {option.value for option in column.options} == fields


@pytest.mark.parametrize("path", sorted(FORMS.glob("*.form")), ids=lambda path: path.stem)
def test_no_two_components_of_a_form_share_an_id(path: Path) -> None:
    """The Modeler refuses to open such a form."""
    ids: list[str] = []
    json.loads(path.read_text("utf-8"), object_hook=lambda o: ids.append(o["id"]) if "type" in o else o)
    assert len(ids) == len(set(ids))


def test_a_batch_is_offered_only_definitions_that_can_be_computed() -> None:
    """口径确认单 (D-07, 09, 10, 11): a choice that the criteria do not know would be refused afterwards."""
    form = form_of("open_batch")
    for name, computable in batches.COMPUTABLE.items():
        field = form.field(name)
        assert field is not None
        assert {option.value for option in field.options} == computable.keys()
