"""Years of many clusters with people who are punctual, late or never come; every day is looked at.

`make test` lives through the season of three clusters whose calendar is announced after the February
deadline, and on PostgreSQL through a spring with re-examinations; `make soak` through ten years of a
hundred clusters, in two lives that share nothing, side by side, and through three years on PostgreSQL.
`QILIAN_SOAK_LIVES`, `_CLUSTERS` (of each life), `_YEARS`, `_START` and `_SEED` change what is lived; the same
seed gives the same life.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.soak.life import Life
from tests.support.postgres import drop_database, new_database

pytestmark = pytest.mark.soak
IS_LONG = bool(os.environ.get("QILIAN_SOAK"))
# What people must have come to do in ten years, or the run has proved nothing.
COMMON = {
    "fill_report", "verify_report", "sign_assessment", "record_award", "decide_revocation",
    "publish_revocation", "file_change_record", "confirm_change", "decide_reexamination",
    "decide_designation", "sign_finding", "handle_lead", "publish_case", "take_down",
}  # fmt: skip

BY_TIMER = {"19-3a", "19-4"}  # a report and a change that the county never handed in


def wanted(name: str, default: str) -> str:
    return os.environ.get(f"QILIAN_SOAK_{name}", default)


@dataclass(frozen=True)
class Lived:
    """One life: where it is kept, how many clusters, from when to when."""

    database: str
    clusters: int
    seed: int
    start: date
    end: date
    stride: int = 1

    @property
    def name(self) -> str:
        return f"{self.database}-seed-{self.seed}"


def lives() -> list[Lived]:
    if not IS_LONG:
        return [
            Lived("sqlite", 3, 11, date(2026, 12, 20), date(2027, 7, 10), 7),
            Lived("postgres", 2, 5, date(2025, 12, 1), date(2026, 4, 1), 7),
        ]
    start, seed = date.fromisoformat(wanted("START", "2024-07-01")), int(wanted("SEED", "2026"))
    end = start.replace(year=start.year + int(wanted("YEARS", "10")))
    size, count = int(wanted("CLUSTERS", "50")), int(wanted("LIVES", "2"))
    long = [Lived("sqlite", size, seed + n, start, end) for n in range(count)]
    return [*long, Lived("postgres", 5, seed, start, start.replace(year=start.year + 3))]


@pytest.mark.parametrize("lived", lives(), ids=lambda lived: lived.name)
@pytest.mark.article("第十一条", "第十五条", "第十六条", "第十七条", "第十八条", "第十九条")
def test_in_years_of_lateness_outages_and_late_calendars_nobody_is_wronged(
    lived: Lived, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    def tell(line: str) -> None:
        if IS_LONG:
            with capsys.disabled():
                print(f"{lived.name}: {line}", flush=True)

    url, server = "", None
    if lived.database == "postgres":
        server = request.getfixturevalue("postgres")
        made = new_database(server, request.getfixturevalue("postgres_template").database)
        url = made.render_as_string(hide_password=False)
    life = Life(
        tmp_path, clusters=lived.clusters, seed=lived.seed, start=lived.start, end=lived.end,
        stride=lived.stride, tell=tell, url=url,
    )  # fmt: skip
    try:
        life.run()
    finally:
        life.close()
        if server is not None:
            drop_database(sa.make_url(url), server)
    missing = COMMON - set(life.actors.done) if lived.clusters > 20 else set()
    assert not missing, f"in {lived.name} nobody came to {sorted(missing)}"
    assert "verify_report" in life.actors.done
    if lived.clusters > 20:
        assert life.proposed_by_timer.keys() >= BY_TIMER, "the clock never had a ground to propose"
