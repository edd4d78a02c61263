"""Proposals to revoke a title, their evidence, and what becomes of them (art. 19)."""
