"""Desk: what every screen works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ritui.i18n import Messages
from ritui.model.query import Query
from ritui.store.catalog import Catalog
from ritui.ui.keeping import Keeping


class Asking:
    """What is asked of the directory: one query, which every view follows."""

    def __init__(self) -> None:
        """Everything."""
        self.query = Query()


class Desk(NamedTuple):
    """The directory, the words and the keys of one run."""

    catalog: Catalog
    say: Messages
    keys: Mapping[str, tuple[str, ...]]
    """The reader's own keys, action id to keys."""
    keeping: Keeping
    """What is marked, and the shelf."""
    asking: Asking
    """What is asked now; the directory changes it, and `ritui.ui.messages.Ask` asks it to."""
    rest: float = 0
    """Seconds that a cursor stays where it is before what is beside it follows."""
