"""The post room: routes what is new in the inbox, gathers digests, sends. Runs beside the legal timers."""

from collections.abc import Callable, Mapping

from clusters.post import posting
from engine import outbox
from engine.clock import Clock
from engine.db import Database
from engine.outbox import Channel


class PostRoom:
    """`channels` by kind; none at all is well: everything then stays in the inbox.

    `base_url` stands before the links in letters, without a slash at its end.
    """

    def __init__(
        self, database: Database, clock: Clock, channels: Mapping[str, Channel], base_url: str
    ) -> None:
        self._database, self._clock = database, clock
        self.channels, self.base_url = dict(channels), base_url

    def run(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """One round; returns how many letters are done with."""
        now = self._clock.now()
        posting.route_all(self._database, now, list(self.channels), self.base_url, stopped)
        posting.gather(self._database, now, self.base_url)
        return outbox.deliver(self._database, self.channels, stopped)
