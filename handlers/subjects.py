"""What a timer start event may be armed for (`forEach`, D4)."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from clusters.register import register, register_status
from clusters.register.models import Cluster
from engine.clock import legal_day
from engine.contract import Subject
from handlers.topics import catalogue


def _since(cluster: Cluster) -> date:
    return max(register.held_since(cluster), legal_day(cluster.designated_at))


@catalogue.subjects("designated_clusters", label="已认定的集群", revision=register_status.revision)
def designated_clusters(session: Session, today: date) -> Iterator[Subject]:
    """Every cluster that holds the title. Obligations count from the day it came into this register:
    of a cluster taken over from paper nothing that lies before is asked again. A further term begins no
    new count: what was owed of the years of the one before is still owed (art. 16, 18).
    """
    for cluster in register.standing(session):
        yield Subject(
            key=cluster.cluster_no,
            title=cluster.name,
            scope=cluster.county_code,
            since=_since(cluster),
            data={
                "cluster_no": cluster.cluster_no,
                "county_code": cluster.county_code,
                "city_code": cluster.city_code,
                "valid_from": cluster.valid_from.isoformat(),
                "valid_to": cluster.valid_to.isoformat(),
                "term_no": cluster.term_no,
            },
        )
