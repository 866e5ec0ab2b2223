"""What a source kind is: a class that asks a source and yields pages of claims."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from ritui.model.claim import Claim
from ritui.model.source import Event, Source

if TYPE_CHECKING:
    from ritui.sources.fetch import Door


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a source, read."""

    claims: tuple[Claim, ...] = ()
    events: tuple[Event, ...] = ()
    faults: tuple[str, ...] = ()
    """What was wrong with records that were left out, one line each."""
    expected: int | None = None
    """Records the source says it has in all, where it says so."""


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
    def pages(source: Source, door: Door) -> AsyncIterator[Page]:
        """Ask the source, page by page, to its end.

        Raises:
            SourceFailed: It could not be read; nothing of this run may be kept.
        """
