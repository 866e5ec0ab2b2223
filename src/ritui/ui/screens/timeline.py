"""Timeline: what happened, what is coming, and the news that were fetched, in one line of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from ritui.i18n import Messages
from ritui.model.source import BUNDLED, Event
from ritui.services.changes import all_in_all
from ritui.services.origin import Origins, origins
from ritui.services.start import Start
from ritui.services.timeline import (
    EVENT,
    NEWS,
    NOTHING_ASKED,
    UPCOMING,
    Asked,
    Timeline,
    grouped,
    kind_label,
)
from ritui.text import fit, width
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import CatalogChanged, FollowLink
from ritui.ui.screens.page import Page
from ritui.ui.views import tabs
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.happening import Happening
from ritui.ui.widgets.lines import Line, Span

if TYPE_CHECKING:
    from ritui.ui.views import WithViews

_DATE: Final = 12
_KIND: Final = 14
_PLACE: Final = 7
_WITH_KIND: Final = 56
"""Cells a list must have for a column of kinds."""
_SORTS: Final = ((), (EVENT,), (NEWS,))
"""What ``t`` goes round."""


@dataclass(slots=True)
class Kept:
    """Where a reader left the timeline: it is the same when they come back."""

    asked: Asked = NOTHING_ASKED
    oldest_first: bool = False
    event: Event | None = None


class Events(Grouped[Event]):
    """Events, one a line, by year."""

    def __init__(self, say: Messages) -> None:
        """No events yet."""
        super().__init__(id="list")
        self._say = say

    def title_line(self, title: str) -> Line:
        """A year, or what is still to come."""
        name = self._say("timeline.upcoming") if title == UPCOMING else title
        return (Span(f"{name} ", "accent"), Span("─" * (self.across - width(name) - 1), "faint"))

    def item_line(self, y: int, item: Event) -> Line:
        """An event in columns that fit; news from a source end with its id."""
        mark, look = self.mark_of(y)
        when = fit(item.date + ("…" if item.end > item.date else ""), _DATE)
        if self.across >= _WITH_KIND:
            when += fit(fit(kind_label(item.kind, self._say), _KIND - 1), _KIND)
        place = fit(f" {item.country or item.place}", _PLACE)
        cells = self.across - len(mark) - width(when) - _PLACE
        tail = f" · {item.source}" if item.source != BUNDLED else ""
        if width(tail) > cells // 2:
            tail = ""
        title = fit(fit(item.title, cells - width(tail)).rstrip() + tail, cells)
        if look:
            return (Span(mark + when + title + place, look),)
        return (Span(mark + when, "faint"), Span(title), Span(place, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1 and isinstance(self.screen, TimelineScreen):
            self.screen.action_open()


class TimelineScreen(Page[None]):
    """Events and news; state lives in what is kept of it."""

    CSS_PATH = "timeline.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("timeline")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = "#list"

    def __init__(self, desk: Desk, start: Start, kept: Kept) -> None:
        """A screen on the timeline.

        Args:
            desk: What to work with.
            start: Where the settings are.
            kept: Where it was left; it is brought up to date.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._start = start
        self._kept = kept
        self._trail: list[Asked] = []
        self._timeline = Timeline((), {}, desk.say)
        self._names: dict[str, str] = {}
        self._origins: Origins | None = None
        self._found = 0
        self._news = 0
        """Records that are not what they were at the last visit."""
        self._is_loaded = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "timeline", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """Where one is, what is asked, the events and the chosen one, the keys."""
        yield Bar(id="head")
        with Horizontal(id="line"):
            yield Bar(id="asked")
        with Horizontal(id="panels"):
            yield Events(self._say)
            yield Happening(self._say, id="event")
        yield Keys(actions_of("timeline", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read the events."""
        self.query_one(Events).border_title = self._say("screen.timeline")
        self.query_one(Happening).border_title = self._say("screen.detail")
        self._load()

    @on(CatalogChanged)
    @work(exclusive=True, group="events")
    async def _load(self) -> None:
        self._timeline, self._names, self._news = await asyncio.to_thread(self._read)
        self._origins = origins(self._desk.catalog, self._start.sources(), self._say)
        self._is_loaded = True
        await self._select()

    def _read(self) -> tuple[Timeline, dict[str, str], int]:
        """Off the loop: there may be thousands."""
        catalog, language = self._desk.catalog, self._say.language
        found = catalog.events()
        rows = catalog.names({id_ for event in found for id_ in event.related})
        names = {id_: row.called(language) for id_, row in rows.items()}
        visited = cast("WithViews", self.app).visited
        news = len(all_in_all(catalog.changes(visited))) if visited else 0
        return Timeline(found, names, self._say), names, news

    # What is asked, and what is found.

    @property
    def asked(self) -> Asked:
        """What is asked of the timeline."""
        return self._kept.asked

    def ask(self, asked: Asked) -> None:
        """Ask something else; the way back is remembered."""
        if asked != self.asked:
            self._trail.append(self.asked)
            self._ask(asked)

    def _ask(self, asked: Asked) -> None:
        self._kept.asked = asked
        self._search()

    @work(exclusive=True, group="search")
    async def _search(self) -> None:
        await self._select()

    async def _select(self) -> None:
        asked, kept = self.asked, self._kept
        found = await asyncio.to_thread(self._timeline.select, asked)
        if self.is_left:
            # The reader has left meanwhile.
            return
        self._found = len(found)
        today = date.today().isoformat()
        groups = grouped(found, today, oldest_first=kept.oldest_first)
        self.query_one(Events).show(groups, kept.event, [] if found else self._apology())
        self._show_asked()
        self._show_event()

    def _apology(self) -> list[Line]:
        if not self._is_loaded:
            return []
        text = self._say("timeline.nothing" if self.asked == NOTHING_ASKED else "timeline.none")
        return [(Span(f"  {text}"),), (Span(f"  {self._say('zero.everything')}", "faint"),)]

    def on_cursor_moved(self) -> None:
        """Remember the event that was chosen by moving, and show it."""
        # Before there are events, the cursor comes to none.
        self._kept.event = self.query_one(Events).chosen or self._kept.event
        self._show_event()

    def _show_event(self) -> None:
        event = self.query_one(Events).chosen
        origin = self._origins.of(event.source) if event and self._origins else None
        self.query_one(Happening).display_event(event, origin, self._names)

    # Lines that say where one is.

    def _show_asked(self) -> None:
        say, asked = self._say, self.asked
        count = say("screen.count", found=self._found, total=len(self._timeline.events))
        order = say("timeline.oldest-first" if self._kept.oldest_first else "timeline.newest-first")
        self.query_one("#head", Bar).show(
            tabs(say, self._desk.keys, "timeline", self.app.size.width - width(order + count) - 5),
            [Span(f" {order} · ", "faint"), Span(f"{count} ", "title")],
        )
        left: list[Span] = []
        if not self.query(Input):
            shown = shorten(asked.text, 40) or say("screen.search")
            look = "title" if asked.text else "faint"
            left.append(Span(" / ", "accent", action="screen.search"))
            left.append(Span(f"{shown}  ", look, action="screen.search"))
        for place, (facet, value) in enumerate(asked.narrows):
            chip = shorten(self.label(facet, value), 24)
            left.append(Span(f" {chip} × ", "idle", action=f"screen.widen({place})"))
            left.append(Span(" "))
        news = f" {say('changes.new', n=self._news)} " if self._news else ""
        if self._is_loaded and not self._timeline.has_fetched and not (asked.narrows or news):
            left.append(Span(say("timeline.no-news"), "faint"))
        self.query_one("#asked", Bar).show(left, [Span(news, "title", action="screen.changes")])

    def label(self, facet: str, value: str) -> str:
        """How a value of a facet is called."""
        if facet == "source" and self._origins is not None:
            return self._origins.of(value).title
        return self._timeline.label(facet, value)

    # Actions.

    def action_open(self) -> None:
        """The page of the event under the cursor."""
        from ritui.ui.screens.event import EventScreen

        listed = self.query_one(Events)

        def step(by: int) -> Event | None:
            before = listed.cursor
            listed.cursor += by
            return listed.chosen if listed.cursor != before else None

        if listed.chosen is not None and self._origins is not None:
            screen = EventScreen(self._desk, listed.chosen, step, self._origins.of, self._names)
            self.app.push_screen(screen)

    def action_go(self, id_: str) -> None:
        """Open a record that an event concerns."""
        from ritui.ui.screens.detail import DetailScreen

        event = self.query_one(Events).chosen
        ids = [each for each in event.related if each in self._names] if event else []
        self.app.push_screen(DetailScreen(self._desk, id_, stepping(ids, id_)))

    def action_link(self) -> None:
        """Open the address of the event under the cursor."""
        event = self.query_one(Events).chosen
        self.post_message(FollowLink(event.url if event else ""))

    def action_reverse(self) -> None:
        """The other end of time first."""
        self._kept.oldest_first = not self._kept.oldest_first
        self._search()

    def action_news_or_events(self) -> None:
        """Everything, then only events, then only news."""
        held = self.asked.values("kind")
        place = _SORTS.index(held) if held in _SORTS else 0
        self._ask(self.asked.only("kind", *_SORTS[(place + 1) % len(_SORTS)]))

    def action_changes(self) -> None:
        """What was added, changed and removed in the directory itself."""
        from ritui.ui.screens.changes import ChangesScreen

        self.app.push_screen(ChangesScreen(self._desk, self._start))

    def action_filter(self) -> None:
        """Narrow by kind, country, year and source."""
        from ritui.ui.screens.timefilter import TimeFilterScreen

        def narrowed(asked: Asked | None) -> None:
            if asked is not None:
                self.ask(asked)

        self.app.push_screen(TimeFilterScreen(self._desk, self._timeline, self.asked, self.label),
                             narrowed)  # fmt: skip

    def action_widen(self, place: int) -> None:
        """Take one value back: what a click on it does."""
        if place < len(self.asked.narrows):
            self.ask(self.asked.toggled(*self.asked.narrows[place]))

    async def action_search(self) -> None:
        """Type words that events must have."""
        if not self.query(Input):
            self._trail.append(self.asked)
            line = Input(self.asked.text, placeholder=self._say("screen.search"), id="typed",
                         compact=True, select_on_focus=False)  # fmt: skip
            await self.query_one("#line").mount(line, before="#asked")
            self._show_asked()
        self.set_focus(self.query_one(Input))

    @on(Input.Changed, "#typed")
    def _typed(self, message: Input.Changed) -> None:
        text = message.value.strip()
        if text != self.asked.text:
            self._ask(Asked(text, self.asked.narrows))

    @on(Input.Submitted, "#typed")
    @on(events.DescendantBlur, "#typed")
    async def _end_search(self) -> None:
        if self.query(Input):
            await self.query(Input).remove()
            if self._trail and self._trail[-1] == self.asked:
                self._trail.pop()
            self.query_one(Events).focus()
            self._show_asked()

    async def action_back(self) -> None:
        """One step back: out of the search, the last narrowing, then to where one came from."""
        if self.query(Input):
            await self._end_search()
        elif self._trail:
            self._ask(self._trail.pop())
        elif self.asked != NOTHING_ASKED:
            self._ask(NOTHING_ASKED)
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Back to where one came from; the timeline is kept as it is."""
        self.dismiss()


def stepping(ids: list[str], id_: str) -> Callable[[int], str | None]:
    """What goes from one of some records to the next or the one before.

    Args:
        ids: The records in their order.
        id_: The one to begin at.
    """
    place = ids.index(id_) if id_ in ids else 0

    def step(by: int) -> str | None:
        nonlocal place
        if not 0 <= place + by < len(ids):
            return None
        place += by
        return ids[place]

    return step
