"""Objections to a notice, and whoever raises them (art. 15)."""
