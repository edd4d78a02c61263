"""Peers measured in interleaved rounds, compared by medians. Knows no peer.

Machines are noisy and grow warm: each round asks every peer in turn, beginning with another one each
time, and a ratio is the median of the ratios within the rounds.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any, Protocol


class Peer(Protocol):
    @property
    def name(self) -> str: ...


Measure = Callable[[Any, int], Iterator[float]]  # seconds of each of so many units of one peer


def measured(peers: Sequence[Peer], measure: Measure, rounds: int, units: int) -> dict[str, list[float]]:
    """Per peer the median seconds of each round, after one round that warms up."""
    found: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for peer in peers:
        list(measure(peer, min(units, 2)))
    for number in range(rounds):
        first = number % len(peers)
        for peer in (*peers[first:], *peers[:first]):
            found[peer.name].append(median(measure(peer, units)))
    return found


def compared(seconds: Mapping[str, Sequence[float]], beside: Sequence[str]) -> list[dict[str, Any]]:
    """One entry per peer: milliseconds, and how many times the peers named in `beside`."""
    return [
        {
            "peer": name,
            "ms": round(median(values) * 1000, 3),
            **{f"times_{other}": _ratio(values, seconds[other]) for other in beside if other in seconds},
        }
        for name, values in seconds.items()
    ]


def _ratio(one: Sequence[float], other: Sequence[float]) -> float:
    return round(median(a / b for a, b in zip(one, other, strict=True)), 4)
