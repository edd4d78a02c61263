"""Processes: nothing unsound is kept, nobody deploys alone, and what changed is said element by element."""

import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from engine import definitions
from engine.bundle_files import folder_of
from engine.models import AuditEntry, Bundle, InboxMessage
from tests.web.world import MONDAY
from web.app import CSP

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="errand_definitions" targetNamespace="urn:test">'
)
PROCESS = """
  <bpmn:process id="errand" name="跑腿" isExecutable="true" camunda:historyTimeToLive="P3650D">
    <bpmn:laneSet id="lanes"><bpmn:lane id="prov_clerk" name="省级经办">
      <bpmn:flowNodeRef>begin</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>run</bpmn:flowNodeRef><bpmn:flowNodeRef>done</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="begin" name="开始"><bpmn:outgoing>to_run</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="run" name="跑一趟" camunda:formRef="run" camunda:formRefBinding="latest">
      <bpmn:incoming>to_run</bpmn:incoming><bpmn:outgoing>to_done</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="done" name="办结"><bpmn:incoming>to_done</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="to_run" sourceRef="begin" targetRef="run" />
    <bpmn:sequenceFlow id="to_done" sourceRef="run" targetRef="done" />
  </bpmn:process>
</bpmn:definitions>"""
XML = HEAD + PROCESS
FORM = json.dumps(
    {
        "type": "default",
        "id": "run",
        "components": [{"type": "textfield", "key": "what", "label": "办了什么"}],
    },
    ensure_ascii=False,
)


def files(*named):
    return [(io.BytesIO(text if isinstance(text, bytes) else text.encode()), name) for name, text in named]


def upload(world, *named, owner="甲", **fields):
    data = {"files": files(*named), **fields}
    client = world.client_of("process_owner", name=owner)
    return client.post("/studio/upload", data=data, content_type="multipart/form-data")


def proposed(world, xml=XML, form=FORM):
    """As an upload by 甲 would have left it."""
    owner = world.person("process_owner", name="甲")
    with world.database.write() as session:
        return definitions.propose(session, MONDAY, owner, "errand", xml, {"run": form}).id


def deployed(world, xml=XML, form=FORM):
    bundle_id = proposed(world, xml, form)
    with world.database.write() as session:
        definitions.deploy(session, MONDAY, bundle_id, None)
    return bundle_id


def latest(world, key="errand"):
    with world.database.read() as session:
        return definitions.latest(session, key)


def page(world, bundle_id, query="", owner="甲"):
    answer = world.client_of("process_owner", name=owner).get(f"/studio/versions/{bundle_id}{query}")
    assert answer.status_code == 200
    return answer.text


# --- taking in ------------------------------------------------------------------------------------


def test_a_sound_upload_waits_for_a_second_person(world):
    answer = upload(world, ("errand.bpmn", XML), ("run.form", FORM), note="试行")
    assert answer.status_code == 303, answer.text
    assert latest(world) is None
    bundle_id = answer.location.rpartition("/")[2]
    text = page(world, bundle_id)
    assert "待部署" in text
    assert "请另一人部署" in text
    assert "部署这一版" not in text


def test_a_problem_is_shown_with_element_and_line_and_nothing_is_kept(world):
    broken = XML.replace('camunda:formRef="run"', 'camunda:formRef="missing"')
    answer = upload(world, ("errand.bpmn", broken), ("run.form", FORM))
    assert answer.status_code == 422
    assert "<code>run</code>" in answer.text
    assert "第 7 行" in answer.text
    assert world.bundles() == []


SCRIPT = '<bpmn:scriptTask id="x"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id="prov_clerk"', 'id="nobody"'),
        ("<bpmn:startEvent", SCRIPT + "<bpmn:startEvent"),
        ('camunda:formRef="run"', 'camunda:formRef="run" camunda:dueDate="${__import__(1)}"'),
        ("<bpmn:definitions", DOCTYPE + "<bpmn:definitions"),
        ("</bpmn:definitions>", ""),
    ],
)
def test_what_the_checks_refuse_is_not_kept(world, old, new):
    assert old in XML
    answer = upload(world, ("errand.bpmn", XML.replace(old, new, 1)), ("run.form", FORM))
    assert answer.status_code == 422
    assert world.bundles() == []


def test_a_form_that_cannot_be_drawn_is_refused(world):
    script = json.dumps({"type": "default", "components": [{"type": "html", "content": "<script>"}]})
    answer = upload(world, ("errand.bpmn", XML), ("run.form", script))
    assert answer.status_code == 422
    assert world.bundles() == []


def test_one_archive_does_as_well(world):
    packed = folder_of("errand", XML, {"run": FORM}, "[]")
    answer = upload(world, ("anything.zip", packed))
    assert answer.status_code == 303
    assert world.bundles()[0].name == "errand"


def test_a_hostile_archive_is_refused_in_words(world):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../errand.bpmn", XML)
    answer = upload(world, ("a.zip", buffer.getvalue()))
    assert answer.status_code == 422
    assert "越出文件夹" in answer.text


def test_forms_that_were_not_uploaded_stay_those_of_the_deployed_version(world):
    deployed(world)
    renamed = XML.replace('name="跑一趟"', 'name="再跑一趟"')
    answer = upload(world, ("errand.bpmn", renamed))
    assert answer.status_code == 303
    assert {b.forms["run"] for b in world.bundles()} == {FORM}


def test_forms_alone_renew_the_chosen_diagram(world):
    deployed(world)
    assert upload(world, ("run.form", FORM.replace("办了什么", "办结情况"))).status_code == 422
    answer = upload(world, ("run.form", FORM.replace("办了什么", "办结情况")), target="errand")
    assert answer.status_code == 303, answer.text
    text = page(world, answer.location.rpartition("/")[2])
    assert "<del>办了什么</del> → <ins>办结情况</ins>" in text


def test_a_version_belongs_to_the_diagram_of_its_process_whatever_the_file_is_called(world):
    deployed(world)
    answer = upload(world, ("跑腿 (2).bpmn", XML.replace("跑一趟", "再跑一趟")), ("run.form", FORM))
    assert answer.status_code == 303
    assert {b.name for b in world.bundles()} == {"errand"}


def test_the_same_again_is_not_a_new_version(world):
    deployed(world)
    answer = upload(world, ("errand.bpmn", XML), ("run.form", FORM))
    assert answer.status_code == 422
    assert "完全相同" in answer.text


@pytest.mark.parametrize("role", ["sys_admin", "prov_clerk", "prov_leader"])
def test_only_process_owners_propose(world, role):
    client = world.client_of(role)
    assert client.get("/studio").status_code == 200
    assert client.get("/studio/upload").status_code == 403
    assert client.get("/studio/errand/edit").status_code == 403


@pytest.mark.parametrize("role", ["county_clerk", "city_leader", "expert", "sec_admin"])
def test_counties_cities_and_experts_do_not_see_the_workshop(world, role):
    assert world.client_of(role).get("/studio").status_code == 403


# --- deciding -------------------------------------------------------------------------------------


def test_nobody_deploys_what_they_proposed(world):
    bundle_id = proposed(world)
    answer = world.client_of("process_owner", name="甲").post(f"/studio/versions/{bundle_id}/deploy")
    assert answer.status_code == 403
    assert latest(world) is None


@pytest.mark.parametrize("role", ["process_owner", "sys_admin"])
def test_a_second_person_deploys(world, role):
    bundle_id = proposed(world)
    answer = world.client_of(role, name="乙").post(f"/studio/versions/{bundle_id}/deploy")
    assert answer.status_code == 303
    assert latest(world).bundle_id == bundle_id
    assert "现行" in page(world, bundle_id)


def test_those_who_may_deploy_are_told(world):
    other = world.person("process_owner", name="乙")
    admin = world.person("sys_admin")
    upload(world, ("errand.bpmn", XML), ("run.form", FORM))
    with world.database.read() as session:
        told = session.scalars(sa.select(InboxMessage.person_id)).all()
    assert set(told) == {other, admin}


def test_what_has_become_unsound_since_is_not_deployed(world, monkeypatch):
    bundle_id = proposed(world)
    monkeypatch.setattr(world.services, "rules", type(world.services.rules)(topics=(), roles=("nobody",)))
    answer = world.client_of("sys_admin").post(f"/studio/versions/{bundle_id}/deploy")
    assert answer.status_code == 422
    assert latest(world) is None


def test_a_rejected_proposal_can_be_proposed_again(world):
    bundle_id = proposed(world)
    client = world.client_of("sys_admin")
    client.post(f"/studio/versions/{bundle_id}/reject", data={"reason": "说明不清"})
    with world.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "process.rejected")).one()
        assert session.get(Bundle, bundle_id).status == "rejected"
    assert entry.facts["reason"] == "说明不清"
    assert proposed(world) == bundle_id


def test_an_earlier_version_can_be_proposed_again_and_becomes_the_newest(world):
    first = deployed(world)
    second = deployed(world, XML.replace("跑一趟", "再跑一趟"))
    assert latest(world).bundle_id == second
    assert deployed(world) == first
    assert (latest(world).bundle_id, latest(world).version) == (first, 3)


def renewed(world, old, new):
    """Another version of the designation, deployed; the number of its row."""
    with world.database.write() as session:
        bundle = world.bundles()[0]
        row = definitions.propose(
            session, MONDAY, None, bundle.name, bundle.xml.replace(old, new), bundle.forms
        )
        definitions.deploy(session, MONDAY, row.id, None, second_person=False)
        return definitions.latest(session, "designation").id


def test_running_cases_stay_and_are_counted_on_their_version(world):
    world.a_case()
    renewed(world, 'name="登记撤回"', 'name="撤回登记"')
    text = world.client_of("process_owner").get("/studio").text
    assert "第 1 版 1 件" in text
    assert "原版" in text


def test_a_running_case_is_moved_with_a_reason_that_its_page_tells(world):
    case = world.a_case()
    number = renewed(world, 'name="登记撤回"', 'name="撤回登记"')
    owner = world.client_of("process_owner")
    assert f'href="/studio/migration/{number}"' in owner.get("/studio").text
    assert "1 件在办用的是别的版本，其中 1 件可以转入" in owner.get(f"/studio/migration/{number}").text
    said = {"case": case, "reason": "名称改正"}
    answer = owner.post(f"/studio/migration/{number}", data=said, follow_redirects=True)
    assert "1 件已转入这一版" in answer.text
    assert "没有用其他版本的在办案件" in answer.text
    story = world.client_of("county_clerk", "621122").get(f"/cases/{case}").text
    assert "转入流程新版" in story
    assert "名称改正" in story


def test_a_case_that_cannot_move_says_which_step_is_missing(world):
    case = world.a_case()
    number = renewed(world, '"fill_application"', '"write_application"')
    owner = world.client_of("process_owner")
    text = owner.get(f"/studio/migration/{number}").text
    assert "其中 0 件可以转入" in text
    assert "正在办理的环节“填报申报书”在该版本中没有" in text
    answer = owner.post(
        f"/studio/migration/{number}", data={"case": case, "reason": "试"}, follow_redirects=True
    )
    assert "不能转入第 2 版" in answer.text


def test_moving_cases_without_a_reason_is_refused(world):
    case = world.a_case()
    number = renewed(world, 'name="登记撤回"', 'name="撤回登记"')
    answer = world.client_of("process_owner").post(f"/studio/migration/{number}", data={"case": case})
    assert answer.status_code == 422
    assert "请写明为什么" in answer.text


# --- one version ----------------------------------------------------------------------------------


def test_differences_name_the_element_and_both_values(world):
    deployed(world)
    changed = XML.replace(
        'name="跑一趟"', 'name="再跑一趟" camunda:dueDate="${working_days_after(today(), 5)}"'
    )
    text = page(world, proposed(world, changed))
    assert "与现行版本的差异 1 处" in text.replace("\n", "")
    assert "<del>跑一趟</del> → <ins>再跑一趟</ins>" in text
    assert "working_days_after(today(), 5)" in text
    assert '{"run": "changed"}' in text.replace("&#34;", '"').replace("&quot;", '"')


def test_any_two_versions_can_be_compared(world):
    first = deployed(world)
    deployed(world, XML.replace("跑一趟", "再跑一趟"))
    third = deployed(world, XML.replace("跑一趟", "跑三趟"))
    assert "<del>再跑一趟</del> → <ins>跑三趟</ins>" in page(world, third)
    assert "<del>跑一趟</del> → <ins>跑三趟</ins>" in page(world, third, f"?against={first}")


def test_every_step_stands_in_words_beside_the_diagram(world):
    text = page(world, deployed(world))
    outline = text[text.index('class="outline"') :]
    for step in ("开始", "跑一趟", "办结"):
        assert step in outline
    assert "省级经办" in outline


def test_what_a_step_demands_is_said_in_words(world):
    world.deploy()
    text = page(world, world.bundle())
    outline = text[text.index('class="outline"') :]
    assert "办理过“填报申报书”的人不能办理" in outline
    assert "2 人会签，全部同意" in outline
    assert "时限：5 个工作日（受理）" in outline
    assert "期限：送到之日起 20 个工作日（初审）" in outline
    assert "all:2" not in outline
    assert "${" not in outline


def test_a_form_is_previewed_as_it_will_be_drawn(world):
    bundle_id = deployed(world)
    client = world.client_of("process_owner")
    answer = client.get(f"/studio/versions/{bundle_id}/forms/run")
    assert "办了什么" in answer.text
    assert "不保存" in answer.text
    assert client.get(f"/studio/versions/{bundle_id}/forms/none").status_code == 404


def test_the_folder_that_goes_out_comes_back_in_as_the_same_version(world):
    bundle_id = deployed(world)
    answer = world.client_of("process_owner").get(f"/studio/versions/{bundle_id}/folder.zip")
    assert "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        offered = json.loads(archive.read("errand/.camunda/element-templates/qilian.json"))
    assert any(t["id"] == "qilian.criteria.check" for t in offered)
    assert "完全相同" in upload(world, ("errand.zip", answer.data)).text


def test_an_unknown_version_is_not_found(world):
    client = world.client_of("process_owner")
    for part in ("", "/diagram.bpmn", "/folder.zip"):
        assert client.get(f"/studio/versions/none{part}").status_code == 404
    assert client.get("/studio/none/edit").status_code == 404


# --- the editor -----------------------------------------------------------------------------------


def test_what_is_drawn_in_the_browser_goes_the_same_way(world):
    deployed(world)
    client = world.client_of("process_owner", name="甲")
    shown = client.get("/studio/errand/edit")
    assert "'unsafe-inline'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Content-Security-Policy"] != CSP.format(style="'self'")
    drawn = XML.replace("跑一趟", "再跑一趟").replace("\n", "\r\n")  # as a form sends it
    answer = client.post("/studio/errand/edit", data={"xml": drawn, "note": "改名"})
    assert answer.status_code == 303
    bundle = next(b for b in world.bundles() if b.status == "proposed")
    assert "再跑一趟" in bundle.xml
    assert "\r" not in bundle.xml
    assert bundle.forms == {"run": FORM}


def test_a_refused_drawing_stays_in_the_page(world):
    deployed(world)
    broken = XML.replace('camunda:formRef="run"', 'camunda:formRef="missing"')
    answer = world.client_of("process_owner").post("/studio/errand/edit", data={"xml": broken})
    assert answer.status_code == 422
    assert "missing" in answer.text[answer.text.index("<textarea") :]
    assert "'unsafe-inline'" in answer.headers["Content-Security-Policy"]
    assert len(world.bundles()) == 1


def test_other_pages_keep_the_strict_style_rule(world):
    answer = world.client_of("process_owner").get("/studio")
    assert "'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
