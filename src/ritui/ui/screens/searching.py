"""Searching: what is asked of the directory, and what is found. The directory's screen is one."""

from __future__ import annotations

import asyncio

from textual import events, on, work
from textual.reactive import var
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.model.query import Query, parse
from ritui.store.answer import Answer
from ritui.text import width
from ritui.ui.desk import Desk
from ritui.ui.messages import Asked, CatalogChanged, More, Narrow, Widen
from ritui.ui.screens.page import Page
from ritui.ui.widgets.asked import chips, found_spans, words_spans
from ritui.ui.widgets.bars import Bar
from ritui.ui.widgets.facets import SHOWN, Facets
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.results import Results
from ritui.ui.widgets.zero import Suggestion, apology, suggested


class SearchingPage(Page[None]):
    """A page with a line of search, facets and results."""

    asked: var[Query] = var(Query(), init=False)
    """What the reader is asking. Everything below follows from it."""
    answer: var[Answer | None] = var(None, init=False)
    """The latest answer."""

    def __init__(self, desk: Desk, packaged: str) -> None:
        """A screen on a directory.

        Args:
            desk: What to work with.
            packaged: ISO date of the bundled directory.
        """
        super().__init__()
        self._desk = desk
        self._catalog = desk.catalog
        self._say = desk.say
        self._packaged = packaged
        self._sources = 0
        self._trail: list[Query] = []
        self._base = Query()
        self._trouble = ""
        self._searching = False
        self._suggested: Suggestion | None = None

    # What is asked, and what is found.

    def watch_asked(self) -> None:
        """Ask the directory; an older question is dropped."""
        self._desk.asking.query = self.asked
        self._search(self.asked)
        if self.app.screen is not self:
            self.app.screen.post_message(Asked())

    def watch_answer(self, answer: Answer | None) -> None:
        """Show what was found."""
        self.query_one(Results).answer = answer
        self.query_one(Facets).answer = answer
        self._show_search()

    @work(exclusive=True, group="search")
    async def _search(self, asked: Query) -> None:
        self._suggested = None
        try:
            answer = await asyncio.to_thread(self._catalog.search, asked, SHOWN)
            drops = [] if answer else await asyncio.to_thread(self._catalog.drops, asked)
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
            self._show_search()
            return
        self._trouble = ""
        results = self.query_one(Results)
        results.apologise([] if answer else apology(self._say, asked, drops, None, results.across))
        self.answer = answer
        try:
            self._suggested = await suggested(self._catalog, asked, answer)
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
        meant = self._suggested
        if meant and not answer:
            results.apologise(apology(self._say, asked, drops, meant, results.across))
        self._show_search()

    def ask(self, query: Query, *, back: bool = False) -> None:
        """Ask something else; the way back is remembered, unless it is a step on it."""
        if back and self._trail and self._trail[-1] == query:
            self._trail.pop()
        elif query != self.asked:
            self._trail.append(self.asked)
        self.asked = query

    @on(CatalogChanged)
    def _changed(self) -> None:
        self._search(self.asked)

    @on(Narrow)
    def _narrow(self, message: Narrow) -> None:
        held = self.asked.values(message.facet, negated=message.exclude)
        change = self.asked.widened(message.facet, message.value)
        if message.value not in held:
            change = change.narrowed(message.facet, message.value, negated=message.exclude)
        self.ask(change)

    @on(Widen)
    def _widen(self, message: Widen) -> None:
        if message.place < len(self.asked.conditions):
            self.ask(self.asked.without(self.asked.conditions[message.place]))

    def action_widen(self, place: int) -> None:
        """Take one condition back: what a click on it does."""
        self.post_message(Widen(place))

    def action_suggested(self) -> None:
        """Ask what was suggested."""
        if self._suggested:
            self._end_search()
            self.ask(self._suggested.query)

    def action_filter(self) -> None:
        """Narrow by every facet there is."""
        self._filter("")

    @on(More)
    def _more(self, message: More) -> None:
        self._filter(message.facet)

    def _filter(self, facet: str) -> None:
        from ritui.ui.screens.filter import FilterScreen

        def narrowed(query: Query | None) -> None:
            if query is not None:
                self.ask(query)

        screen = FilterScreen(self._desk, self.asked, facet)
        self.app.push_screen(screen, narrowed)

    # The line that is typed into.

    async def action_search(self) -> None:
        """Type into the search line."""
        if not self._searching:
            self._searching = True
            self._base = Query(self.asked.narrows, self.asked.sort)
            self._trail.append(self.asked)
            line = Input(
                self.asked.text,
                placeholder=self._say("screen.search"),
                id="typed",
                compact=True,
                select_on_focus=False,
            )
            await self.query_one("#line").mount(line, before="#search")
            self._show_search()
        self.set_focus(self.query_one(Input))

    @on(Input.Changed, "#typed")
    def _typed(self, message: Input.Changed) -> None:
        try:
            self.asked = self._base.with_text(parse(message.value))
            self._trouble = ""
        except RituiError as error:
            # Half a word is no mistake yet: it is said, and the last answer stays.
            self._trouble = " ".join(self._say.error(error))
            self._show_search()

    @on(Input.Submitted, "#typed")
    def _submitted(self) -> None:
        self._end_search()

    @on(events.DescendantBlur, "#typed")
    def _left(self) -> None:
        self._end_search()

    def _end_search(self) -> None:
        if self._searching:
            self._searching = False
            self.query_one(Input).remove()
            if self._trail and self._trail[-1] == self.asked:
                self._trail.pop()
            self._trouble = ""
            self.query_one(Results).focus()
            self._show_search()

    def action_back(self) -> None:
        """One step back: close the search, leave the facets, then undo the last narrowing."""
        if self._searching:
            self._end_search()
        elif self._trail:
            self.asked = self._trail.pop()
        elif not self.query_one(Results).has_focus:
            self.query_one(Results).focus()

    # What the line says.

    def count_sources(self, enabled: int) -> None:
        """Say how many sources are enabled, which is known after the first frame only."""
        if enabled != self._sources:
            self._sources = enabled
            self._show_search()

    def _show_search(self) -> None:
        say, asked = self._say, self.asked
        bar = self.query_one("#search", Bar)
        left = [] if self._searching else words_spans(asked, say, self.app.size.width)
        right: list[Span] = []
        if self.answer is not None:
            marked = self._desk.keeping.marked
            right = found_spans(len(self.answer), self.answer.total, marked, say)
        if self._suggested and self.answer:
            taken = sum(width(span.text) for span in (*left, *right)) + 1
            left += [Span(" "), *self._suggested.spans(say, bar.size.width - taken)]
        left += chips(asked, say)
        if self._trouble:
            left.append(Span(f" {self._trouble}", "warning"))
        elif not asked.conditions and not self._searching:
            notice = say("screen.notice", date=self._packaged)
            if self._sources:
                notice += " " + say("screen.notice-sources", n=self._sources)
            left.append(Span(notice, "faint"))
        bar.show(left, right)
