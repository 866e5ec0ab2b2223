"""Check links: look at addresses side by side and politely, and keep each finding as it comes."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from ritui.errors import Offline, RituiError, SourceFailed, SourceUnreachable
from ritui.model.link import Link, Look, State, state_of
from ritui.model.normal import Unfit, web_address
from ritui.sources.address import host_of, nearness
from ritui.sources.answer import Limits
from ritui.sources.fetch import LINKS, Door
from ritui.sources.glance import Glance, glance

if TYPE_CHECKING:
    from ritui.config import Config
    from ritui.services.library import Library

LIMITS: Final = Limits(connect=10, silence=15, page=30, wait=60, tries=1)
"""Each address is asked once: what failed for a moment is asked again by the next check."""
_NO_NETWORK: Final = 8
"""Addresses in a row that could not be looked at, after which the others are let be."""
_NAMELESS: Final = "dns"
_NO_NAME: Final = "no host of this name is known here (is there a network?)"


class Book(Protocol):
    """Where findings are kept, at once: it is called on the loop's thread."""

    def keep(self, look: Look) -> Look:
        """Keep what was found, and say what is known now."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a check is."""

    done: int
    """Addresses that are done with."""
    total: int
    look: Look | None = None
    """What was found last."""
    states: Mapping[State, int] = field(default_factory=dict)
    """How many were found in each state so far."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check ended."""

    looks: Mapping[str, Look] = field(default_factory=dict)
    """What is known now of each address that was looked at."""
    failed: Mapping[str, RituiError] = field(default_factory=dict)
    """The addresses that could not be looked at, which says nothing of them, and why."""
    cancelled: bool = False

    @property
    def states(self) -> Mapping[State, int]:
        """How many addresses were found in each state."""
        return Counter(look.state for look in self.looks.values())


Report = Callable[[Progress], None]


async def check(
    book: Book,
    links: Iterable[Link],
    door: Door,
    *,
    homes: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    report: Report = lambda _: None,
    stop: asyncio.Event | None = None,
) -> Outcome:
    """Look at links, each address once, several hosts side by side.

    It waits for the disk and for names to be looked up; a loop that has something else to do is
    better off with `ritui.services.apart`.

    Args:
        book: Where each finding is kept at once.
        links: What to look at.
        door: The way to the network.
        homes: Hosts that the settings name, by the ids of their sources. A link of a record of
            one that is not public may be as near; the public ones tell whether there is a
            network, where all that is known is that a name is not.
        now: The time of day.
        report: Told of each finding, on the loop's thread.
        stop: When set, it ends at once.

    Raises:
        StoreDamaged, CannotWrite: A finding cannot be kept.
    """
    wanted = {link.url: link for link in links}
    run = _Run(book, door, homes, now, report, wanted)
    if not wanted:
        return Outcome()
    work = asyncio.ensure_future(run.all())
    halt = asyncio.ensure_future((stop or asyncio.Event()).wait())
    try:
        await asyncio.wait({work, halt}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped = not work.done()
        for task in (work, halt):
            task.cancel()
        await asyncio.wait({work, halt})
    if not work.cancelled():
        work.result()
    return Outcome(run.looks, run.failed, stopped)


@dataclass(slots=True)
class _Run:
    """One check: what is wanted, and what was found."""

    book: Book
    door: Door
    homes: Mapping[str, str]
    now: Callable[[], datetime]
    report: Report
    wanted: Mapping[str, Link]
    looks: dict[str, Look] = field(default_factory=dict)
    failed: dict[str, RituiError] = field(default_factory=dict)
    states: Counter[State] = field(default_factory=Counter)
    ways: dict[str, set[str]] = field(default_factory=dict)
    """In which ways the hosts of `homes` are not public, as far as it was asked."""
    nameless: list[str] = field(default_factory=list)
    """Addresses whose host nobody knows, if there was a network."""
    misses: int = 0
    """Addresses in a row that could not be looked at."""
    last: SourceFailed | None = None
    """Why the last of them could not."""

    async def all(self) -> None:
        """Look at everything."""
        hosts: dict[str, list[str]] = {}
        for url in self.wanted:
            hosts.setdefault(host_of(url), []).append(url)
        # The host with the most to be asked is what takes the longest.
        queue = sorted(hosts.values(), key=len)
        self._tell()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.door.limits.hosts, len(queue))):
                    group.create_task(self._some(queue))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        if self.nameless and await self._has_network():
            self._bury()
        for url in self.nameless:
            self.failed[url] = SourceUnreachable(LINKS, url, _NO_NAME)
        self._tell()

    async def _some(self, queue: list[list[str]]) -> None:
        """Look at the addresses of one host after another."""
        while queue:
            for url in queue.pop():
                await self._one(url)

    async def _one(self, url: str) -> None:
        if self.last is not None and self.misses >= _NO_NETWORK:
            self.failed[url] = self.last
            return
        try:
            seen = await glance(self.door, url, await self._home(self.wanted[url]))
        except SourceFailed as error:
            self.failed[url] = self.last = error
            if isinstance(error, Offline):
                self.misses = _NO_NETWORK
            elif isinstance(error, SourceUnreachable):
                self.misses += 1
            self._tell()
            return
        self.misses = 0
        if seen.code == _NAMELESS:
            self.nameless.append(url)
            return
        if seen.code.isdigit() and nearness(host_of(url)) != "loopback":
            self._bury()
        self._keep(url, seen)

    def _bury(self) -> None:
        """There is a network, so the hosts that nobody knew are no more."""
        while self.nameless:
            self._keep(self.nameless.pop(), Glance(_NAMELESS))

    def _keep(self, url: str, seen: Glance) -> None:
        """Write down what was found, and tell it."""
        try:
            moved = web_address(seen.moved) if seen.moved else ""
        except Unfit:
            moved = ""
        state, time = state_of(seen.code, moved), self._time()
        moved = moved if state == "moved" else ""
        kept = self.book.keep(Look(url, state, seen.code, time, time, moved))
        self.looks[url] = kept
        self.states[kept.state] += 1
        self._tell(kept)

    def _tell(self, look: Look | None = None) -> None:
        done = len(self.looks) + len(self.failed)
        self.report(Progress(done, len(self.wanted), look, dict(self.states)))

    async def _home(self, link: Link) -> str:
        """The host of a source of a link's record that is not public, if there is one."""
        for host in filter(None, map(self.homes.get, link.sources)):
            if host not in self.ways:
                self.ways[host] = await self.door.near(host)
            if self.ways[host]:
                return host
        return ""

    async def _has_network(self) -> bool:
        """Whether names of other machines are known here."""
        for host in {*self.homes.values()}:
            if not nearness(host) and await self.door.knows(host):
                return True
        return False

    def _time(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="seconds")


def homes_of(config: Config) -> dict[str, str]:
    """The hosts that the settings name, by the ids of their sources; those that are enabled."""
    found = {
        each.id: host_of(str(each.options.get("url", "")))
        for each in config.sources
        if each.enabled
    }
    return {id_: host for id_, host in found.items() if host}


async def check_links(
    library: Library,
    links: Sequence[Link],
    config: Config,
    *,
    offline: bool = False,
    report: Report = lambda _: None,
    stop: asyncio.Event | None = None,
) -> Outcome:
    """`check` through a door of its own, opened as the settings want it.

    Raises:
        StoreDamaged, CannotWrite: A finding cannot be kept.
    """
    from ritui.store.links import LinkBook

    book = LinkBook(library.catalog, library.path)
    try:
        async with Door(
            offline=offline,
            contact=config.contact,
            trust_env=config.proxy_from_env,
            limits=LIMITS,
        ) as door:
            return await check(book, links, door, homes=homes_of(config), report=report, stop=stop)
    finally:
        book.close()
