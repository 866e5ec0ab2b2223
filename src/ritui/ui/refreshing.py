"""Refreshing: what refreshes are doing, what waits for its turn, how the last ones ended."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from ritui.i18n import Messages

if TYPE_CHECKING:
    from ritui.model.source import Standing
    from ritui.services.sync import Progress, Result

_ROOMY: Final = 140
"""Columns from which the head says in full how the sources stand."""


class Refreshing:
    """The refreshes of one run of the program. The app changes it, the screens show it."""

    def __init__(self) -> None:
        """Nothing goes on."""
        self.progress: dict[str, Progress] = {}
        """Where each source is that is being asked, by its id."""
        self.waiting: list[str] = []
        """Sources that were asked for while others were at work: their turn comes next."""
        self.results: dict[str, Result] = {}
        """How each source ended the last time it was asked in this run."""
        self._stop: asyncio.Event | None = None

    @property
    def goes_on(self) -> bool:
        """Whether a source is being asked."""
        return self._stop is not None

    def begin(self) -> asyncio.Event:
        """A refresh begins; setting what this gives stops it."""
        self._stop = asyncio.Event()
        self.progress = {}
        return self._stop

    def end(self, results: Sequence[Result] = ()) -> None:
        """It is over."""
        self._stop = None
        self.progress = {}
        self.results |= {result.id: result for result in results}

    def stop(self) -> None:
        """Stop what goes on, and forget what waits."""
        self.waiting.clear()
        if self._stop is not None:
            self._stop.set()

    def is_busy(self, source: str) -> bool:
        """Whether a source is being asked, or will be right after."""
        at_work = self.progress.get(source)
        return source in self.waiting or (at_work is not None and at_work.phase != "done")

    def words(self, say: Messages) -> str:
        """All that goes on in one short line; empty when nothing does."""
        if not self.progress:
            return say("progress.begins") if self.goes_on else ""
        busy = [each for each in self.progress.values() if each.phase != "done"]
        size = sum(each.bytes for each in self.progress.values())
        done = sum(each.done for each in self.progress.values())
        if len(busy) == 1:
            words = _one(busy[0], say)
        else:
            words = say("progress.several", n=len(busy), done=done)
        return f"{words} · {size_words(size)}" if size else words

    def state(self, source: str, say: Messages) -> str:
        """What one source is doing, in a few cells; empty when it does nothing."""
        if source in self.waiting:
            return say("sources.waiting")
        progress = self.progress.get(source)
        if progress is None or progress.phase == "done":
            return ""
        if progress.phase == "writing" or not progress.done:
            return say("sources.at-work")
        expected = "" if progress.expected is None else f"/{progress.expected}"
        return f"{progress.done}{expected} · {size_words(progress.bytes)}"


def _one(progress: Progress, say: Messages) -> str:
    key = "so-far" if progress.expected is None else "fetching"
    facts: Mapping[str, object] = {
        "source": progress.source,
        "done": progress.done,
        "expected": progress.expected,
    }
    return say(f"progress.{key if progress.phase == 'fetching' else progress.phase}", **facts)


def size_words(size: int) -> str:
    """A number of bytes, short and without a decimal sign, which differs between languages."""
    for unit, least in (("MB", 10_000_000), ("kB", 1_000)):
        if size >= least:
            return f"{size // (1_000_000 if unit == 'MB' else 1_000)} {unit}"
    return f"{size} B"


def standing_words(found: Standing, there: int, packaged: str, say: Messages, columns: int) -> str:
    """How the sources stand and how old their data are, for the head of the directory.

    The age is the oldest success of the enabled sources: nothing of theirs is older. Before the
    first success, what is shown is as old as the edition.

    Args:
        found: How the enabled sources stand.
        there: How many sources there are.
        packaged: ISO date of the edition.
        say: The words.
        columns: How wide the screen is.
    """
    if found.oldest:
        form = "badge" if columns >= _ROOMY else "badge-short"
        age = days_words(found.oldest, say)
        return say(f"screen.{form}", good=found.good, enabled=found.enabled, age=age)
    form = "packaged" if columns >= _ROOMY else "packaged-short"
    edition = say(f"screen.{form}", date=packaged, age=days_words(packaged, say))
    if found.tried:
        return f"{say('screen.badge-none', enabled=found.enabled)} · {edition}"
    if there:
        return f"{say('screen.sources', enabled=found.enabled, n=there)} · {edition}"
    return edition


def days_words(time: str, say: Messages) -> str:
    """How many days ago an ISO time or date was, UTC."""
    days = (datetime.now(UTC).date() - datetime.fromisoformat(time).date()).days
    return say("screen.days", n=days) if days > 0 else say("screen.today")
