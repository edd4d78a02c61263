"""Opaque ids for addresses; case numbers are for people (D16)."""

import secrets


def new_id() -> str:
    """26 unguessable characters."""
    return secrets.token_hex(13)
