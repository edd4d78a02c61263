"""What service tasks call, one thin module per diagram: topic -> clusters.

`catalogue` holds every topic; the composition root hands it to the engine and the checks.
"""

from handlers import criteria, designation, notice, revocation, subjects
from handlers.topics import catalogue

__all__ = ["catalogue", "criteria", "designation", "notice", "revocation", "subjects"]
