"""Origins: the sources of facts by their names, as the settings and the cache know them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ritui.i18n import Messages
from ritui.model.source import BUNDLED, Health, Source
from ritui.resources import asset
from ritui.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Origin:
    """One source, as it is named to a reader."""

    id: str
    title: str
    """As in the settings; of a source that is no more in them, its id."""
    licence: str = ""
    fetched: str = ""
    """ISO date of the last success; of the bundled directory, when it was put together."""


class Origins:
    """The source that an id stands for."""

    def __init__(
        self,
        sources: Iterable[Source],
        health: Mapping[str, Health],
        packaged: str,
        say: Messages,
    ) -> None:
        """Know the sources of one moment.

        Args:
            sources: Those of the settings.
            health: How each fared.
            packaged: ISO date of the bundled directory.
            say: The words.
        """
        self._sources = {source.id: source for source in sources}
        self._health = health
        self._bundled = Origin(BUNDLED, say("origin.bundled"), _licence(), packaged)

    def of(self, id_: str) -> Origin:
        """The source with an id, also one that is not known any more."""
        if id_ == BUNDLED:
            return self._bundled
        source = self._sources.get(id_, Source(id_, ""))
        fetched = self._health.get(id_, Health(id_)).succeeded[:10]
        return Origin(id_, source.title or id_, source.licence, fetched)


def _licence() -> str:
    """The licence of the bundled directory, as its manifest has it."""
    manifest = asset("directory", "directory.toml").read_text("utf-8")
    return str(tomllib.loads(manifest).get("licence", ""))


def origins(catalog: Catalog, sources: Iterable[Source], say: Messages) -> Origins:
    """The sources as a directory and the settings know them now."""
    return Origins(sources, catalog.health(), catalog.fact("packaged"), say)
