"""Desk: what every screen works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ritui.i18n import Messages
from ritui.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Desk:
    """The directory, the words and the keys of one run."""

    catalog: Catalog
    say: Messages
    keys: Mapping[str, tuple[str, ...]]
    """The reader's own keys, action id to keys."""
