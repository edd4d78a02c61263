"""Topics of processes/designation.bpmn: each takes what was filed to `clusters` and tells people.

A refusal rolls back the act of the person who filed. Rules are in `clusters`, words in `handlers.words`;
a room for each desk that the application crosses.
"""

from handlers.designation import batch, city, county, province, recommendation

__all__ = ["batch", "city", "county", "province", "recommendation"]
