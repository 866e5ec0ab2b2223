"""Whose turn it is: one request at a time to a host, its pauses, and few hosts at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ritui.errors import SourceLimit
from ritui.sources.address import host_of, nearness
from ritui.sources.answer import Limits
from ritui.sources.errand import Errand, Passing


@dataclass(slots=True)
class _Host:
    """One request at a time, and when the next may start."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free: float = 0.0


class Turns:
    """The order in which the errands of one run go out."""

    def __init__(
        self,
        limits: Limits,
        *,
        sleep: Callable[[float], Awaitable[object]],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        chance: Callable[[], float],
    ) -> None:
        self._limits = limits
        self._sleep, self._clock, self._now, self._chance = sleep, clock, now, chance
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._seats = asyncio.Semaphore(limits.hosts)

    @asynccontextmanager
    async def turn(self, errand: Errand, url: str, attempt: int) -> AsyncIterator[None]:
        """Wait until a request may go out, and see that the next one to its host waits, too.

        Args:
            errand: What is asked.
            url: The address that is asked now.
            attempt: Which try this is, from 1; a `Passing` failure in the block makes the next
                wait as long as the service asks, else about 2, 4, 8 seconds.

        Raises:
            SourceLimit: The wait would be longer than we wait.
        """
        host = self._hosts[host_of(url)]
        async with host.lock:
            self._bear(errand, url, host.free - self._clock())
            if (wait := host.free - self._clock()) > 0:
                await self._sleep(wait)
            async with self._seats:
                try:
                    yield
                except Passing as passing:
                    if passing.wait is not None:
                        host.free = self._clock() + passing.wait
                        self._bear(errand, url, passing.wait)
                    elif attempt < self._limits.tries:
                        host.free = self._clock() + 2**attempt * (0.5 + self._chance())
                    raise
                finally:
                    # No shared service is behind a loopback address.
                    pause = 0.0 if nearness(host_of(url)) == "loopback" else errand.spacing
                    host.free = max(host.free, self._clock() + pause)

    def _bear(self, errand: Errand, url: str, wait: float) -> None:
        """Raises SourceLimit for a wait that is too long to sit through."""
        if wait <= self._limits.wait:
            return
        now = self._now().astimezone()
        # Up to the full minute: to come a second too early would only prolong it.
        when = now + timedelta(seconds=min(wait, 366 * 86_400) + 59)
        form = "%H:%M" if when.date() == now.date() else "%Y-%m-%d %H:%M"
        raise SourceLimit(errand.source, errand.show(url), when.strftime(form))
