"""All that looks wrong in an application without being impossible (5.3 and the notes of F01).

Two of 5.3 need the register and the organisations and are not here: a code in two active clusters
(no. 9), and an operator that is a reviewing body (no. 10).
"""

from clusters.annex.filing_checks import filing_checks
from clusters.annex.metrics import Case
from clusters.annex.roster_checks import roster_checks
from clusters.annex.yearly_checks import yearly_checks
from engine.errors import Problem


def cross_checks(case: Case) -> tuple[Problem, ...]:
    return (*filing_checks(case), *yearly_checks(case), *roster_checks(case))
