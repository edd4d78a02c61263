"""Reading untrusted files: what is refused before a tree is built, and what a diagram offers (D3)."""

from pathlib import Path

import pytest
from lxml import etree

from engine.bpmn import xml
from engine.bpmn.findings import DiagramRefused
from engine.bpmn.xml import Diagram, camunda, parameters, properties, read_diagram
from tests.diagrams import (
    chain,
    definitions,
    diagram,
    end,
    extension,
    inputs,
    lane,
    messages,
    process,
    start,
    user,
)
from tests.diagrams import properties as with_properties

HEAD = b'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
EMPTY = HEAD + b"/>"


def wrapped(inside: bytes) -> bytes:
    return HEAD + b">" + inside + b"</bpmn:definitions>"


def code(data: bytes) -> str:
    with pytest.raises(DiagramRefused) as caught:
        read_diagram(data)
    assert caught.value.finding.message
    return caught.value.finding.code


# --- not_xml ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"{}",
        b"<",
        b"<!-- never closed",
        b"<?xml version='1.0'?>",
        b"<html></html>",
        HEAD,
        EMPTY + EMPTY,
        wrapped(b"<a></b>"),
        wrapped(b"&undeclared;"),
        wrapped(b'<a n="" n=""/>'),
        wrapped(b"&#1;"),
        wrapped(b"\x00"),
        wrapped(b"\xff"),
        wrapped(b"<unbound:a/>"),
        b"PK\x03\x04 a zip",
        b"\x89PNG\r\n",
        bytes(range(1, 256)),
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/OTHER"/>',
        b"<definitions/>",
    ],
)
def test_what_is_not_a_bpmn_file_is_not_xml(data: bytes) -> None:
    assert code(data) == "not_xml"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_without_a_byte_order_mark_of_utf16_are_refused(encoding: str) -> None:
    assert code(EMPTY.decode().encode(encoding)) == "not_xml"


@pytest.mark.parametrize("encoding", ["utf-7", "utf-16", "cp037", "big5", "x", "hex", "idna", "zlib"])
def test_declared_encodings_that_no_modeling_tool_writes_are_refused(encoding: str) -> None:
    assert code(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + EMPTY) == "not_xml"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("UTF-16", "utf-16"),
        ("GBK", "gbk"),
        ("gb2312", "gb2312"),
        ("GB18030", "gb18030"),
    ],
)
def test_a_diagram_in_another_encoding_is_read_and_goes_on_as_utf8(declared: str, written: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>\n'
    text = declaration + wrapped(b'<bpmn:process id="p" name="NAME"/>').decode().replace("NAME", "集群")
    found = read_diagram(text.encode(written))
    assert found.processes[0].get("name") == "集群"
    assert found.processes[0].sourceline == 2
    assert 'encoding="UTF-8"' in found.text
    assert read_diagram(found.text.encode()).processes[0].get("name") == "集群"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252"])
def test_western_encodings_are_read(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}" standalone="yes"?>'.encode("ascii")
    found = read_diagram(text + wrapped('<bpmn:process id="p" name="Prüfung"/>'.encode(encoding)))
    assert found.processes[0].get("name") == "Prüfung"


def test_a_document_type_is_found_in_any_encoding() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]>' + EMPTY.decode()
    assert code(text.encode("utf-16")) == "doctype"


def test_references_with_a_prefix_lead_to_the_bare_id() -> None:
    body = (
        b'<bpmn:process id="p"><bpmn:laneSet><bpmn:lane id="l"><bpmn:flowNodeRef>bpmn:a</bpmn:flowNodeRef>'
        b'</bpmn:lane></bpmn:laneSet><bpmn:userTask id="a"/><bpmn:sequenceFlow sourceRef="bpmn:a"'
        b' targetRef="other:a"/></bpmn:process>'
    )
    found = read_diagram(wrapped(body))
    (flow,) = found.elements("sequenceFlow")
    assert (flow.get("sourceRef"), flow.get("targetRef")) == ("a", "other:a")
    assert list(found.lanes) == ["a"]


def test_chinese_text_in_another_encoding_is_refused_even_if_undeclared() -> None:
    assert code(wrapped("<a n='集群'/>".encode("gb18030"))) == "not_xml"


@pytest.mark.parametrize(
    "prefix",
    [
        b"",
        b"\xef\xbb\xbf",
        b'<?xml version="1.0" encoding="UTF-8"?>',
        b"<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand -->\n',
        b'<?xml-stylesheet href="http://example.org/x.xsl"?>',
    ],
)
def test_utf8_with_or_without_mark_and_declaration_is_read(prefix: bytes) -> None:
    assert read_diagram(prefix + EMPTY).root.tag == f"{xml.BPMN}definitions"


def test_any_prefix_may_stand_for_the_namespace() -> None:
    data = wrapped(b'<bpmn:process id="p"/>').replace(b"bpmn:", b"x:").replace(b":bpmn", b":x")
    assert [p.get("id") for p in read_diagram(data).processes] == ["p"]


# --- doctype ----------------------------------------------------------------------------------------

SECRET = "the content of a file on this machine"
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@pytest.mark.parametrize(
    "declaration",
    [
        b"<!DOCTYPE x>",
        b"<!doctype html>",
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE x PUBLIC "-//X" "http://127.0.0.1:9/x.dtd">',
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
        b'<!DOCTYPE x [<!ENTITY l0 "lol">' + LAUGHS + b"]>",
        b"<!-- first --><?pi x?>\n<!DOCTYPE x>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!DOCTYPE x>',
    ],
)
def test_a_document_type_is_refused(declaration: bytes) -> None:
    assert code(declaration + wrapped(b"&a;&l9;")) == "doctype"


def test_the_parser_refuses_a_document_type_that_the_first_look_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(xml, "_refuse_doctype", lambda data: None)
    assert code(b'<!DOCTYPE x [<!ENTITY a "b">]>' + wrapped(b"&a;")) == "doctype"


def test_the_parser_itself_never_opens_an_outside_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    declaration = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode()
    root = etree.fromstring(declaration + wrapped(b"<a>&a;</a>"), etree.XMLParser(**xml.OPTIONS))
    assert SECRET.encode() not in etree.tostring(root)


def test_the_word_doctype_in_a_comment_or_text_is_harmless() -> None:
    assert read_diagram(b"<!-- <!DOCTYPE x> -->" + wrapped(b"<![CDATA[<!DOCTYPE x>]]>"))


# --- too_large, too_deep ------------------------------------------------------------------------------


def test_two_megabytes_are_read_and_one_byte_more_is_not() -> None:
    filler = b"<!--" + b"x" * (xml.MAX_BYTES - len(EMPTY) - 7) + b"-->"
    assert len(filler + EMPTY) == 2_000_000
    assert read_diagram(filler + EMPTY)
    assert code(filler + b" " + EMPTY) == "too_large"


def test_three_megabytes_of_anything_are_too_large() -> None:
    assert code(b"\x00" * 3_000_000) == "too_large"


def test_twenty_thousand_elements_are_read_and_one_more_is_not() -> None:
    assert read_diagram(wrapped(b"<a/>" * 19_999))
    assert code(wrapped(b"<a/>" * 20_000)) == "too_large"


def test_a_depth_of_64_is_read_and_65_is_not() -> None:
    assert read_diagram(wrapped(b"<a>" * 63 + b"</a>" * 63))
    assert code(wrapped(b"<a>" * 64 + b"</a>" * 64)) == "too_deep"


def test_extreme_depth_is_too_deep_and_not_a_crash() -> None:
    assert code(wrapped(b"<a>" * 200_000)) == "too_deep"


def test_an_element_with_thousands_of_attributes_is_too_large() -> None:
    attributes = b" ".join(b'a%d=""' % n for n in range(100_000))
    assert code(HEAD + b" " + attributes + b"/>") == "too_large"


def test_a_huge_attribute_is_only_text() -> None:
    assert read_diagram(HEAD + b' name="' + b"x" * 1_900_000 + b'"/>')


# --- what a diagram offers ------------------------------------------------------------------------------


@pytest.fixture
def sample() -> Diagram:
    inside = with_properties(article="第十四条", remind="-1") + inputs(to="${batch_key}", note=" literal ")
    task = user("fill", inside, 'camunda:dueDate="${due}"')
    return read_diagram(diagram(start(), task, end(), chain("start", "fill", "end"), extra=messages("told")))


def test_elements_are_found_by_id(sample: Diagram) -> None:
    assert xml.kind(sample.by_id["fill"]) == "userTask"
    assert sample.by_id["fill"].sourceline > 1


def test_camunda_attributes_properties_and_parameters(sample: Diagram) -> None:
    task = sample.by_id["fill"]
    assert camunda(task, "dueDate") == "${due}"
    assert camunda(task, "assignee") is None
    assert properties(task) == {"article": "第十四条", "remind": "-1"}
    assert parameters(task, "input") == {"to": "${batch_key}", "note": "literal"}
    assert parameters(task, "output") == {}


def test_properties_of_an_inner_element_are_not_those_of_the_outer() -> None:
    inner = extension('<camunda:properties><camunda:property name="article" value="x"/></camunda:properties>')
    data = diagram(start(), user("fill", f"<bpmn:documentation>{inner}</bpmn:documentation>"), end())
    assert properties(read_diagram(data).by_id["fill"]) == {}


def test_messages_by_id(sample: Diagram) -> None:
    assert sample.messages == {"message_told": "told"}


def test_of_nested_lanes_the_innermost_counts_even_if_both_claim_the_step() -> None:
    outer = lane("city", "review", inside=lane("city_clerk", "review") + lane("city_leader", "sign"))
    steps = user("review") + user("sign")
    body = f'<bpmn:laneSet id="lanes">{outer}</bpmn:laneSet>{steps}'
    lanes = read_diagram(definitions(process(body, lanes={}))).lanes
    assert {step: [found.get("id") for found in of] for step, of in lanes.items()} == {
        "review": ["city_clerk"],
        "sign": ["city_leader"],
    }


def test_a_step_in_two_lanes_side_by_side_is_ambiguous() -> None:
    data = diagram(user("review"), lanes={"city_clerk": ["review"], "city_leader": ["review"]})
    assert len(read_diagram(data).lanes["review"]) == 2


def test_drawn_elements_are_known(sample: Diagram) -> None:
    assert sample.has_drawing
    assert sample.drawn == {"start", "fill", "end"}
