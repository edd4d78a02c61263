"""One decision designates several clusters: what later happens to one does not depend on the others."""

from datetime import date

import pytest
import sqlalchemy as sa

from clusters.annual.annual_assessments import require_assessable
from clusters.models import Cluster
from clusters.register import baselines
from engine.errors import Refused
from handlers.subjects import designated_clusters
from tests.handlers.reexamining import Term, ending

pytestmark = pytest.mark.article("第十五条", "第十六条")


def two_clusters(stage):
    """Two counties' clusters by one document of 10 September 2024, whose terms end together."""
    batch = stage.open_batch()
    cases = [stage.case(county).qualified(rank) for rank, county in enumerate(("621122", "621123"), 1)]
    stage.on("2024-09-02")
    batch.select(*({"case_no": c.no, "selected": True, "ranking": n} for n, c in enumerate(cases, 1)))
    batch.publish()
    stage.on("2024-09-10")
    batch.decide()
    with stage.reading() as session:
        numbers = list(session.scalars(sa.select(Cluster.cluster_no).order_by(Cluster.cluster_no)))
    for number in numbers:
        ending(stage, number)
    return numbers


@pytest.fixture(scope="module")
def steps():
    return two_clusters


def test_clusters_designated_together_are_renewed_one_after_the_other(stage, scene):
    stage.on("2025-04-01")
    terms = [Term(stage, number) for number in scene[1]]
    terms[0].open_batch(clusters=scene[1])
    for term in terms:
        term.call("prepare")
        term.call("open_case")
    stage.on("2025-09-01")
    for term in terms:
        term.fill()
        term.submit()
        term.inspect()
        term.check()
        term.review()
    for number, term in enumerate(terms, 1):
        term.decide(decision_no=f"示例复核〔2025〕{number}号")
    with stage.reading() as session:
        kept = [[v.version for v in baselines.versions(session, number)] for number in scene[1]]
    assert [term.cluster.term_no for term in terms] == [2, 2]
    assert kept == [[1, 2], [1, 2]]


@pytest.mark.article("第十八条")
def test_a_renewed_cluster_still_owes_what_it_owed_of_its_first_term(stage, scene):
    with stage.database.write() as session:
        cluster = session.get_one(Cluster, scene[1][0])
        cluster.term_no, cluster.valid_from = 2, date(2027, 1, 3)
    with stage.reading() as session:
        since = {s.key: s.since for s in designated_clusters(session, date(2027, 1, 4))}
    assert since[scene[1][0]] == date(2024, 9, 10)


@pytest.mark.article("第十六条")
def test_a_year_of_the_first_term_is_assessed_after_the_renewal(stage, scene):
    with stage.database.write() as session:
        cluster = session.get_one(Cluster, scene[1][0])
        cluster.term_no, cluster.valid_from = 2, date(2027, 1, 17)
        require_assessable(cluster, 2026, date(2027, 4, 1))
        with pytest.raises(Refused, match="自2024-09-10起才是认定集群"):
            require_assessable(cluster, 2023, date(2027, 4, 1))
