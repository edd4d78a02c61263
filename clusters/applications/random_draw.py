"""Drawing the enterprises to be visited, so that anybody can draw again and find the same (art. 14).

Each code is ranked by SHA-256 of seed and code: the draw depends on nothing but the two, neither on
the order of the roster nor on a library's generator. Pure; keeping the draw is `onsite`'s.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil


def new_seed() -> str:
    """A seed that nobody can choose or foresee."""
    return secrets.token_hex(16)


def draw(codes: Iterable[str], size: int, seed: str) -> list[str]:
    """`size` of the codes, in the order in which they were drawn; all of them when there are fewer."""
    return sorted(set(codes), key=lambda code: (_rank(seed, code), code))[: max(size, 0)]


def _rank(seed: str, code: str) -> bytes:
    return hashlib.sha256(f"{seed}:{code}".encode()).digest()


def sample_size(population: int, least: int, percent: Fraction) -> int:
    """How many to visit: the least number or the share, whichever is larger, rounded up."""
    return min(population, max(least, ceil(population * percent / 100)))


def is_reproducible(codes: Sequence[str], drawn: Sequence[str], seed: str) -> bool:
    """Whether a recorded draw comes out again from its seed and population."""
    return list(drawn) == draw(codes, len(drawn), seed)
