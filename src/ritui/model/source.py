"""Source: somewhere that records come from, how it is asked, and how it fared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

BUNDLED: Final = "bundled"
"""Id of the directory that comes with the program. No configured source may take it."""


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
    """Of a changed record: key to its value ``before`` and ``after``, as far as it had one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What replacing a source's claims changes, counted in claims."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
