"""Pages of work: the lists of tasks, one task, its form and its sheets."""
