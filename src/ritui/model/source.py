"""Source: somewhere that records come from, how it is asked, and how it fared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

BUNDLED: Final = "bundled"
"""Id of the directory that comes with the program. No configured source may take it."""
LIMIT: Final = "error.source-limit"
"""Key of the failure of a source that asked to be left alone for a while."""

_UNITS: Final = {"h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Source:
    """One table of the settings: where to ask, for what, how often."""

    id: str
    """``[a-z0-9-]{1,40}``; provenance names it."""
    kind: str
    """Which kind reads it: a key of `ritui.sources.KINDS`."""
    title: str = ""
    enabled: bool = False
    every: str = "30d"
    """Not asked again before this has passed: ``12h``, ``30d``."""
    licence: str = ""
    """SPDX name, shown with the facts; empty for the kind's own."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What only this kind understands."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fared, as the cache remembers it."""

    source: str
    state: str = "never"
    """``never``, ``ok``, ``unchanged`` or ``failed``."""
    tried: str = ""
    """ISO time, UTC, of the last try."""
    succeeded: str = ""
    """ISO time, UTC, of the last success."""
    records: int = 0
    """Claims held from it."""
    error: Mapping[str, Any] = field(default_factory=dict)
    """Message key and facts of the last failure; empty after a success."""
    settings: str = ""
    """Digest of the settings that the last success was asked with."""
    validators: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Address to the ``ETag`` and the ``Last-Modified`` that the last success came with."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened or will, with its date."""

    date: str
    """ISO date, or its year, or year and month, as far as stated."""
    title: str
    end: str = ""
    place: str = ""
    kind: str = ""
    country: str = ""
    url: str = ""
    note: str = ""
    related: tuple[str, ...] = ()
    """Ids of records it concerns."""
    source: str = BUNDLED


@dataclass(frozen=True, slots=True)
class Change:
    """What a refresh did to one record."""

    time: str
    """ISO time, UTC."""
    source: str
    """The source that was refreshed."""
    id: str
    name: str
    """What the record was called, since it may be gone."""
    what: str
    """``added``, ``changed`` or ``removed``."""
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Of a changed record: key to its value ``before`` and ``after``, as far as it had one; of a
    removed one, what is remembered of it, ``before``."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What replacing a source's claims changes, counted in claims."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How the enabled sources stand together."""

    good: int
    """Of how many the last try went well."""
    enabled: int
    tried: bool
    """Whether any of them was ever asked."""
    oldest: str
    """ISO time, UTC, before which nothing of theirs was fetched; empty when nothing was."""


def standing(sources: Sequence[Source], health: Mapping[str, Health]) -> Standing:
    """How the enabled sources stand, for one line that says it.

    The age it gives is the oldest success: what is shown of any of them is at least that fresh.
    """
    enabled = [source.id for source in sources if source.enabled]
    known = [health[id_] for id_ in enabled if id_ in health]
    return Standing(
        sum(each.state in {"ok", "unchanged"} for each in known),
        len(enabled),
        any(each.tried for each in known),
        min((each.succeeded for each in known if each.succeeded), default=""),
    )


def due(source: Source, health: Health) -> datetime | None:
    """When a source will next be asked without being forced; None when nothing holds it back.

    The time may have passed: then it may be asked now, too. It is the last success and
    ``every``, or the time that the service itself set, whichever is later.

    Args:
        source: What is to be asked.
        health: How it fared.
    """
    times = [time for time in (_rested(source, health), _released(health)) if time is not None]
    return max(times, default=None)


def _rested(source: Source, health: Health) -> datetime | None:
    try:
        every = timedelta(**{_UNITS[source.every[-1:]]: int(source.every[:-1])})
        return _moment(health.succeeded) + every
    except (ValueError, TypeError, KeyError, OverflowError):
        return None


def _released(health: Health) -> datetime | None:
    """The end of a limit; it is kept as local time, without its date when it was the same day."""
    if health.error.get("key") != LIMIT:
        return None
    date, _, clock = str(health.error.get("again", "")).rpartition(" ")
    try:
        tried = _moment(health.tried).astimezone()
        return datetime.fromisoformat(f"{date or tried.date()} {clock}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _moment(time: str) -> datetime:
    moment = datetime.fromisoformat(time)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
