"""Composition only: configuration, bootstrap, sandbox, command line."""
