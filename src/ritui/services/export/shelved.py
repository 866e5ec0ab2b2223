"""Shelved: a record that the directory has no more, as far as the shelf remembers it."""

from __future__ import annotations

from typing import Any, Final

from ritui.i18n import Messages
from ritui.model.record import KEYS
from ritui.model.shelf import Kept

SOURCE: Final = "shelf"
"""Stands for the shelf where provenance names a source."""


def remembered(kept: Kept, say: Messages) -> dict[str, Any]:
    """The record as JSON values: what was last known of it, and that it is no more.

    Its kind may be missing, unlike that of any record of the directory.

    Args:
        kept: What is on the shelf.
        say: The words of its caveat.
    """
    known = {"id": kept.id, "name": kept.name, **kept.known, "caveats": [say("shelf.gone")]}
    values = {key: known[key] for key in KEYS if known.get(key)}
    told = {"source": SOURCE, "title": say("export.from-shelf"), "fields": [*values]}
    return {**values, "provenance": [told]}
