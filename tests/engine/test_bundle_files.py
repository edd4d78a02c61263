"""Files of a bundle: only names count, archives are measured, what went out can come in again."""

import io
import zipfile

import pytest

from engine import bundle_files
from engine.bundle_files import folder_of, take
from engine.errors import Refused

FORM = b'{"type": "default"}'


def a_zip(*members, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def refusal(*files):
    with pytest.raises(Refused) as refused:
        take(files)
    return str(refused.value)


def test_a_diagram_and_forms_are_taken_by_their_names():
    taken = take([("d.bpmn", b"<x/>"), ("fill.form", FORM), ("readme.txt", b"")])
    assert (taken.name, taken.diagram) == ("d", b"<x/>")
    assert dict(taken.forms) == {"fill": FORM.decode()}
    assert list(taken.ignored) == ["readme.txt"]


def test_forms_alone_are_taken():
    assert take([("fill.form", FORM)]).diagram is None


def test_a_byte_order_mark_is_no_part_of_a_form():
    assert take([("fill.form", b"\xef\xbb\xbf{}")]).forms["fill"] == "{}"


def test_a_folder_given_out_is_taken_in_unchanged():
    packed = folder_of("designation", "<x/>", {"fill": "{}", "approve": "[]"}, "[]")
    taken = take([("any name.zip", packed)])
    assert (taken.name, taken.diagram) == ("designation", b"<x/>")
    assert dict(taken.forms) == {"fill": "{}", "approve": "[]"}
    assert list(taken.ignored) == []


def test_a_folder_opens_in_the_modeler_with_templates_and_forms_beside_the_diagram():
    packed = folder_of("designation", "<x/>", {"fill": "{}"}, "[]")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [
            "designation/designation.bpmn",
            "designation/forms/fill.form",
            "designation/.camunda/element-templates/qilian.json",
        ]


def test_the_same_folder_is_the_same_file():
    assert folder_of("d", "<x/>", {}, "[]") == folder_of("d", "<x/>", {}, "[]")


def test_nothing_useful_is_refused():
    assert "没有选择" in refusal()
    assert "没有选择" in refusal(("readme.txt", b"x"))


def test_two_diagrams_are_refused():
    assert "一次只能提交一张" in refusal(("a.bpmn", b"<x/>"), ("b.bpmn", b"<x/>"))


def test_two_forms_of_one_name_are_refused():
    packed = a_zip(("a/fill.form", "{}"), ("b/fill.form", "{}"))
    assert "有两个名为" in refusal(("z.zip", packed))


@pytest.mark.parametrize("name", ["表单.form", "a b.form", ".form", "-x.form", "x" * 81 + ".form"])
def test_a_form_is_named_as_a_diagram_can_refer_to_it(name):
    if name == ".form":
        assert "没有选择" in refusal((name, FORM))  # a hidden file without extension
    else:
        assert "只能用字母" in refusal((name, FORM))


def test_a_form_that_is_no_text_is_refused():
    assert "UTF-8" in refusal(("fill.form", b"\xff\xfe\x00"))


@pytest.mark.parametrize(
    "path",
    ["../evil.bpmn", "a/../../evil.bpmn", "/etc/evil.bpmn", "C:/evil.bpmn", "..\\evil.bpmn"],
)
def test_a_path_that_leaves_the_folder_is_refused(path):
    assert "越出文件夹" in refusal(("z.zip", a_zip((path, "<x/>"))))


def test_a_folder_in_an_uploaded_name_is_ignored():
    assert take([("../../etc/passwd/d.bpmn", b"<x/>")]).name == "d"


def test_a_bomb_is_refused_before_it_goes_off():
    assert "展开后过大" in refusal(("z.zip", a_zip(("d.bpmn", b"0" * 5_000_000))))


def test_an_archive_that_lies_about_its_sizes_is_measured_while_it_is_read(monkeypatch):
    monkeypatch.setattr(bundle_files, "_require_sound", lambda *_: None)
    big = a_zip(*((f"{n}.txt", b"0" * 2_000_000) for n in range(20)))
    assert "展开后过大" in refusal(("z.zip", big))


def test_a_swarm_of_files_is_refused():
    swarm = a_zip(*((f"f{n}.form", "{}") for n in range(bundle_files.MAX_FILES + 1)))
    assert "超过 300 个" in refusal(("z.zip", swarm))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive at all"])
def test_a_broken_archive_is_refused_in_words(content):
    assert "已损坏" in refusal(("z.zip", content))


def test_a_truncated_archive_is_refused_in_words():
    assert "已损坏" in refusal(("z.zip", a_zip(("d.bpmn", "<x/>" * 1000))[:-30]))


def test_an_archive_whose_content_was_altered_is_refused_in_words():
    whole = bytearray(a_zip(("d.bpmn", "<x/>" * 1000)))
    whole[45] ^= 0xFF
    assert "已损坏" in refusal(("z.zip", bytes(whole)))


def test_an_archive_with_a_password_is_refused_in_words():
    locked = bytearray(a_zip(("d.bpmn", "<x/>")))
    at = locked.index(b"PK\x01\x02") + 8
    locked[at] |= 1  # the flag by which an entry says that it is encrypted
    assert "密码" in refusal(("z.zip", bytes(locked)))


def test_an_archive_in_an_archive_is_not_opened():
    inner = a_zip(("d.bpmn", "<x/>"))
    assert "没有选择" in refusal(("z.zip", a_zip(("inner.zip", inner))))


def test_a_file_of_more_than_two_megabytes_is_refused():
    assert "超过 2 MB" in refusal(("d.bpmn", b"x" * 2_000_001))
    assert take([("d.bpmn", b"x" * 2_000_000)]).diagram is not None


def test_names_in_messages_carry_no_control_characters():
    assert "\n" not in refusal(("a\nb.form", FORM))
