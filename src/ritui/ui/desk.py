"""Desk: what every screen works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ritui.i18n import Messages
from ritui.store.catalog import Catalog


class Desk(NamedTuple):
    """The directory, the words and the keys of one run."""

    catalog: Catalog
    say: Messages
    keys: Mapping[str, tuple[str, ...]]
    """The reader's own keys, action id to keys."""
    rest: float = 0
    """Seconds that a cursor stays where it is before what is beside it follows."""
