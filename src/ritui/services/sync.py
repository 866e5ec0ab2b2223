"""Sync: ask sources, and put what they say now in the place of what they said before.

Sources run side by side and none harms another. Of each the cache holds all of the old or all
of the new; a source that fails, is stopped or loses much at once leaves the old as it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, ParamSpec, Protocol, TypeVar

from ritui import __version__
from ritui.errors import Offline, RituiError, SourceUnusable
from ritui.model.source import Counts, Event, Health, Source, due
from ritui.sources.answer import Unchanged, Validators
from ritui.sources.base import Page, address_of, find_kind, late, plain_http, time_of
from ritui.sources.fetch import Door

if TYPE_CHECKING:
    from ritui.store.intake import Intake

State = Literal["ok", "unchanged", "failed", "held", "fresh", "cancelled"]
"""How a source ended; its words are ``sync.state.<state>``."""
Phase = Literal["fetching", "writing", "done"]
"""Where a source is; its words are ``progress.<phase>``."""

MOST: Final = 200_000
"""Records taken from one source."""
LOSS: Final = 30
"""Per cent of its records, or of its events, that a source may lose at once before the new is
held back."""
EARLIER: Final = 1_000
"""Events kept of a source that only gives its newest ones."""
HELD: Final = "sync.loss"
"""Key of the words that say so, as an error's; their facts are ``source held found``."""

_P = ParamSpec("_P")
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Keeper(Protocol):
    """What a sync needs of the cache. It is called from one thread at a time, never the loop's."""

    def health(self) -> Mapping[str, Health]:
        """How each source fared, by its id."""

    def held(self, source: str) -> int:
        """How many claims are held of a source."""

    def events(self, source: str) -> Sequence[Event]:
        """The events held of a source."""

    def intake(self) -> Intake:
        """Room for what a source says, until it is all there."""

    def compare(self, source: str, claims: Intake, events: Sequence[Event]) -> Counts:
        """What `replace` would change."""

    def replace(
        self, source: str, claims: Intake, events: Sequence[Event], health: Health
    ) -> Counts:
        """Put claims and events in the place of a source's old ones, in one transaction."""

    def remember(self, health: Health) -> None:
        """Note how a source fared, and change nothing else."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one source is."""

    source: str
    phase: Phase
    done: int = 0
    """Records read so far."""
    expected: int | None = None
    """Records there are, where the source says so."""
    bytes: int = 0
    """That came over the wire in this run."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one source ended. The first ten are those of ``ritui sync --json``."""

    id: str
    state: State
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: RituiError | None = None
    faults: tuple[str, ...] = ()
    """What was rejected and why, one line each."""
    dropped: tuple[str, ...] = ()
    """Values that could not be used in records that were kept, one line each."""
    moved: str = ""
    """The source's new address, where its service says that it has moved for good."""
    plain: bool = False
    """Whether it was asked over plain http, which others can read and change."""


@dataclass(slots=True)
class _Haul:
    """All that a source said in one run."""

    claims: Intake
    events: list[Event] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    moved: str = ""
    partial: bool = False
    done: int = 0
    """Records that came, doubled ones included."""


async def sync(
    library: Keeper,
    sources: Sequence[Source],
    *,
    door: Door,
    dry_run: bool = False,
    force: bool = False,
    accept_loss: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    report: Callable[[Progress], None] = lambda _: None,
    stop: asyncio.Event | None = None,
) -> list[Result]:
    """Ask sources side by side; one result each, in their order.

    Cancelled from outside, it ends as a cancelled task does, and what is half read is dropped.

    Args:
        library: Where it is kept.
        sources: Whom to ask; whether they are enabled is the caller's affair.
        door: The way to the network.
        dry_run: Ask and compare, and change nothing.
        force: Ask again before ``every`` has passed.
        accept_loss: Take what a source says even if it lost much.
        now: The time of day.
        report: Told where each source is, on the loop's thread.
        stop: When set, what is not yet being written ends as ``cancelled``.

    Raises:
        StoreDamaged: The cache cannot be read at all.
    """
    run = _Run(library, door, dry_run, force, accept_loss, now, report, stop or asyncio.Event())
    known = await run.call(library.health)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(run.one(source, known.get(source.id, Health(source.id))))
            for source in sources
        ]
        watch = group.create_task(run.cancel_when_stopped())
        if tasks:
            await asyncio.wait(tasks)
        watch.cancel()
    return [task.result() for task in tasks]


@dataclass(slots=True)
class _Run:
    """One sync: what was asked for, and what its sources share."""

    library: Keeper
    door: Door
    dry_run: bool
    force: bool
    accept_loss: bool
    now: Callable[[], datetime]
    report: Callable[[Progress], None]
    stop: asyncio.Event
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    fetching: set[asyncio.Task[object]] = field(default_factory=set)

    async def one(self, source: Source, health: Health) -> Result:
        """Ask one source; whatever happens to it is its result."""
        if not self.force and self._is_fresh(source, health):
            return Result(source.id, "fresh", unchanged=health.records)
        started, received = time.monotonic(), self.door.received[source.id]
        try:
            result = await self._renew(source, health, received)
        except asyncio.CancelledError:
            if not self.stop.is_set():
                raise
            result = Result(source.id, "cancelled")
        except Unchanged:
            result = Result(source.id, "unchanged", unchanged=health.records)
            if not self.dry_run:
                time_ = self._time()
                same = replace(health, state="unchanged", tried=time_, succeeded=time_, error={})
                await self._note(same)
        except RituiError as error:
            result = await self._failed(source, health, error)
        except Exception as error:  # noqa: BLE001 - the task ends here; the other sources go on
            _log.exception("source %s: a fault in the kind %s", source.id, source.kind)
            reason = f"a fault of ritui itself in the kind {source.kind}: {type(error).__name__}"
            bug = SourceUnusable(source.id, address_of(source), reason)
            result = await self._failed(source, health, bug)
        size = self.door.received[source.id] - received
        seconds = round(time.monotonic() - started, 3)
        result = replace(result, bytes=size, seconds=seconds, plain=plain_http(source))
        records = result.added + result.changed + result.unchanged
        self.report(Progress(source.id, "done", records, None, size))
        return result

    async def cancel_when_stopped(self) -> None:
        """End what is still being fetched; what is being written is let finish."""
        await self.stop.wait()
        for task in self.fetching:
            task.cancel()

    async def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Ask the library in a thread, one at a time."""
        async with self.lock:
            return await _in_thread(function, *args, **kwargs)

    async def _renew(self, source: Source, health: Health, received: int) -> Result:
        """Fetch, check, and replace or compare."""
        if self.stop.is_set():
            raise asyncio.CancelledError
        settings = _digest(source)
        if settings == health.settings and not self.force and not self.accept_loss:
            self.door.known[source.id] = {
                url: Validators(*given) for url, given in health.validators.items()
            }
        with closing(self.library.intake()) as intake:
            haul = await self._fetch(source, intake, received)
            return await self._keep(source, health, haul, settings, received)

    async def _keep(
        self, source: Source, health: Health, haul: _Haul, settings: str, received: int
    ) -> Result:
        """Put what came in the place of the old, unless it would lose much or only a look."""
        held = await self.call(self.library.held, source.id)
        before = await self.call(self.library.events, source.id)
        found, count = (held, len(haul.claims)), (len(before), len(haul.events))
        if haul.partial:
            haul.events += _earlier(before, haul.events)
            count = (0, 0)
        losses = [pair for pair in (found, count) if (pair[0] - pair[1]) * 100 > pair[0] * LOSS]
        is_loss = bool(losses) and not self.accept_loss
        time_ = self._time()
        given = self.door.given.get(source.id, {})
        fresh = Health(
            source.id, "ok", time_, time_, len(haul.claims), {}, settings,
            {url: [each.etag, each.modified] for url, each in given.items()},
        )  # fmt: skip
        if is_loss or self.dry_run:
            counts = await self.call(self.library.compare, source.id, haul.claims, haul.events)
        else:
            size = self.door.received[source.id] - received
            self.report(Progress(source.id, "writing", haul.done, haul.done, size))
            counts = await self.call(
                self.library.replace, source.id, haul.claims, haul.events, fresh
            )
        same = not (counts.added or counts.changed or counts.removed)
        state: State = "held" if is_loss else "unchanged" if same else "ok"
        if not self.dry_run and is_loss:
            told = {"key": HELD, "source": source.id}
            told |= {"held": str(losses[0][0]), "found": str(losses[0][1])}
            await self._note(replace(health, state="failed", tried=time_, error=told))
        elif not self.dry_run and same:
            await self._note(replace(fresh, state="unchanged"))
        return Result(
            source.id,
            state,
            counts.added,
            counts.changed,
            counts.removed,
            counts.unchanged,
            rejected=len(haul.faults),
            faults=tuple(haul.faults),
            dropped=tuple(haul.dropped),
            moved=haul.moved,
        )

    async def _fetch(self, source: Source, intake: Intake, received: int) -> _Haul:
        """Everything a source says, or nothing."""
        task = asyncio.current_task()
        assert task is not None
        self.fetching.add(task)
        haul = _Haul(intake)
        self.report(Progress(source.id, "fetching"))
        try:
            kind = find_kind(source.kind)
            kind.check(source)
            async with (
                asyncio.timeout(time_of(source, self.door.limits)),
                aclosing(kind.pages(source, self.door)) as pages,
            ):
                async for page in pages:
                    await self._take(source, page, haul)
                    size = self.door.received[source.id] - received
                    self.report(Progress(source.id, "fetching", haul.done, page.expected, size))
        except TimeoutError as error:
            raise late(source, self.door.limits) from error
        finally:
            self.fetching.discard(task)
        return haul

    async def _take(self, source: Source, page: Page, haul: _Haul) -> None:
        """Put a page to what came before it."""
        if page.claims:
            await _in_thread(haul.claims.add, page.claims)
        haul.done += len(page.claims)
        haul.events += page.events
        haul.faults += page.faults
        haul.dropped += page.dropped
        haul.moved = page.moved or haul.moved
        haul.partial = haul.partial or page.partial
        if max(haul.done, len(haul.events), len(haul.faults)) > MOST:
            reason = f"more than {MOST:,} records"
            raise SourceUnusable(source.id, address_of(source), reason)

    async def _failed(self, source: Source, health: Health, error: RituiError) -> Result:
        """The result of a failure, which is remembered beside the last success."""
        # Offline nobody was asked, so nothing is known of the source that was not known before.
        if not self.dry_run and not isinstance(error, Offline):
            facts = {name: str(value) for name, value in error.facts().items()}
            told = {"key": error.key, **facts}
            await self._note(replace(health, state="failed", tried=self._time(), error=told))
        return Result(source.id, "failed", error=error)

    async def _note(self, health: Health) -> None:
        try:
            await self.call(self.library.remember, health)
        except RituiError:
            # The result says how the source fared; that the cache cannot note it harms nothing.
            _log.warning("source %s: its health could not be kept", health.source, exc_info=True)

    def _time(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="seconds")

    def _is_fresh(self, source: Source, health: Health) -> bool:
        """Whether a source was asked with success so recently that it is not asked again."""
        if not health.succeeded or health.succeeded > self._time():
            return False  # never, or by a clock that went wrong
        again = due(source, replace(health, error={}))
        return again is not None and self.now() < again


async def _in_thread(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call something in a thread. A cancellation waits until the thread has done."""
    work = asyncio.ensure_future(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # nobody is left to hear of it
        raise


def _earlier(before: Sequence[Event], now: Sequence[Event]) -> list[Event]:
    """Events that were told earlier and are not told any more, the latest of them."""
    told = {(event.url or event.date, event.url or event.title) for event in now}
    gone = [
        event for event in before
        if (event.url or event.date, event.url or event.title) not in told
    ]  # fmt: skip
    return gone[-EARLIER:]


def _digest(source: Source) -> str:
    """What tells whether a source is asked for the same as before, by the same ritui.

    Keys are part of it, so it is made such that they cannot be found from it.
    """
    asked = json.dumps([__version__, source.kind, source.options], sort_keys=True, default=str)
    return hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()
