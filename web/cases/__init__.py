"""Pages of cases: the list, one case at any moment, its papers."""
