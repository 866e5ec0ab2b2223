"""Try a source: look at its columns or its first page, and keep nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ritui.config import Config
from ritui.model.source import Source
from ritui.sources.answer import Answer
from ritui.sources.base import Page
from ritui.sources.look import Columns, RememberingDoor, columns, first_page
from ritui.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Found:
    """What a first page has."""

    records: int
    names: tuple[str, ...]
    """Of the first three."""
    expected: int | None
    """Records there are in all, where the source says so."""
    faults: tuple[str, ...]
    """What was left out and why, one line each."""
    dropped: tuple[str, ...]
    """Values that could not be used, one line each."""


class Trial:
    """Attempts at sources of which nothing is kept. What was fetched is asked for once."""

    def __init__(self, config: Config, *, offline: bool) -> None:
        """Prepare; nothing is opened.

        Args:
            config: How the network is to be used.
            offline: Refuse every fetch.
        """
        self._config, self._offline = config, offline
        self._memory: dict[tuple[str, str], Answer] = {}
        self._door: RememberingDoor | None = None
        self._id = ""

    @property
    def bytes(self) -> int:
        """Bytes that came over the wire in the attempt that goes on."""
        return self._door.received[self._id] if self._door else 0

    async def columns(self, source: Source) -> Columns:
        """The columns of a file; cancelling it closes the connection.

        Raises:
            SourceFailed: As `ritui.sources.look.columns`.
        """
        async with self._opened(source) as door:
            return await columns(source, door)

    async def page(
        self, source: Source, *, again: bool = False, catalog: Catalog | None = None
    ) -> Found:
        """What the first page of a source has.

        Args:
            source: Whom to ask.
            again: Forget what was fetched before.
            catalog: The directory, for a source that asks about what is in it.

        Raises:
            UnknownWord, SourceFailed: As `ritui.sources.look.first_page`.
        """
        if again:
            self._memory.clear()
        asked = informed(source, catalog) if catalog is not None else source
        async with self._opened(source) as door:
            return found_in(await first_page(asked, door))

    def _opened(self, source: Source) -> RememberingDoor:
        self._id = source.id
        self._door = RememberingDoor(
            self._memory,
            offline=self._offline,
            contact=self._config.contact,
            trust_env=self._config.proxy_from_env,
        )
        return self._door


def found_in(page: Page) -> Found:
    """What a page has, in the words of whoever tries a source."""
    names = [str(claim.values.get("name", claim.ref)) for claim in page.claims]
    names += [event.title for event in page.events]
    return Found(len(names), tuple(names[:3]), page.expected, page.faults, page.dropped)


def informed(source: Source, catalog: Catalog) -> Source:
    """The source, told what the directory has where it asks about just that."""
    if source.kind != "wikidata" or source.options.get("items") != "known":
        return source
    return replace(source, options={**source.options, "items": catalog.wikidata_items()})
