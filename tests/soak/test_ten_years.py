"""Years of many clusters with people who are punctual, late or never come; every day is looked at.

`make test` lives through the season of three clusters whose calendar is announced after the February
deadline; `make soak` through ten years of a hundred. `QILIAN_SOAK_CLUSTERS`, `_YEARS`, `_START` and `_SEED`
change what is lived; the same seed gives the same life.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from tests.soak.life import Life

pytestmark = pytest.mark.soak
IS_LONG = bool(os.environ.get("QILIAN_SOAK"))


def wanted(name: str, default: str) -> str:
    return os.environ.get(f"QILIAN_SOAK_{name}", default)


def a_life(home: Path, capsys: pytest.CaptureFixture[str]) -> Life:
    if not IS_LONG:
        start, end = date(2026, 12, 20), date(2027, 7, 10)
        return Life(home, clusters=3, seed=11, start=start, end=end, stride=7, tell=lambda _: None)

    def tell(line: str) -> None:
        with capsys.disabled():
            print(line, flush=True)

    start = date.fromisoformat(wanted("START", "2024-07-01"))
    end = start.replace(year=start.year + int(wanted("YEARS", "10")))
    clusters, seed = int(wanted("CLUSTERS", "100")), int(wanted("SEED", "2026"))
    return Life(home, clusters=clusters, seed=seed, start=start, end=end, stride=1, tell=tell)


@pytest.mark.article("第十六条", "第十七条", "第十八条", "第十九条")
def test_in_years_of_lateness_outages_and_late_calendars_nobody_is_wronged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life = a_life(tmp_path, capsys)
    try:
        life.run()
    finally:
        for message, times in life.actors.refused.most_common(12):
            life.tell(f"refused {times} times: {message}")
        life.world.close()
    assert {"fill_report", "verify_report", "sign_assessment", "decide_revocation"} <= set(life.actors.done)
