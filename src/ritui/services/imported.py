"""Bundles that were imported: sources that no settings name, remembered by the cache."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ritui.model.source import BUNDLED, Source

if TYPE_CHECKING:
    from ritui.services.library import Library

FACT = "bundle."
"""With the id of a source behind it: what the cache remembers of an imported bundle."""


def imported(library: Library, configured: Iterable[Source] = ()) -> list[Source]:
    """The imported bundles that something is held of, as sources that no settings name."""
    named = {BUNDLED, *(source.id for source in configured)}
    found = []
    for id_, health in sorted(library.health().items()):
        if id_ in named or not health.records:
            continue
        created, title = remembered(library, id_)
        if created:
            found.append(Source(id_, "bundle", title))
    return found


def remembered(library: Library, id_: str) -> tuple[str, str]:
    """When the bundle that is held was made, and its title; or nothing."""
    fact = library.catalog.fact(FACT + id_)
    created, title = json.loads(fact) if fact else ("", "")
    return created, title
