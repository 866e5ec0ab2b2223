"""Time filter: the timeline narrowed by kind, country, year and source, with live counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual import events, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.i18n import Messages
from ritui.services.timeline import Asked, Timeline
from ritui.text import fit, width
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span


class Value(NamedTuple):
    """A value of a facet."""

    facet: str
    value: str


class TimeValues(Grouped[Value]):
    """Every value of every facet, with how many events choosing it would give."""

    def __init__(self, say: Messages, label: Callable[[str, str], str]) -> None:
        """No values yet.

        Args:
            say: The words.
            label: Gives the name of a facet's value.
        """
        super().__init__(id="values")
        self._say = say
        self._label = label
        self._asked = Asked()
        self._counts: dict[Value, int] = {}

    def show_counts(self, asked: Asked, counts: dict[str, list[tuple[str, int]]]) -> None:
        """Show the counts under what is asked."""
        self._asked = asked
        self._counts = {
            Value(facet, value): number
            for facet, pairs in counts.items()
            for value, number in pairs
        }
        groups = [
            (facet, [Value(facet, value) for value, _ in pairs])
            for facet, pairs in counts.items()
            if pairs
        ]
        self.show(groups, self.chosen)

    def title_line(self, title: str) -> Line:
        """A facet."""
        name = self._say(f"timeline.{title}")
        return (Span(f"{name} ", "accent"), Span("─" * (self.across - width(name) - 1), "faint"))

    def item_line(self, y: int, item: Value) -> Line:
        """A value with its sign and count."""
        mark, look = self.mark_of(y)
        number = str(self._counts[item])
        sign = "[✓]" if item in self._asked.narrows else "[ ]"
        label = self._label(*item)
        text = fit(f"{mark}{sign} {label}", self.across - len(number) - 1) + " " + number
        return (Span(text, look or ("text" if self._counts[item] else "faint")),)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a value."""
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if isinstance(self.screen, TimeFilterScreen):
            self.screen.action_choose()


class TimeFilterScreen(Page[Asked]):
    """Narrow the timeline. Gives back what is asked, or None when nothing changed."""

    CSS_PATH = "timeline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("timefilter")
    AUTO_FOCUS = "#values"

    def __init__(
        self, desk: Desk, timeline: Timeline, asked: Asked, label: Callable[[str, str], str]
    ) -> None:
        """A screen on what is asked.

        Args:
            desk: What to work with.
            timeline: What is asked.
            asked: What is asked of it so far.
            label: Gives the name of a facet's value.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._timeline = timeline
        self._first = self._asked = asked
        self._label = label

    def compose(self) -> ComposeResult:
        """A title with the number of events, the values, the keys."""
        yield Bar(id="head")
        yield TimeValues(self._say, self._label)
        yield Keys(actions_of("timefilter", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Count under what is asked so far."""
        self._count()

    @work(exclusive=True, group="count")
    async def _count(self) -> None:
        asked, timeline = self._asked, self._timeline
        counts = await asyncio.to_thread(timeline.counts, asked)
        found = await asyncio.to_thread(timeline.select, asked)
        self.query_one(TimeValues).show_counts(asked, counts)
        count = self._say("screen.count", found=len(found), total=len(timeline.events))
        title = f" {self._say('screen.timeline')} · {self._say('screen.filter')} "
        self.query_one("#head", Bar).show([Span(title, "accent")], [Span(f" {count} ", "title")])

    def action_choose(self) -> None:
        """Want the value under the cursor, or not any more."""
        chosen = self.query_one(TimeValues).chosen
        if chosen is not None:
            self._asked = self._asked.toggled(*chosen)
            self._count()

    def action_clear(self) -> None:
        """Narrow by nothing; the words stay."""
        self._asked = Asked(self._asked.text)
        self._count()

    def action_close(self) -> None:
        """Back to the timeline."""
        self.dismiss(None if self._asked == self._first else self._asked)
