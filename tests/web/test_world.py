"""The world that tests of pages stand on."""


def test_a_signed_in_person_sees_their_inbox_and_a_stranger_is_asked_to_sign_in(world):
    assert world.client_of("county_clerk").get("/").status_code == 200
    assert world.anybody().get("/").location.startswith("/sign-in")


def test_the_same_role_in_the_same_place_is_the_same_person_unless_named(world):
    assert world.person("city_inspector") == world.person("city_inspector")
    assert world.person("city_inspector") != world.person("city_inspector", name="第二人")
