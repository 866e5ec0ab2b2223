"""Bundles that were imported: sources that no settings name, remembered by the cache."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ritui.errors import RituiError
from ritui.model.source import BUNDLED, Health, Source
from ritui.text import nearest

if TYPE_CHECKING:
    from ritui.model.source import Counts
    from ritui.services.library import Library
    from ritui.store.catalog import Catalog

FACT = "bundle."
"""With the id of a source behind it: what the cache remembers of an imported bundle."""


@dataclass(eq=False, repr=False)
class NotImported(RituiError):
    """No imported bundle has this id."""

    key: ClassVar[str] = "error.not-imported"
    exit_code: ClassVar[int] = 1

    id: str
    nearest: str = ""


def imported(catalog: Catalog, configured: Iterable[Source] = ()) -> list[Source]:
    """The imported bundles that are held, as sources that no settings name."""
    named = {BUNDLED, *(source.id for source in configured)}
    found = []
    for id_ in sorted(catalog.health().keys() - named):
        created, title = remembered(catalog, id_)
        if created:
            found.append(Source(id_, "bundle", title))
    return found


def remembered(catalog: Catalog, id_: str) -> tuple[str, str]:
    """When the bundle that is held was made, and its title; or nothing."""
    fact = catalog.fact(FACT + id_)
    created, title = json.loads(fact) if fact else ("", "")
    return created, title


def remove_imported(library: Library, id_: str, configured: Iterable[Source] = ()) -> Counts:
    """Let go of all that an imported bundle said, in one transaction.

    What others say of the same things stays.

    Args:
        library: Where it is kept.
        id_: The source that the bundle became.
        configured: The sources of the settings: what they fetched is not touched.

    Returns:
        How many records and events were removed, together.

    Raises:
        NotImported: It is no imported bundle.
        StoreDamaged, CannotWrite: Nothing was changed.
    """
    known = [source.id for source in imported(library.catalog, configured)]
    if id_ not in known:
        raise NotImported(id_, nearest(id_, known))
    return library.replace(id_, [], [], Health(id_), {FACT + id_: ""})
