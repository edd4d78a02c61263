"""One good way of filling in each form: what the sandbox's people write when they act by themselves.

The long run of the tests lays its lateness and mistakes over these answers.
"""

from collections.abc import Mapping

from qilian.sandbox.answers import (
    annual,
    changes,
    designation,
    objections,
    publicity,
    reexamination,
    revocation,
)
from qilian.sandbox.answers.turn import Answer, Turn

ANSWERS: Mapping[str, Answer] = {
    **designation.ANSWERS,
    **objections.ANSWERS,
    **annual.ANSWERS,
    **changes.ANSWERS,
    **reexamination.ANSWERS,
    **revocation.ANSWERS,
    **publicity.ANSWERS,
}

__all__ = ["ANSWERS", "Answer", "Turn"]
