"""The sandbox: fictional people and cases, and time that moves by hand. Never for real work.

Everything in it came about through the engine, as people would have done it; nothing is painted on.
"""

from qilian.sandbox.opening import open_services

__all__ = ["open_services"]
