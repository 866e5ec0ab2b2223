"""Kinds of sources, in words."""

from __future__ import annotations

from ritui.i18n import Messages
from ritui.sources import KINDS, kinds


def gives(kind: str, say: Messages) -> str:
    """What a kind of source gives, on one line; of another package's kind, where it is from."""
    if kind in KINDS:
        return say(f"source-kind.{kind}")
    return say("sources.foreign", name=kinds().get(kind, kind))
