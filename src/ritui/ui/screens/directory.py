"""Directory: facets, results and detail. State lives here; widgets show it and ask for more."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.reactive import var
from textual.widgets import Input

from ritui.errors import NoSuchRecord, RituiError
from ritui.model.match import NOTHING, Match
from ritui.model.query import SORTS, Query, parse
from ritui.store.answer import Answer
from ritui.text import width
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.desk import Desk
from ritui.ui.messages import (
    CatalogChanged,
    FollowLink,
    Highlighted,
    More,
    Narrow,
    Opened,
    WhereFrom,
    Widen,
)
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.facets import SHOWN, Facets
from ritui.ui.widgets.ground import Row
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.results import Results
from ritui.ui.widgets.zero import Suggestion, apology, chip_text, suggested

_ROOMY: Final = 100
"""Columns from which the search line says what it is for."""


class DirectoryScreen(Page[None]):
    """Find a record: by words, by narrowing, by looking."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("directory")
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (80, "-medium"),
        (110, "-wide"),
    ]
    AUTO_FOCUS = "#results"

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
        self._drawn = False
        self._trail: list[Query] = []
        self._base = Query()
        self._trouble = ""
        self._searching = False
        self._suggested: Suggestion | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let letters be letters while a line is typed into."""
        return wanted(action, "directory", typing=isinstance(self.focused, Input))

    def compose(self) -> ComposeResult:
        """Everything but the input of the search, which is mounted when it is asked for."""
        # Textual adds it after the first layout, which then would have to be made twice.
        fitting = (n for least, n in self.HORIZONTAL_BREAKPOINTS if least <= self.app.size.width)
        self.add_class(*deque(fitting, maxlen=1))
        yield Bar(id="head")
        with Row(id="line"):
            yield Bar(id="search")
        with Row(id="panels"):
            yield Facets(self._say)
            yield Results(self._catalog, self._say)
            yield Card(self._say, id="card")
        yield Keys(actions_of("directory", "app"), self._say, self._desk.keys)

    def update_node_styles(self, animate: bool = True) -> None:
        """Work out all styles anew; until the first frame they are as they were just made."""
        if self._drawn:
            super().update_node_styles(animate)

    def draw(self) -> None:
        """Draw the first frame."""
        self._drawn = True
        super().draw()

    def on_mount(self) -> None:
        """Fill the first frame from the cache: it costs less than a frame."""
        self.query_one(Facets).border_title = self._say("screen.facets")
        self.query_one(Card).border_title = self._say("screen.detail")
        self.answer = self._catalog.search(self.asked, SHOWN)

    # What is asked, and what is found.

    def watch_asked(self) -> None:
        """Ask the directory; an older question is dropped."""
        self._search(self.asked)

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

    def ask(self, query: Query) -> None:
        """Ask something else; the way back is remembered."""
        if query != self.asked:
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

    # The record one is on.

    @on(Highlighted)
    def _highlighted(self, message: Highlighted) -> None:
        # The row is drawn first; the record follows in the next frame, and only the last one
        # of several.
        self._show_record(message.id)

    @work(exclusive=True, group="record")
    async def _show_record(self, id_: str | None) -> None:
        card = self.query_one(Card)
        await asyncio.sleep(self._desk.rest if card.record else 0)
        if not card.display:
            return
        try:
            record = self._catalog.record(id_) if id_ else None
        except NoSuchRecord:
            # Removed by another process a moment ago; the list will say so.
            record = None
        ids = [other.id for other in record.related] if record else []
        if record and record.pilot:
            ids.append(record.pilot)
        names = self._catalog.names(ids)
        related = {id_: row.called(self._say.language) for id_, row in names.items()}
        card.display_record(record, related, match=self._match)

    @property
    def _match(self) -> Match:
        """What to show wherever it stands in what was found."""
        return Match.of(self.answer.query) if self.answer else NOTHING

    @on(Opened)
    def _opened(self, message: Opened) -> None:
        self._open(message.id)

    def _open(self, id_: str) -> None:
        from ritui.ui.screens.detail import DetailScreen

        results = self.query_one(Results)

        def step(by: int) -> str | None:
            results.cursor += by
            return results.highlighted

        screen = DetailScreen(self._desk, id_, step, self._match)
        self.app.push_screen(screen)

    def action_go(self, id_: str) -> None:
        """Open a record that another one is related to."""
        self._open(id_)

    # Actions.

    def action_open(self) -> None:
        """Open what the cursor is on."""
        facets, results = self.query_one(Facets), self.query_one(Results)
        if facets.has_focus:
            facets.choose()
        elif results.highlighted:
            self._open(results.highlighted)
        else:
            self.action_suggested()

    def action_suggested(self) -> None:
        """Ask what was suggested."""
        if self._suggested:
            self._end_search()
            self.ask(self._suggested.query)

    def key_space(self) -> None:
        """In the panel of facets, space narrows as enter does."""
        if self.query_one(Facets).has_focus:
            self.query_one(Facets).choose()

    def key_x(self) -> None:
        """In the panel of facets, x leaves a value out."""
        if self.query_one(Facets).has_focus:
            self.query_one(Facets).choose(exclude=True)

    def action_next_pane(self) -> None:
        """To the next panel."""
        self.focus_next()

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

    def action_sort(self) -> None:
        """The next order: by name, country, newest first, last changed."""
        orders = ["", "country", "-established", "-changed"]
        place = orders.index(self.asked.sort) if self.asked.sort in orders else 0
        query = Query(self.asked.conditions, orders[(place + 1) % len(orders)])
        self.ask(query)
        order = query.order.removeprefix("-")
        assert order in SORTS
        self.notify(self._say("toast.sorted", order=self._say(f"sort.{order}")), timeout=2,
                    markup=False)  # fmt: skip

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

    def action_link(self) -> None:
        """Open the website of the record the cursor is on."""
        record = self.query_one(Card).record
        id_ = self.query_one(Results).highlighted
        if record is None or record.id != id_:
            record = self._catalog.record(id_) if id_ else None
        self.post_message(FollowLink(record.website if record else ""))

    def action_where_from(self) -> None:
        """Where each fact of the record the cursor is on is from."""
        id_ = self.query_one(Results).highlighted
        if id_:
            self.post_message(WhereFrom(id_))

    # Lines that say where one is.

    def show_head(self, left: list[Span], right: list[Span]) -> None:
        """The line at the top, which is the program's to fill."""
        self.query_one("#head", Bar).show(left, right)

    def count_sources(self, enabled: int) -> None:
        """Say how many sources are enabled, which is known after the first frame only."""
        if enabled != self._sources:
            self._sources = enabled
            self._show_search()

    def _show_search(self) -> None:
        say, asked = self._say, self.asked
        bar = self.query_one("#search", Bar)
        left: list[Span] = []
        if not self._searching:
            text = asked.text
            left.append(Span(" / ", "accent", action="screen.search"))
            # On a narrow screen what can be done with the directory matters more.
            roomy = self.app.size.width >= _ROOMY or bool(asked.conditions)
            shown = shorten(text, 40) if text else say("screen.search") if roomy else ""
            look = "title" if text else "faint"
            left.append(Span(f"{shown}  " if shown else "", look, action="screen.search"))
        right = []
        if self.answer is not None:
            found = say("screen.count", found=len(self.answer), total=self.answer.total)
            right = [Span(f" {found} ", "title")]
        if self._suggested and self.answer:
            taken = sum(width(span.text) for span in (*left, *right)) + 1
            left += [Span(" "), *self._suggested.spans(say, bar.size.width - taken)]
        for place, condition in enumerate(asked.conditions):
            if condition.key not in {"word", "phrase"}:
                chip = f" {shorten(chip_text(condition, say), 40)} × "
                left.extend((Span(chip, "idle", action=f"screen.widen({place})"), Span(" ")))
        if self._trouble:
            left.append(Span(f" {self._trouble}", "warning"))
        elif not asked.conditions and not self._searching:
            notice = say("screen.notice", date=self._packaged)
            if self._sources:
                notice += " " + say("screen.notice-sources", n=self._sources)
            left.append(Span(notice, "faint"))
        bar.show(left, right)
