"""The sandbox's bar and tour; in real work nothing of it answers."""
