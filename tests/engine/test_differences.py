"""Two versions of a bundle: nothing of the model changes unseen, and nothing is said that did not change."""

import json
import re
from pathlib import Path

import pytest

from engine.bpmn.differences import Change, compare_diagrams
from engine.differences import compare_bundles
from engine.form_differences import compare_forms
from engine.models import Bundle

XML = (Path(__file__).parents[1] / "data" / "errand.bpmn").read_text(encoding="utf-8")

NAMESPACES = (
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
)


def changes(old, new):
    """`element what: before -> after`, for every change."""
    found = compare_diagrams(old.encode(), new.encode()).differences
    return [f"{d.element} {c.what}: {c.before} -> {c.after}" for d in found for c in d.changes]


def replaced(*pairs):
    text = XML
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name="填写事项"', 'name="填报"', "fill 名称: 填写事项 -> 填报"),
        ("filed_on, 3)", "filed_on, 4)", None),
        ('camunda:formRef="approve"', 'camunda:formRef="inspect"', "approve 表单: approve -> inspect"),
        ('name="notBy" value="fill"', 'name="notBy" value=""', "approve 属性 notBy: fill -> "),
        ('name="remind" value="-2,0,+1" />', 'name="other" value="1" />', None),
        ("${approval == 'return'}", "${approval != 'x'}", None),
        ("term('fill')", "term('review')", None),
        ('camunda:topic="errand.record"', 'camunda:topic="errand.close"', None),
        ('camunda:asyncBefore="true"', "", "close_errand 先提交后办理: true -> None"),
        ('default="f6"', "", "approved 默认出口: 同意（f6） -> None"),
        ('targetRef="archive" />', 'targetRef="errand_archived" />', None),
        ('<bpmn:terminateEventDefinition id="at" />', "", "errand_archived 终止事件: 有 -> None"),
        ('id="wd" messageRef="withdraw_message"', 'id="wd" messageRef="filed_message"', None),
        ('<bpmn:message id="withdraw_message" name="withdraw" />',
         '<bpmn:message id="withdraw_message" name="recall" />', "withdraw_message 名称: withdraw -> recall"),
        ('name="urgent">${urgent}', 'name="urgent">${true}', "fill 输出 urgent: ${urgent} -> ${true}"),
    ],
)  # fmt: skip
def test_one_change_in_the_file_is_one_change_in_words(old, new, expected):
    found = changes(XML, replaced((old, new)))
    assert found
    if expected:
        assert found == [expected]


def test_a_changed_timer_is_seen():
    found = changes(
        XML, replaced(("${working_days_after(filed_on, 3)}", "${working_days_after(filed_on, 1)}"))
    )
    assert found == [
        "cooling_off 定时: ${working_days_after(filed_on, 3)} -> ${working_days_after(filed_on, 1)}"
    ]


def test_another_lane_is_another_post_for_the_task_alone():
    moved = replaced(
        ("<bpmn:flowNodeRef>approve</bpmn:flowNodeRef>", ""),
        ("<bpmn:flowNodeRef>fill</bpmn:flowNodeRef>",
         "<bpmn:flowNodeRef>fill</bpmn:flowNodeRef><bpmn:flowNodeRef>approve</bpmn:flowNodeRef>"),
    )  # fmt: skip
    assert changes(XML, moved) == ["approve 办理人: 负责人（leader） -> 经办（clerk）"]


def test_another_kind_of_task_is_seen():
    other = re.sub(r"bpmn:serviceTask(?=[^>]*record_withdrawal)", "bpmn:sendTask", XML, count=1)
    other = other.replace("w3</bpmn:outgoing></bpmn:serviceTask>", "w3</bpmn:outgoing></bpmn:sendTask>")
    assert "record_withdrawal 类型: 服务任务 -> 发送任务" in changes(XML, other)


def test_elements_come_and_go():
    task = '<bpmn:manualTask id="file_away" name="装订" />'
    longer = replaced(('<bpmn:endEvent id="errand_archived"', task + '<bpmn:endEvent id="errand_archived"'))
    (added,) = compare_diagrams(XML.encode(), longer.encode()).differences
    assert (added.element, added.kind, added.name) == ("file_away", "added", "装订")
    (removed,) = compare_diagrams(longer.encode(), XML.encode()).differences
    assert (removed.element, removed.kind, removed.name) == ("file_away", "removed", "装订")
    assert Change("名称", "装订", None) in removed.changes


def test_order_white_space_and_the_saving_tool_are_no_change():
    tidied = XML.replace("><", ">\n  <").replace(
        'id="errand_definitions"', 'exporter="x" id="errand_definitions"'
    )
    assert changes(XML, tidied) == []


def test_a_shape_that_moved_is_a_redrawing_and_no_change_of_the_model():
    def drawn(x):
        bounds = f'<dc:Bounds x="{x}" y="1" width="2" height="2" />'
        shape = f'<di:BPMNShape bpmnElement="fill" id="s{x}">{bounds}</di:BPMNShape>'
        plane = f'<di:BPMNPlane bpmnElement="errand_collaboration">{shape}</di:BPMNPlane>'
        drawing = f"<di:BPMNDiagram {NAMESPACES}>{plane}</di:BPMNDiagram>"
        return XML.replace("</bpmn:definitions>", drawing + "</bpmn:definitions>")

    found = compare_diagrams(drawn(1).encode(), drawn(2).encode())
    assert found.redrawn
    assert found.differences == ()
    assert not compare_diagrams(XML.encode(), XML.encode()).redrawn


@pytest.mark.parametrize(
    "attribute", re.findall(r'(?<=\s)[\w:]+="[^"]+"', XML[XML.index("<bpmn:process ") :])
)
def test_no_attribute_of_a_process_changes_unseen(attribute):
    """Whatever stands in quotation marks: alter it, and the comparison has something to say."""
    name, _, value = attribute.partition("=")
    if name in ("id", "xsi:type"):
        return
    assert compare_diagrams(XML.encode(), XML.replace(attribute, f'{name}="changed"').encode()).differences, (
        value
    )


# --- forms --------------------------------------------------------------------------------------


def a_form(*components):
    return json.dumps({"type": "default", "id": "f", "components": list(components)})


NAME = {"type": "textfield", "key": "name", "label": "名称", "id": "Field_1", "layout": {"row": "r1"}}
LIST = {"type": "dynamiclist", "path": "rows", "label": "表", "components": [NAME]}


def form_changes(old, new):
    found = compare_forms(old, new)
    return [f"{d.kind} {d.element} {c.what}: {c.before} -> {c.after}" for d in found for c in d.changes]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"label": "集群名称"}, "changed name 名称: 名称 -> 集群名称"),
        ({"type": "textarea"}, "changed name 类型: textfield -> textarea"),
        ({"validate": {"required": True}}, "changed name 必填: None -> 是"),
        ({"properties": {"article": "第六条"}}, "changed name 依据: None -> 第六条"),
        ({"conditional": {"hide": '=x = "y"'}}, 'changed name 显示条件: None -> =x = "y"'),
        ({"values": [{"label": "甲", "value": "a"}]}, "changed name 选项: None -> 甲（a）"),
    ],
)
def test_a_field_is_compared_by_its_key(change, expected):
    assert form_changes(a_form(NAME), a_form({**NAME, **change})) == [expected]


def test_where_a_field_stands_and_what_the_tool_calls_it_is_no_change():
    assert compare_forms(a_form(NAME), a_form({**NAME, "id": "Field_2", "layout": {"row": "r9"}})) == []


def test_a_column_of_a_table_is_named_with_its_table():
    wider = {**LIST, "components": [NAME, {"type": "number", "key": "amount", "label": "金额"}]}
    (found,) = compare_forms(a_form(LIST), a_form(wider))
    assert (found.kind, found.element) == ("added", "rows.amount")


def test_a_column_and_a_field_of_the_same_key_are_two():
    assert [d.element for d in compare_forms(a_form(LIST), a_form(LIST, NAME))] == ["name"]


def test_another_order_of_fields_is_said_once():
    other = {"type": "number", "key": "amount", "label": "金额"}
    found = form_changes(a_form(NAME, other), a_form(other, NAME))
    assert found == ["changed  字段顺序: 原顺序 -> 已调整"]


def test_a_form_that_came_or_went_lists_its_fields():
    assert [d.kind for d in compare_forms(None, a_form(NAME))] == ["added"]
    assert [d.kind for d in compare_forms(a_form(NAME), None)] == ["removed"]


def test_a_bundle_is_its_diagram_and_its_forms():
    old = Bundle(xml=XML, forms={"a": a_form(NAME), "b": a_form(NAME)})
    new = Bundle(xml=XML, forms={"a": a_form(NAME), "b": a_form({**NAME, "label": "x"})})
    found = compare_bundles(old, new)
    assert list(found.forms) == ["b"]
    assert found.count == 1
    assert compare_bundles(old, old).is_empty
