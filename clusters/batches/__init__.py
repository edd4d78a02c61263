"""Versions of the rule, batches under them, and the lists that cities and province make (art. 14, 15, 21)."""
