"""Names every module that has tables, so that `metadata` is whole. Knows no table itself."""

from importlib import import_module

from engine.db import Base

MODULES = ("engine.models", "clusters.models", "web.models")

for module in MODULES:
    import_module(module)

metadata = Base.metadata
