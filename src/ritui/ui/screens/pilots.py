"""Pilots: a page for each of the four, and for what stands around them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from ritui.errors import NoSuchRecord
from ritui.i18n import Messages
from ritui.model.query import parse
from ritui.model.source import Event
from ritui.services.origin import origins
from ritui.services.pilots import Entry, contents, page
from ritui.services.pilots.matter import PILOT, Fact, Page, record_of
from ritui.services.start import Start
from ritui.text import fit, width
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import Ask, Asked, CatalogChanged, FollowLink, WhereFrom
from ritui.ui.screens.finding import FindingPage
from ritui.ui.views import tabs
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.sheet import Sheet

_ROOMY: Final = 60
"""Cells from which a list has columns besides the titles."""


@dataclass(slots=True)
class Kept:
    """Where a reader left the pages."""

    page: str = ""
    """Id of the page; empty for the first."""
    reading: bool = False
    """Whether the page had the focus, and not the list."""
    tops: dict[str, int] = field(default_factory=dict)
    """The first line in sight of each page that was looked at."""


class Contents(Grouped[Entry]):
    """The pages there are: the pilots, and what stands around them."""

    def __init__(self, say: Messages) -> None:
        """No pages yet."""
        super().__init__(id="list")
        self._say = say

    def title_line(self, title: str) -> Line:
        """The pilots, or the others."""
        return (Span(f"{title} ", "accent"), Span("─" * (self.across - width(title) - 1), "faint"))

    def item_line(self, y: int, item: Entry) -> Line:
        """A page: its title; where there is room, who leads and which countries take part."""
        mark, look = self.mark_of(y)
        room = self.across - len(mark)
        if self.across < _ROOMY:
            return (Span(mark + fit(item.title, room), look or "text"),)
        title, lead = room * 6 // 11, room // 4
        rest = fit(" ".join(item.countries), room - title - lead)
        columns = fit(fit(item.lead, lead - 1), lead) + rest
        if look:
            return (Span(mark + fit(fit(item.title, title - 1), title) + columns, look),)
        return (Span(mark + fit(fit(item.title, title - 1), title)), Span(columns, "faint"))

    async def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1 and isinstance(self.screen, PilotsScreen):
            await self.screen.action_open()


class PilotsScreen(FindingPage):
    """Pages to read; on a narrow screen either their list or one of them."""

    CSS_PATH = "pilots.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("pilots")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's form
    AUTO_FOCUS = ""
    READ = Sheet

    def __init__(self, desk: Desk, start: Start, kept: Kept) -> None:
        """A screen on the pages.

        Args:
            desk: What to work with.
            start: Where the settings are.
            kept: Where it was left; it is brought up to date.
        """
        super().__init__(desk)
        self._start = start
        self._kept = kept
        self._entries: Sequence[Entry] = ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "pilots", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """Where one is, the list, the page, the keys."""
        yield Bar(id="head")
        yield Bar(id="asked")
        with Horizontal(id="panels"):
            yield Contents(self._say)
            yield Sheet(self._say, self._kept.tops, id="page")
        yield Keys(actions_of("pilots", "record", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read what pages there are, and the one where one was."""
        self.query_one(Contents).border_title = self._say("pilots.title")
        self._read(self._kept.reading)
        self._load()

    @on(CatalogChanged)
    @work(exclusive=True, group="contents")
    async def _load(self) -> None:
        self._entries = await asyncio.to_thread(contents, self._desk.catalog, self._say)
        if self.is_left:
            # The reader has left meanwhile.
            return
        listed = self.query_one(Contents)
        chosen = next((each for each in self._entries if each.id == self._kept.page), None)
        pilots = [each for each in self._entries if each.kind == PILOT]
        rest = [each for each in self._entries if each.kind != PILOT]
        groups = ((self._say("pilots.pilots"), pilots), (self._say("pilots.around"), rest))
        listed.show([group for group in groups if group[1]], chosen)
        self._fetch()

    @on(Asked)
    def _asked(self) -> None:
        self._fetch()

    def on_cursor_moved(self) -> None:
        """Show the page the cursor came to."""
        entry = self.query_one(Contents).chosen
        if entry and entry.id != self._kept.page:
            self._fetch(self._desk.rest)

    @work(exclusive=True, group="page")
    async def _fetch(self, rest: float = 0) -> None:
        await asyncio.sleep(rest)
        entry = self.query_one(Contents).chosen if self.query(Contents) else None
        if entry is None:
            return
        self._kept.page = entry.id
        asked, desk = self._desk.asking.query, self._desk
        try:
            found = await asyncio.to_thread(page, desk.catalog, desk.say, entry.id, asked)
        except NoSuchRecord:
            # It went a moment ago, with a refresh; the list is about to say so.
            return
        if self.is_left:
            return
        sheet = self.query_one(Sheet)
        if sheet.page is None or sheet.page.id != found.id:
            self._matches = []
            sheet.find("")
        sheet.display_page(found)
        self._show_head(found)

    def _show_head(self, found: Page) -> None:
        say, asked = self._say, self._desk.asking.query
        ids = [each.id for each in self._entries]
        right = f" {ids.index(found.id) + 1}/{len(ids)} " if found.id in ids else ""
        left = tabs(say, self._desk.keys, "pilots", self.app.size.width - width(right))
        self.query_one("#head", Bar).show(left, [Span(right, "title")])
        self.set_class(bool(asked.conditions), "-asked")
        text = shorten(say("pilots.query", query=str(asked)), self.app.size.width - 2)
        self.query_one("#asked", Bar).show([Span(f" {text}", "faint")])

    # The record one is on.

    @property
    def _fact(self) -> Fact | None:
        """The fact whose link is chosen, while the page is read."""
        sheet = self.query_one(Sheet)
        return sheet.fact if sheet.has_focus else None

    @property
    def chosen(self) -> Sequence[str]:
        """The record of the chosen link, else the one that tells it or that the page is about."""
        fact, shown = self._fact, self.query_one(Sheet).page
        id_ = (fact.record or fact.of if fact else "") or (shown.record if shown else "")
        return (id_,) if id_ else ()

    def action_where_from(self) -> None:
        """Where each fact of the chosen record is from; an event says it on its own page."""
        fact = self._fact
        if fact and fact.event:
            self._open_event(fact.event)
        elif self.chosen:
            self.post_message(WhereFrom(self.chosen[0]))
        else:
            self.notify(self._say("pilots.no-record"), timeout=3, markup=False)

    def action_link(self) -> None:
        """Open the chosen address, else the website of the chosen record or of the page."""
        fact, shown = self._fact, self.query_one(Sheet).page
        url = fact.url if fact else ""
        if not url and fact and fact.record:
            record = record_of(self._desk.catalog, fact.record)
            url = record.website if record else ""
        elif not url and shown:
            url = shown.website
        self.post_message(FollowLink(url))

    # Following.

    async def action_open(self) -> None:
        """Read the page; there, follow the chosen link."""
        sheet = self.query_one(Sheet)
        if not sheet.has_focus:
            self._read(True)
        elif not await sheet.follow():
            sheet.next_stop()

    def action_take(self, number: int) -> None:
        """Follow a link of the page."""
        from ritui.ui.screens.detail import DetailScreen
        from ritui.ui.screens.timeline import stepping

        fact = self.query_one(Sheet).fact_at(number)
        if fact.event:
            self._open_event(fact.event)
        elif fact.query:
            self.post_message(Ask(parse(fact.query), show=True))
        elif fact.url:
            self.post_message(FollowLink(fact.url))
        elif fact.record:
            ids = list(dict.fromkeys(each.record for each in self._facts() if each.record))
            self.app.push_screen(DetailScreen(self._desk, fact.record, stepping(ids, fact.record)))

    def _facts(self) -> list[Fact]:
        shown = self.query_one(Sheet).page
        return [fact for part in shown.parts for fact in part.facts] if shown else []

    def _open_event(self, event: Event) -> None:
        from ritui.ui.screens.event import EventScreen

        told = [fact.event for fact in self._facts() if fact.event]
        catalog, say = self._desk.catalog, self._say
        rows = catalog.names({id_ for each in told for id_ in each.related})
        names = {id_: row.called(say.language) for id_, row in rows.items()}
        known = origins(catalog, self._start.sources(), say)
        screen = EventScreen(self._desk, event, _along(told, event), known.of, names)
        self.app.push_screen(screen)

    def action_next_link(self) -> None:
        """To the next link of the page."""
        self._read(True)
        self.query_one(Sheet).walk(self.query_one(Sheet).next_stop)

    def action_previous_link(self) -> None:
        """To the link before."""
        self._read(True)
        self.query_one(Sheet).walk(self.query_one(Sheet).previous_stop)

    def action_next_page(self) -> None:
        """The next page."""
        self.query_one(Contents).cursor += 1

    def action_previous_page(self) -> None:
        """The page before."""
        self.query_one(Contents).cursor -= 1

    def _read(self, reading: bool) -> None:
        """Be in the page, or in the list."""
        self._kept.reading = reading
        self.set_class(reading, "-reading")
        self.set_focus(self.query_one(Sheet) if reading else self.query_one(Contents))

    @on(events.DescendantFocus)
    def _focused(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, (Sheet, Contents)):
            self._kept.reading = isinstance(event.widget, Sheet)
            self.set_class(self._kept.reading, "-reading")

    # Finding.

    async def action_find(self) -> None:
        """Find a text in the page."""
        self._read(True)
        await super().action_find()

    # Back.

    def action_back(self) -> None:
        """One step back: out of finding, from the page to the list, to where one came from."""
        if self.end_finding():
            return
        if self._kept.reading:
            self._read(False)
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Back to where one came from."""
        self.dismiss()


def _along(told: Sequence[Event], event: Event) -> Callable[[int], Event | None]:
    """What goes from one of some events to the next or the one before."""
    place = told.index(event)

    def step(by: int) -> Event | None:
        nonlocal place
        if not 0 <= place + by < len(told):
            return None
        place += by
        return told[place]

    return step
