"""The criteria on a kept case: its effective application under the version of the rule that binds it.

Knows where the inputs of `clusters.annex.criteria` come from; what follows from a verdict is for reviews.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from clusters import paths
from clusters.annex import criteria
from clusters.annex.application import Application as Figures
from clusters.annex.standard import Standard
from clusters.annex.verdicts import Verdicts
from clusters.applications import applications
from clusters.applications.models import Application
from clusters.batches import batches, rules


def binding_standard(session: Session, application: Application, today: date) -> Standard:
    """The version fixed at acceptance, until then the batch's, or the one in force or last known;
    read with the definitions of the batch."""
    batch = batches.get(session, application.batch_key) if application.batch_key else None
    if batch is None:
        version = rules.in_force(session, today) or rules.last_known(session, today)
        return rules.standard(session, version.code)
    standard = rules.standard(session, application.rule_version or batch.rule_version)
    return batches.applied(standard, batch)


def figures_of(session: Session, instance_id: str, today: date) -> Figures:
    """The effective application as values; impossible figures are refused with every problem."""
    data, application = applications.effective_application(session, instance_id)
    batch = batches.get(session, application.batch_key) if application.batch_key else None
    day = applications.reference_date(batch, application.first_submitted_at, today)
    return Figures.from_submission(data, day)


def assess_changed(
    session: Session, application: Application, changes: Iterable[tuple[str, Any]], today: date
) -> Verdicts:
    """Every criterion as it would stand with these fields (path, value) changed; keeps nothing."""
    data, _ = applications.effective_application(session, str(application.instance_id))
    for path, value in changes:
        paths.put(data, path, value)
    batch = batches.get(session, application.batch_key) if application.batch_key else None
    day = applications.reference_date(batch, application.first_submitted_at, today)
    standard = binding_standard(session, application, today)
    return criteria.check(Figures.from_submission(data, day), standard, today)


def assess(session: Session, instance_id: str, today: date) -> Verdicts:
    """Every criterion today, on corrected data. Titles and incidents are read as of today (2.0)."""
    application = applications.by_instance(session, instance_id)
    standard = binding_standard(session, application, today)
    return criteria.check(figures_of(session, instance_id, today), standard, today)
