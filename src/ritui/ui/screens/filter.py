"""Filter: every facet, its values searchable, wanted or left out, with live counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.reactive import var
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.model.facet import FACETS
from ritui.model.query import Query, parse
from ritui.store.answer import Answer, Count
from ritui.text import fit, fold
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.facets import SAVED, ordered
from ritui.ui.widgets.lines import Cursor, Line, Span


class FacetNames(Cursor):
    """The facets, with how many values of each are asked for; below them the saved searches."""

    def __init__(self, say: Messages, *, saved: bool) -> None:
        """All the facets, and perhaps the saved searches."""
        super().__init__(id="names")
        self._say = say
        self._query = Query()
        self._keys = [facet.key for facet in FACETS] + [SAVED] * saved

    def on_mount(self) -> None:
        """There are as many lines as facets."""
        self.resize_content(len(self._keys))

    @property
    def key(self) -> str:
        """The facet the cursor is on, or `SAVED`."""
        return self._keys[self.cursor]

    def choose(self, key: str) -> None:
        """Put the cursor on a facet, or on the saved searches, if it is there."""
        if key in self._keys:
            self.cursor = self._keys.index(key)

    def show(self, query: Query) -> None:
        """Show what is asked for."""
        self._query = query
        self.refresh()

    def line(self, y: int) -> Line:
        """A facet and the number of its values that are asked for or left out."""
        if y >= len(self._keys):
            return ()
        key = self._keys[y]
        mark, look = self.mark_of(y)
        if key == SAVED:
            return (Span(fit(mark + self._say(SAVED), self.across), look or "accent"),)
        chosen = len(self._query.values(key)) + len(self._query.values(key, negated=True))
        number = str(chosen) if chosen else ""
        text = fit(mark + self._say(f"facet.{key}"), self.across - 3) + number.rjust(3)
        return (Span(text, look or ("title" if chosen else "text")),)

    def on_click(self, event: events.Click) -> None:
        """A click shows the values of a facet."""
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top


class Values(Cursor):
    """The values of one facet."""

    def __init__(self, say: Messages) -> None:
        """No values yet."""
        super().__init__(id="values")
        self._say = say
        self._facet = ""
        self._query = Query()
        self._counts: list[Count] = []
        self.saved: Mapping[str, str] = {}
        """Name to query of each saved search."""

    def show(self, facet: str, query: Query, counts: list[Count]) -> None:
        """Show other values, or other counts of the same."""
        kept = self.value if facet == self._facet else None
        self._facet, self._query, self._counts = facet, query, counts
        self.resize_content(len(counts))
        values = [count.value for count in counts]
        place = values.index(kept) if kept in values else 0
        self.set_reactive(Values.cursor, place)
        self.show_cursor()
        self.refresh()

    @property
    def value(self) -> str | None:
        """The value the cursor is on."""
        return self._counts[self.cursor].value if self._counts else None

    def line(self, y: int) -> Line:
        """A value with its sign and count."""
        if y >= len(self._counts):
            return ()
        count = self._counts[y]
        mark, look = self.mark_of(y)
        sign = "[ ]"
        if count.value in self._query.values(self._facet) or (
            self._facet == SAVED and self.saved[count.value] == str(self._query)
        ):
            sign = "[✓]"
        elif count.value in self._query.values(self._facet, negated=True):
            sign = "[−]"
        number = str(count.count)
        label = self._say.label(self._facet, count.value)
        text = fit(f"{mark}{sign} {label}", self.across - len(number) - 1) + " " + number
        return (Span(text, look or ("text" if count.count else "faint")),)

    def on_click(self, event: events.Click) -> None:
        """A click chooses a value."""
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        self.screen.post_message(Chosen())


class Chosen(events.Event):
    """The value under the cursor is wanted, or not any more."""


class FilterScreen(Page[Query]):
    """Narrow by every facet there is. Gives back the query, or None when nothing changed."""

    CSS_PATH = "filter.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("filter")
    AUTO_FOCUS = "#values"

    asked: var[Query] = var(Query(), init=False)
    """The query so far."""
    answer: var[Answer | None] = var(None, init=False)
    """What it finds, with the counts of every facet."""

    def __init__(self, desk: Desk, asked: Query, facet: str) -> None:
        """A screen on a query.

        Args:
            desk: What to work with.
            asked: The query to begin with.
            facet: Which facet to begin at; empty for the first.
        """
        super().__init__()
        self._desk = desk
        self._catalog = desk.catalog
        self._say = desk.say
        self._first = asked
        self._start = facet
        self._saved: list[Count] = []
        self._needle = ""
        self._trouble = ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "filter", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """The query on top, facets and values side by side, the keys below."""
        yield Bar(id="head")
        yield Input(str(self._first), id="query", compact=True, select_on_focus=False)
        with Horizontal(id="panels"):
            yield FacetNames(self._say, saved=bool(self._desk.keeping.searches))
            yield Values(self._say)
        yield Keys(actions_of("filter", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Show the query to begin with."""
        self.query_one(FacetNames).border_title = self._say("screen.filter")
        self.query_one(FacetNames).choose(self._start)
        self.set_reactive(FilterScreen.asked, self._first)
        self._count(self._first)
        if searches := self._desk.keeping.searches:
            self.query_one(Values).saved = {each.name: each.query for each in searches}
            self._count_saved()

    @work(exclusive=True, group="saved")
    async def _count_saved(self) -> None:
        from ritui.services.keep import standings

        searches = self._desk.keeping.searches
        found = await asyncio.to_thread(standings, self._catalog, searches)
        self._saved = [Count(each.search.name, each.total) for each in found if not each.error]
        if not self.is_left:
            self._show()

    @property
    def _facet(self) -> str:
        return self.query_one(FacetNames).key

    def watch_asked(self, asked: Query) -> None:
        """Count again, and write the query out."""
        line = self.query_one("#query", Input)
        if not line.has_focus:
            line.value = str(asked)
        self._count(asked)

    @work(exclusive=True, group="count")
    async def _count(self, asked: Query) -> None:
        try:
            self.answer = await asyncio.to_thread(self._catalog.search, asked, None)
            self._trouble = ""
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
        if not self.is_left:
            self._show()

    def _show(self) -> None:
        say, answer = self._say, self.answer
        names, values = self.query_one(FacetNames), self.query_one(Values)
        names.show(self.asked)
        head = [Span(f" {say('screen.filter')} ", "accent")]
        if self._trouble:
            head.append(Span(self._trouble, "warning"))
        if answer is None:
            self.query_one("#head", Bar).show(head)
            return
        is_saved = self._facet == SAVED
        counts = self._saved if is_saved else ordered(self._facet, answer.counts)
        if self._needle:
            counts = [c for c in counts if self._needle in fold(say.label(self._facet, c.value))]
        values.border_title = say(SAVED if is_saved else f"facet.{self._facet}")
        values.show(self._facet, self.asked, counts)
        found = say("screen.count", found=len(answer), total=answer.total)
        self.query_one("#head", Bar).show(head, [Span(f" {found} ", "title")])

    def on_key(self, event: events.Key) -> None:
        """Left and right go between facets and values."""
        if event.key in {"left", "h"} and self.query_one(Values).has_focus:
            self.query_one(FacetNames).focus()
        elif event.key in {"right", "l"} and self.query_one(FacetNames).has_focus:
            self.query_one(Values).focus()

    def on_cursor_moved(self, event: Cursor.Moved) -> None:
        """Another facet shows other values."""
        if isinstance(event.control, FacetNames):
            self._needle = ""
            self._show()

    @on(Chosen)
    def action_choose(self) -> None:
        """Want the value under the cursor, or not any more."""
        if self.query_one(FacetNames).has_focus:
            self.query_one(Values).focus()
        else:
            self._change(exclude=False)

    def action_exclude(self) -> None:
        """Leave the value under the cursor out, or not any more."""
        self._change(exclude=True)

    def _change(self, *, exclude: bool) -> None:
        value = self.query_one(Values).value
        if value is None:
            return
        if self._facet == SAVED:
            # A preset is asked as it is; left out, it cannot be.
            if not exclude:
                self.asked = parse(self.query_one(Values).saved[value])
            return
        held = self.asked.values(self._facet, negated=exclude)
        change = self.asked.widened(self._facet, value)
        if value not in held:
            change = change.narrowed(self._facet, value, negated=exclude)
        self.asked = change

    async def action_find_value(self) -> None:
        """Find a value by its name."""
        if not self.query("#typed"):
            line = Input(placeholder=self._say("screen.find"), id="typed", compact=True)
            await self.mount(line, before="#panels")
        self.set_focus(self.query_one("#typed", Input))

    @on(Input.Changed, "#typed")
    def _find(self, message: Input.Changed) -> None:
        self._needle = fold(message.value)
        self._show()

    @on(Input.Submitted, "#typed")
    def _found(self) -> None:
        self.query_one(Values).focus()
        self.query_one("#typed").remove()

    def action_edit_query(self) -> None:
        """Edit the query itself."""
        self.set_focus(self.query_one("#query", Input))

    @on(Input.Changed, "#query")
    def _edited(self, message: Input.Changed) -> None:
        if not message.input.has_focus:
            return
        try:
            self.asked = parse(message.value)
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
            self._show()

    @on(Input.Submitted, "#query")
    def _accepted(self) -> None:
        self.query_one(Values).focus()

    def action_copy_query(self) -> None:
        """Copy the query, as one would type it."""
        self.app.copy_to_clipboard(str(self.asked))

    def action_clear(self) -> None:
        """Ask for everything again."""
        self.asked = Query(sort=self.asked.sort)

    def action_close(self) -> None:
        """One step back: out of a line that is typed into, then to the directory."""
        if self.query("#typed"):
            self._needle = ""
            self.query_one(Values).focus()
            self.query_one("#typed").remove()
            self._show()
        elif self.query_one("#query").has_focus:
            self.query_one(Values).focus()
        else:
            self.dismiss(None if self.asked == self._first else self.asked)
