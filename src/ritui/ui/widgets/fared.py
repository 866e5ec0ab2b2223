"""Fared: what a source is and how it fared, as the line of a list and in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from ritui.i18n import Messages
from ritui.model.source import LIMIT, Health, Source, due
from ritui.services.kinds import gives
from ritui.sources.base import address_of, plain_http
from ritui.text import fit, wrap
from ritui.ui.refreshing import Refreshing, days_words, size_words
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.trial import error_lines, fault_lines, remembered_error, wrapped

_LABEL = 15


class Import(NamedTuple):
    """What is known of an imported bundle besides how it fared."""

    created: str
    """ISO time, UTC, at which it was made."""
    events: int
    """Events and news held of it."""


class Fared:
    """Sources in words."""

    def __init__(self, say: Messages, refreshing: Refreshing) -> None:
        """Nothing is known yet.

        Args:
            say: The words.
            refreshing: What refreshes are doing.
        """
        self._say = say
        self._refreshing = refreshing
        self.health: Mapping[str, Health] = {}
        self.imports: dict[str, Import] = {}
        """By the id of the source that each became."""
        self.removing = ""
        """Id of a bundle that is being removed."""

    def row(self, source: Source) -> tuple[str, str]:
        """How many records a source has, and how it fared, as its row says it."""
        health = self._of(source)
        count = str(health.records) if health.records else ""
        return count, self._refreshing.state(source.id, self._say) or self._state(health)

    def lines(self, source: Source, across: int) -> Iterator[Line]:
        """All that is known of a source.

        Args:
            source: Which one.
            across: Cells of a line.
        """
        say, health = self._say, self._of(source)
        yield from wrapped(source.title or source.id, across, "title")
        if source.id in self.imports:
            yield from wrapped(say("imported.how"), across)
            yield ()
            yield from self._facts(self._of_import(source, health), across)
            return
        yield from wrapped(gives(source.kind, say), across)
        yield ()
        if health.error:
            yield from error_lines(*remembered_error(health.error, say), across)
            yield ()
        if plain_http(source):
            yield from wrapped(say("sources.plain-http", source=source.id), across, "warning")
            yield ()
        facts = {
            "sources.state": self._refreshing.state(source.id, say) or self._state(health),
            "sources.next": self._next(source, health),
            "sources.records": str(health.records) if health.records else "",
            "sources.latest": self._latest(source.id),
            "sources.succeeded": _local(health.succeeded),
            "sources.tried": _local(health.tried),
            "sources.http": str(health.error.get("status", "")),
            "sources.enabled": say("doctor.yes" if source.enabled else "doctor.no"),
            "sources.address": address_of(source),
            "sources.licence": source.licence,
            "sources.every": source.every,
            "sources.kind": source.kind,
            "sources.id": source.id,
        }
        yield from self._facts(facts, across)
        result = self._refreshing.results.get(source.id)
        for key, told in (("faults", result.faults), ("dropped", result.dropped)) if result else ():
            if told:
                yield ()
                yield from fault_lines(say(f"trial.{key}", n=len(told)), told, say, across)

    def _of(self, source: Source) -> Health:
        return self.health.get(source.id, Health(source.id))

    def _of_import(self, source: Source, health: Health) -> Mapping[str, str]:
        found = self.imports[source.id]
        return {
            "sources.state": self._state(health),
            "sources.records": str(health.records),
            "imported.events": str(found.events),
            "imported.made": _local(found.created),
            "imported.taken": _local(health.succeeded),
            "sources.kind": source.kind,
            "sources.id": source.id,
        }

    def _facts(self, facts: Mapping[str, str], across: int) -> Iterator[Line]:
        for key, value in facts.items():
            if value:
                label = fit(self._say(key), _LABEL - 1) + " "
                for place, part in enumerate(wrap(value, max(8, across - _LABEL))):
                    yield (Span(" " * _LABEL if place else label, "faint"), Span(part))

    def _state(self, health: Health) -> str:
        if health.source in self.imports:
            removing = self.removing == health.source
            state = self._say("imported.removing" if removing else "imported.state")
        else:
            state = self._say(f"sync.state.{'held' if _is_held(health) else health.state}")
        if not health.succeeded:
            return state
        return f"{state} · {days_words(health.succeeded, self._say)}"

    def _next(self, source: Source, health: Health) -> str:
        """When it will be asked again, in words."""
        say = self._say
        if self._refreshing.is_busy(source.id):
            return ""
        time = due(source, health)
        if time is not None and time > datetime.now(UTC):
            local = time.astimezone()
            if health.error.get("key") == LIMIT:
                today = local.date() == datetime.now().astimezone().date()
                return say("sources.next-limit", time=f"{local:%H:%M}" if today else
                           f"{local:%Y-%m-%d %H:%M}")  # fmt: skip
            return say("sources.next-from", date=f"{local:%Y-%m-%d}")
        return say("sources.next-now" if source.enabled else "sources.next-disabled")

    def _latest(self, source: str) -> str:
        """What the last refresh in this run changed."""
        result = self._refreshing.results.get(source)
        if result is None or result.state not in {"ok", "unchanged"}:
            return ""
        words = self._say(
            "sources.changes", added=result.added, changed=result.changed, removed=result.removed
        )
        return f"{words} · {size_words(result.bytes)}" if result.bytes else words


def _is_held(health: Health) -> bool:
    return health.error.get("key") == "sync.loss"


def _local(time: str) -> str:
    """An ISO time as the reader's clock shows it."""
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}" if time else ""
