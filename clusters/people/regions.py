"""The regions of Gansu and which of them may apply. Pure data from a table of public facts.

Knows codes and their hierarchy, no organisation, person or case. 嘉峪关 (no counties) and 兰州新区
(no GB/T 2260 code) are marked in the table as direct applicants (D-14), not in the code.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from engine.errors import NotFound

PROVINCE, PREFECTURE, COUNTY, SPECIAL_AREA = "province", "prefecture", "county", "special_area"


@dataclass(frozen=True)
class Region:
    """One row of the table. `active_from`/`active_to` bound it in time; both may be open."""

    code: str
    name: str
    level: str
    parent_code: str | None
    code_source: str
    stat_code: str | None
    direct_applicant: bool
    active_from: date | None
    active_to: date | None

    def is_active(self, on: date) -> bool:
        started = self.active_from is None or self.active_from <= on
        return started and (self.active_to is None or on <= self.active_to)

    @property
    def is_city(self) -> bool:
        """Whether its bureau accepts and reviews applications (art. 4, 14)."""
        return self.level in (PREFECTURE, SPECIAL_AREA)

    @property
    def may_apply(self) -> bool:
        """Whether it has an applicant: counties by art. 13, the direct applicants by D-14."""
        return self.level == COUNTY or self.direct_applicant


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def all_regions() -> dict[str, Region]:
    table = files("clusters").joinpath("data/gansu_regions.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Region(
            code=row["code"],
            name=row["name"],
            level=row["level"],
            parent_code=row["parent_code"] or None,
            code_source=row["code_source"],
            stat_code=row["stat_code"] or None,
            direct_applicant=row["direct_applicant"] == "1",
            active_from=_day(row["active_from"]),
            active_to=_day(row["active_to"]),
        )
        for row in csv.DictReader(table.splitlines())
    }


@cache
def province() -> Region:
    """The one province of this installation (D16)."""
    return next(r for r in all_regions().values() if r.level == PROVINCE)


def region(code: str) -> Region:
    found = all_regions().get(code)
    if found is None:
        raise NotFound(f"行政区划代码“{code}”不在区划表中。")
    return found


def name_of(code: str) -> str:
    return region(code).name


def full_name(code: str) -> str:
    """The name with the city in front of a county: 定西市陇西县."""
    place = region(code)
    return (
        name_of(place.parent_code) + place.name if place.level == COUNTY and place.parent_code else place.name
    )


def city_of(code: str) -> Region:
    """The city-level region that handles cases of `code`; a direct applicant is its own city."""
    place = region(code)
    if place.is_city:
        return place
    if place.level == COUNTY and place.parent_code is not None:
        return region(place.parent_code)
    raise NotFound(f"{place.name}不属于任何市州。")


def cities() -> list[Region]:
    return [r for r in all_regions().values() if r.is_city]


def counties_of(city_code: str) -> list[Region]:
    return [r for r in all_regions().values() if r.level == COUNTY and r.parent_code == city_code]


def applicants_of(city_code: str) -> list[Region]:
    """The regions of a city that may apply."""
    own = region(city_code)
    return counties_of(city_code) + ([own] if own.direct_applicant else [])


def within(code: str, scope: str) -> bool:
    """Whether `code` lies in `scope`: the row-level data scope of art. 4."""
    if scope in (code, province().code):
        return True
    parent = region(code).parent_code
    return parent is not None and within(parent, scope)
