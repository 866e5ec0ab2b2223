"""The least that a Textual app can be: what ritui's start-up is compared with."""

from __future__ import annotations

from typing import Final

from textual.app import App, ComposeResult
from textual.widgets import Static

SHOWN: Final = "nothing to see here"
"""What is on its screen."""


class Empty(App[None]):
    """An app with one line of text."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(SHOWN)


if __name__ == "__main__":
    Empty().run()
