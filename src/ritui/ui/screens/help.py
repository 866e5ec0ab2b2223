"""Help: every action, from the table of actions, and the query language in short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.text import wrap
from ritui.ui.actions import actions_of, bindings, key_names
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.lines import Line, Span, Text

PLACES = (
    "directory", "filter", "detail", "where", "pilots", "across", "map", "here", "landscape",
    "timeline", "event", "timefilter", "changes", "gone", "sources", "addsource", "shelf", "note",
    "copy", "plain", "compare", "mistake", "links", "export", "record", "move", "app",
)  # fmt: skip
"""Places of actions, in the order of the help; the one it is asked from comes first."""
_KEYS = 16


class HelpScreen(Page[None]):
    """What one can do, here first."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("help")
    AUTO_FOCUS = "#text"

    def __init__(self, desk: Desk, here: str) -> None:
        """Help for a place.

        Args:
            desk: What to work with.
            here: The place it is asked from.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._here = here

    def compose(self) -> ComposeResult:
        """A title, the text, the keys."""
        yield Bar(id="head")
        yield Text(id="text")
        yield Keys(actions_of("help"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Fill the text."""
        self.query_one("#head", Bar).show([Span(f" {self._say('screen.help')} ", "accent")])
        self._fill()

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        text = self.query_one(Text)
        text.show(list(self._lines(text.across)), keep_place=True)

    def _lines(self, width: int) -> Iterator[Line]:
        say = self._say
        places = (self._here, *(place for place in PLACES if place != self._here))
        for place in places:
            yield (Span(say(f"place.{place}"), "accent"),)
            for action in actions_of(place):
                keys = " ".join(key_names(action, self._desk.keys))
                yield from _entry(f"  {keys:<{_KEYS}}", say(f"action.{action.id}.help"), width)
            yield ()
        yield (Span(say("help-query.title"), "accent"),)
        for number in range(1, 9):
            example, _, meaning = say(f"help-query.line-{number}").partition(" — ")
            yield (Span(f"  {example}", "title"),)
            yield from _entry(" " * (_KEYS + 2), meaning, width)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss()


def _entry(head: str, text: str, width: int) -> Iterator[Line]:
    """Something and what it means, wrapped beside it."""
    for part in wrap(text, max(20, width - len(head))):
        yield (Span(head, "title"), Span(part))
        head = " " * len(head)
