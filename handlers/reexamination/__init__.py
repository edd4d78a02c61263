"""Topics of processes/reexamination.bpmn: rules in `clusters.reexamination*`, words in `handlers.words`."""

from handlers.reexamination import batch, conclusion, filing, term

__all__ = ["batch", "conclusion", "filing", "term"]
