"""Pages of administrators: how the system runs, its deadlines, queues, trail and sessions."""
