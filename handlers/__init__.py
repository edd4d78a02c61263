"""What service tasks call, one thin module per diagram: topic -> clusters.

Every module of this package registers its topics in `catalogue`, which the composition root hands to
the engine and the checks.
"""

import importlib
import pkgutil

from handlers.topics import catalogue

for _module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
    importlib.import_module(f"{__name__}.{_module}")

__all__ = ["catalogue"]
