"""A list to choose from: a name a row, and what it is beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events

from ritui.text import fit, width
from ritui.ui.widgets.lines import Cursor, Line, Span

_WIDEST = 34


class Choice(NamedTuple):
    """One row."""

    value: str
    """What the program knows it by."""
    label: str
    note: str = ""
    look: str = "text"


class Taken(events.Event):
    """The row under the cursor is wanted."""


class Choices(Cursor):
    """Rows of which one is taken."""

    def __init__(self) -> None:
        """No rows yet."""
        super().__init__(id="choices")
        self._choices: Sequence[Choice] = ()

    def show(self, choices: Sequence[Choice], value: str = "") -> None:
        """Show other rows, the cursor on a value where there is one."""
        self._choices = choices
        self.resize_content(len(choices))
        values = [choice.value for choice in choices]
        self.set_reactive(Choices.cursor, values.index(value) if value in values else 0)
        self.scroll_to(y=0, animate=False)
        self.call_after_refresh(self.show_cursor)
        self.refresh()

    @property
    def value(self) -> str:
        """The value the cursor is on; empty when there is none."""
        return self._choices[self.cursor].value if self._choices else ""

    def line(self, y: int) -> Line:
        """A row: its name in a column as wide as the names need, then the note."""
        if y >= len(self._choices):
            return ()
        choice = self._choices[y]
        mark, look = self.mark_of(y)
        noted = (each.label for each in self._choices if each.note)
        column = min(max(map(width, noted), default=0), _WIDEST, self.across // 2)
        name = fit(choice.label, column) if choice.note else choice.label
        if look:
            return (Span(fit(f"{mark}{name}  {choice.note}", self.across), look),)
        return (Span(f"{mark}{name}  ", choice.look), Span(choice.note, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click takes a row."""
        place = event.y + self.scroll_offset.y - self.gutter.top
        if place < self.rows:
            self.cursor = place
            self.screen.post_message(Taken())
