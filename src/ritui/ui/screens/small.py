"""Small: one line, while the terminal is too small for anything else."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.geometry import Size

from ritui.i18n import Messages
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar
from ritui.ui.widgets.lines import Span

LEAST: Final = Size(40, 10)
"""Columns and lines that the screens need."""


class SmallScreen(Page[None]):
    """What is said on a terminal below `LEAST`."""

    def __init__(self, say: Messages) -> None:
        """One line in some words."""
        super().__init__()
        self._say = say

    def compose(self) -> ComposeResult:
        """Nothing but the line."""
        yield Bar(id="head")

    def on_mount(self) -> None:
        """Say it."""
        self.query_one(Bar).show([Span(self._say("screen.too-small"), "warning")])
