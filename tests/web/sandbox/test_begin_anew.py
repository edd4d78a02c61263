"""The sandbox begins anew at the press of a button, and its door says how to enter."""

from qilian.sandbox.bar import SandboxBar
from qilian.sandbox.opening import BEGINNING_COPY, keep_beginning
from tests.web.told import AT_THRESHOLD, IN_NOTICE


def with_a_copy(told):
    beginning = told.home / BEGINNING_COPY
    keep_beginning(told.database, beginning)
    told.services.sandbox = SandboxBar(told.services, beginning)
    return told


def test_beginning_anew_brings_time_and_cases_back(told):
    with_a_copy(told)
    opened = told.services.now()
    told.play.until(2024, 5, 27)
    told.a_case(AT_THRESHOLD)
    assert told.application(AT_THRESHOLD).case_no.endswith("0002")
    clerk = told.client_of("prov_clerk")
    assert "重新开始沙箱" in clerk.get("/sandbox/tour").text
    answer = clerk.post("/sandbox/begin-anew")
    assert answer.location == "/sandbox/tour"
    assert told.services.now() == opened
    assert told.application(AT_THRESHOLD).case_no.endswith("0001")
    assert told.application(IN_NOTICE).status == "in_notice"


def test_time_moves_on_after_beginning_anew(told):
    with_a_copy(told)
    told.play.until(2024, 5, 27)
    told.anybody().post("/sandbox/begin-anew")
    told.play.until(2024, 5, 24)
    assert told.item(told.instance("GSPC-2023-02"), "decide_designation")


def test_without_a_copy_nothing_is_offered_and_a_press_says_what_to_do(told):
    shown = told.anybody().get("/sandbox/tour").text
    assert "重新开始" not in shown
    refused = told.anybody().post("/sandbox/begin-anew")
    assert refused.status_code == 422
    assert "删除沙箱的数据目录" in refused.text


def test_there_is_no_such_address_outside_the_sandbox(world):
    assert world.anybody().post("/sandbox/begin-anew").status_code == 404


def test_the_door_of_the_sandbox_says_how_to_enter_and_the_real_one_tells_no_password(told, world):
    shown = told.anybody().get("/sign-in").text
    assert told.services.sandbox.password in shown
    assert "沙箱" not in world.anybody().get("/sign-in").text
