"""One module per command. Each has `register(subparsers)`, which adds its parser and sets `run`.

Modules are imported whenever the command line starts: heavy imports belong inside `run`.
"""
