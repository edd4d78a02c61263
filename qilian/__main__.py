"""`python -m qilian` is the command `qilian`."""

from qilian.cli import main

raise SystemExit(main())
