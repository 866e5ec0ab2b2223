"""Visit: when the reader was last here, so that what came after it can be told as new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ritui.services.library import now

if TYPE_CHECKING:
    from ritui.services.library import Library
    from ritui.store.catalog import Catalog

_FACT: Final = "visited"


def last_visit(catalog: Catalog) -> str:
    """When the app was last ended, or begun where its end is not known.

    Returns:
        ISO time, UTC; empty where it was never used with this cache.
    """
    return catalog.fact(_FACT)


def keep_visit(library: Library) -> None:
    """Remember that the reader is here now, where that can be written at once."""
    library.keep_fact(_FACT, now())
