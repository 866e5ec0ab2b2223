"""Directory: facets, results and detail. State lives here; widgets show it and ask for more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Input

from ritui.errors import NoSuchRecord
from ritui.model.match import NOTHING, Match
from ritui.model.query import SORTS, Query
from ritui.store.answer import StaleAnswer
from ritui.ui.actions import actions_of, bindings, wanted
from ritui.ui.messages import (
    FollowLink,
    Highlighted,
    Opened,
    ShelfChanged,
    WhereFrom,
)
from ritui.ui.screens.saving import SavingPage
from ritui.ui.widgets.bars import Bar, Keys
from ritui.ui.widgets.card import Card
from ritui.ui.widgets.facets import SHOWN, Facets
from ritui.ui.widgets.ground import Row
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.results import Results


class DirectoryScreen(SavingPage):
    """Find a record: by words, by narrowing, by looking."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("directory")
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-narrow"),
        (80, "-medium"),
        (110, "-wide"),
    ]
    AUTO_FOCUS = "#results"

    _drawn = False

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
            yield Results(self._catalog, self._say, self._desk.keeping.sign)
            yield Card(self._say, self._desk.keeping.note, id="card")
        yield Keys(actions_of("directory", "record", "app"), self._say, self._desk.keys)

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

    @property
    def chosen(self) -> Sequence[str]:
        """The marked records, or else the one the cursor is on."""
        id_ = self.query_one(Results).highlighted
        return self._desk.keeping.marked or ((id_,) if id_ else ())

    @property
    def pointed(self) -> str:
        """Id of the record the cursor is on, or nothing."""
        return self.query_one(Results).highlighted or ""

    def action_mark(self) -> None:
        """Mark the record the cursor is on and go on to the next; narrow, in the facets."""
        facets, results = self.query_one(Facets), self.query_one(Results)
        if facets.has_focus:
            facets.choose()
        elif results.highlighted:
            self._desk.keeping.toggle(results.highlighted)
            results.refresh_lines(results.cursor)
            results.cursor += 1
            self._show_search()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._desk.keeping.unmark()
        self._signs_changed()

    @on(ShelfChanged)
    def _signs_changed(self) -> None:
        self.query_one(Results).refresh()
        self._show_search()
        if self.query_one(Card).record:
            self._show_record(self.query_one(Results).highlighted)

    def action_next_change(self) -> None:
        """To the next record that is new or has changed."""
        self._to_change(1)

    def action_previous_change(self) -> None:
        """To the record before that is new or has changed."""
        self._to_change(-1)

    @work(exclusive=True, group="change")
    async def _to_change(self, by: int) -> None:
        results, answer = self.query_one(Results), self.answer
        if answer is None:
            return
        flags = ("new", "changed")
        find = self._catalog.next_flagged
        try:
            row = await asyncio.to_thread(find, answer, flags, results.cursor, by)
        except StaleAnswer:
            return
        if row is None:
            self.notify(self._say("toast.no-change"), timeout=3, markup=False)
        else:
            results.cursor = row

    def key_x(self) -> None:
        """In the panel of facets, x leaves a value out."""
        if self.query_one(Facets).has_focus:
            self.query_one(Facets).choose(exclude=True)

    def action_next_pane(self) -> None:
        """To the next panel."""
        self.focus_next()

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
