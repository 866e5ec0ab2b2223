"""What a kind of source is, and what it yields."""

from __future__ import annotations

import importlib
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from ritui.errors import UnknownWord
from ritui.model.claim import Claim
from ritui.model.source import Event, Source
from ritui.sources import KINDS
from ritui.text import clean_line, nearest

if TYPE_CHECKING:
    from ritui.sources.fetch import Door


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
            SourceFailed: It could not be read; nothing of this run may be kept.
        """


def find_kind(name: str) -> type[Kind]:
    """The class that reads a kind of source, imported now.

    Raises:
        UnknownWord: There is no such kind.
    """
    if name not in KINDS:
        raise UnknownWord("kind of source", name, nearest(name, KINDS))
    module, _, kind = KINDS[name].partition(":")
    return cast("type[Kind]", getattr(importlib.import_module(module), kind))


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
