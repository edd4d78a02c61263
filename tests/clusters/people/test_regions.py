"""Part 6: one province, 14 prefectures, 86 counties, 兰州新区; who may apply (art. 13, D-14)."""

from datetime import date

import pytest

from clusters.people import regions
from engine.errors import NotFound


def test_there_are_14_prefectures_and_86_counties_and_one_special_area():
    levels = [r.level for r in regions.all_regions().values()]
    assert levels.count(regions.PREFECTURE) == 14
    assert levels.count(regions.COUNTY) == 86
    assert levels.count(regions.SPECIAL_AREA) == 1
    assert levels.count(regions.PROVINCE) == 1


def test_every_county_belongs_to_a_prefecture_with_the_same_code_prefix():
    for place in regions.all_regions().values():
        if place.level == regions.COUNTY:
            assert regions.city_of(place.code).code[:4] == place.code[:4]


def test_a_county_may_apply_and_an_ordinary_prefecture_may_not():
    assert regions.region("621122").may_apply
    assert not regions.region("621100").may_apply
    assert not regions.region("620000").may_apply


@pytest.mark.parametrize("code", ["620200", "62LZXQ"])
def test_a_direct_applicant_applies_and_is_its_own_city(code):
    assert regions.region(code).may_apply
    assert regions.city_of(code).code == code
    assert [r.code for r in regions.applicants_of(code)] == [code]


def test_the_special_area_keeps_its_statistical_code():
    assert regions.region("62LZXQ").stat_code == "620171"


def test_the_city_of_a_county_is_found_and_the_province_has_none():
    assert regions.city_of("621122").name == "定西市"
    with pytest.raises(NotFound):
        regions.city_of("620000")


def test_an_unknown_code_is_named():
    with pytest.raises(NotFound, match="620824"):
        regions.region("620824")


def test_the_scope_of_a_city_holds_its_counties_and_no_others():
    assert regions.within("621122", "621100")
    assert regions.within("621122", "620000")
    assert regions.within("62LZXQ", "620000")
    assert not regions.within("621122", "620100")
    assert not regions.within("621100", "621122")


def test_a_region_is_active_on_its_first_and_last_day_only_until_then():
    place = regions.region("621122")
    merged = regions.Region(
        **{**place.__dict__, "active_from": date(2020, 1, 1), "active_to": date(2025, 6, 30)}
    )
    assert merged.is_active(date(2020, 1, 1))
    assert merged.is_active(date(2025, 6, 30))
    assert not merged.is_active(date(2019, 12, 31))
    assert not merged.is_active(date(2025, 7, 1))


def test_a_county_is_called_with_its_city():
    assert regions.full_name("621122") == "定西市陇西县"
    assert regions.full_name("621100") == "定西市"
