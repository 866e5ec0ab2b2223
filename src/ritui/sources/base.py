"""What a kind of source is, and what it yields."""

from __future__ import annotations

import importlib
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, cast
from urllib.parse import urlsplit

from ritui.errors import SourceUnreachable, UnknownWord
from ritui.model.claim import Claim
from ritui.model.source import Event, Source
from ritui.sources import KINDS, kinds
from ritui.sources.address import is_web, nearness, shown
from ritui.sources.answer import Limits
from ritui.text import clean_line, nearest

if TYPE_CHECKING:
    from ritui.sources.fetch import Door

ANSWER: Final = 16 * 2**20
"""Bytes of one of many answers at most."""
FILE: Final = 64 * 2**20
"""Bytes of a file or a feed, which is all of its source, at most."""
DUMP: Final = 2**30
"""Bytes of the dump of a registry at most."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a source, read."""

    claims: tuple[Claim, ...] = ()
    events: tuple[Event, ...] = ()
    faults: tuple[str, ...] = ()
    """What was wrong with records that were left out, one line each."""
    dropped: tuple[str, ...] = ()
    """Values that could not be used in records that stayed, one line each."""
    expected: int | None = None
    """Records the source says it has in all, where it says so."""
    moved: str = ""
    """The new address, where the service says that the configured one has moved for good."""
    partial: bool = False
    """Whether these are only the newest events: earlier ones of the source stay."""


class Kind(Protocol):
    """A kind of source. One file each, its class named in `ritui.sources.KINDS`."""

    licence: ClassVar[str]
    """SPDX name of the licence these sources have unless the settings say otherwise."""

    @staticmethod
    def check(source: Source) -> None:
        """Look at the options of a source before anything is fetched.

        Raises:
            UnknownWord: An option or value this kind does not know.
        """

    @staticmethod
    def pages(source: Source, door: Door) -> AsyncGenerator[Page, None]:
        """Ask the source, page by page, to its end.

        Raises:
            Unchanged: Nothing is new since the last good run; then there was no page.
            SourceFailed: It could not be read; nothing of this run may be kept.
        """


def find_kind(name: str) -> type[Kind]:
    """The class that reads a kind of source, imported now.

    Raises:
        UnknownWord: There is no such kind.
    """
    known = KINDS if name in KINDS else kinds()
    if name not in known:
        raise UnknownWord("kind of source", name, nearest(name, known))
    module, _, kind = known[name].partition(":")
    try:
        return cast("type[Kind]", getattr(importlib.import_module(module), kind))
    except (ImportError, AttributeError) as error:
        # Ours are there; another package may have brought one that does not fit.
        raise UnknownWord("kind of source that can be loaded", name) from error


def check_word(what: str, word: str, known: Iterable[str]) -> None:
    """Look whether a word of the settings is one of a closed list.

    Raises:
        UnknownWord: It is not; the nearest that is comes along.
    """
    known = tuple(known)
    if word not in known:
        raise UnknownWord(what, clean_line(word, 60), nearest(word, known))


def listed(source: Source, option: str) -> tuple[str, ...]:
    """An option that is a list of words, or one word on its own."""
    value = source.options.get(option, ())
    return tuple(str(each) for each in (value if isinstance(value, list | tuple) else (value,)))


def size_of(source: Source, most: int) -> int:
    """How many bytes an answer may have: ``max_bytes``, else all that its kind allows.

    Args:
        source: For whom.
        most: `ANSWER`, `FILE` or `DUMP`.

    Raises:
        UnknownWord: ``max_bytes`` is not a number from 1 to that.
    """
    value = source.options.get("max_bytes", most)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise UnknownWord(f"max_bytes (1 to {most:,})", clean_line(str(value), 40))
    return value


def time_of(source: Source, limits: Limits) -> float:
    """Seconds that everything asked of a source may take; a dump is given more than others.

    Raises:
        UnknownWord: There is no such kind.
    """
    is_dump = getattr(find_kind(source.kind), "is_dump", False)
    return limits.dump if is_dump else limits.source


def asked_of(source: Source) -> list[str]:
    """The addresses and paths that the settings of a source name; none for a kind's own."""
    named = (source.options.get(option) for option in ("url", "sitemap"))
    return [*(str(each) for each in named if each), *listed(source, "urls")]


def address_of(source: Source) -> str:
    """Where a source is asked first, fit to be shown; empty for a kind's own address."""
    return shown(next(iter(asked_of(source)), ""))


def late(source: Source, limits: Limits) -> SourceUnreachable:
    """The error of a source that was not done in its time."""
    reason = f"not done after {time_of(source, limits) / 60:g} minutes"
    return SourceUnreachable(source.id, address_of(source), reason)


def plain_http(source: Source) -> bool:
    """Whether a source is asked over a network without encryption: its reader is to know.

    Others can read what is asked, and change what is answered.
    """
    web = [urlsplit(each) for each in asked_of(source) if is_web(each)]
    plain = [each.hostname or "" for each in web if each.scheme == "http"]
    return any(nearness(host) != "loopback" for host in plain)
