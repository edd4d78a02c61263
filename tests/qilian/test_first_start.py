"""Several processes start on one empty database: it is seeded once, and nobody fails (D16)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from clusters.people.models import Organisation
from engine.clock import FixedClock
from engine.models import Bundle, ProcessDefinition
from qilian import bootstrap
from qilian.config import SEEDS, Config
from tests.web.world import MONDAY


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_two_first_starts_at_once_seed_one_installation(database, tmp_path):
    config = Config(tmp_path, str(database.url), tmp_path / "secret.key")
    services = [bootstrap.build(config, database, FixedClock(MONDAY)) for _ in range(2)]
    together = Barrier(2)

    def start(mine):
        together.wait()
        bootstrap.seed(mine, MONDAY)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(start, mine) for mine in services]:
            done.result()
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Bundle)) == len([*SEEDS.glob("*.bpmn")])
        assert set(session.scalars(sa.select(ProcessDefinition.version))) == {1}
        seats = session.execute(sa.select(Organisation.level, Organisation.region_code)).all()
        assert len(seats) == len(set(seats))
