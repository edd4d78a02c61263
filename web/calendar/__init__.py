"""Pages of the working calendar: a year, its sources, its import by two persons."""
