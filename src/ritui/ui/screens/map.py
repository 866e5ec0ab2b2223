"""Map: where the records of the current query are, on both shores, and as a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.errors import RituiError
from ritui.model.query import Query
from ritui.services.chart import marks_of
from ritui.services.start import Start
from ritui.store.answer import Row
from ritui.store.spots import SORTS
from ritui.text import width
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.messages import Ask, Asked, CatalogChanged, ShelfChanged
from ritui.ui.screens.looking import LookingPage, count_words, title_of, told
from ritui.ui.views import tabs
from ritui.ui.widgets.asked import chips
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.lines import Span
from ritui.ui.widgets.map import LOOKS, legend
from ritui.ui.widgets.shores import Place, Shores
from ritui.ui.widgets.spotlist import SpotList


@dataclass(slots=True)
class Kept:
    """Where a reader left the map: it is the same when they come back."""

    place: Place = field(default_factory=Place)
    by: str = "kind"
    """What the records are told apart by."""
    as_list: bool = False


class MapScreen(LookingPage):
    """Both shores with the records that answer the query, and the same as a list."""

    CSS_PATH = "map.tcss"
    COMPONENT_CLASSES: ClassVar[set[str]] = {*LOOKS}
    BINDINGS: ClassVar[list[BindingType]] = bindings("map")
    AUTO_FOCUS = "#first"

    def __init__(self, desk: Desk, start: Start, kept: Kept) -> None:
        """A screen on the map.

        Args:
            desk: What to work with.
            start: How the program was called.
            kept: Where it was left; it is brought up to date.
        """
        super().__init__(desk)
        self._kept = kept
        self._trouble = ""
        # With few colours the tint of the land would be one of the loud ones.
        self.set_class(start.lean, "-lean")

    def compose(self) -> ComposeResult:
        """Where one is, what is asked, the maps or the list, the record, the signs, the keys."""
        yield Bar(id="head")
        yield Bar(id="asked")
        yield Shores(self._kept.place)
        yield SpotList(self._catalog, self._say, id="list")
        yield Bar(id="told")
        yield Bar(id="legend")
        yield Keys(actions_of("map", "record", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Find out where the records are."""
        self.query_one(SpotList).border_title = self._say("screen.map-list")
        self._show_form()
        self._load()

    @on(Asked)
    @on(CatalogChanged)
    def _ask_again(self) -> None:
        self._load()

    @work(exclusive=True, group="spots")
    async def _load(self) -> None:
        query = self._desk.asking.query
        try:
            marks = await asyncio.to_thread(lambda: marks_of(self._catalog.spots(query)))
        except RituiError as error:
            self._trouble = " ".join(self._say.error(error))
            self._show_head()
            return
        if self.is_left:
            # The reader has left meanwhile.
            return
        self._marks, self._trouble = marks, ""
        self._show()

    def _show(self) -> None:
        if self._marks is not None:
            self._shores.show(self._marks, self._kept.by)
            if self._kept.as_list:
                self.query_one(SpotList).show_marks(self._marks)
            self._show_head()

    def _show_form(self) -> None:
        as_list = self._kept.as_list
        listed = self.query_one(SpotList)
        self._shores.display = self.query_one("#legend").display = not as_list
        listed.display = as_list
        self.set_focus(listed if as_list else self._shores.active)

    # Lines that say where one is.

    def on_resize(self) -> None:
        """There is more or less room for what is said."""
        self._show_head()
        self._show_maps()

    def _show_head(self) -> None:
        say, cells = self._say, self.app.size.width
        self.query_one("#head", Bar).show(tabs(say, self._desk.keys, "map", cells))
        asked = self._desk.asking.query
        left = [Span(f" {shorten(asked.text, 40)}  ", "title")] if asked.text else []
        left += chips(asked, say)
        counts = f" {count_words(self._marks, say)} " if self._marks is not None else ""
        everything = f" {say('map.everything')}"
        if self._trouble:
            left.append(Span(f" {self._trouble}", "warning"))
        elif not left and width(counts + everything) <= cells:
            left = [Span(everything, "faint")]
        right = [Span(counts, "title")]
        if marked := self._desk.keeping.marked:
            words = f" {say('screen.marked', n=len(marked))} "
            right.insert(0, Span(words, "idle", action="screen.unmark"))
        self.query_one("#asked", Bar).show(left, right)

    @on(Shores.Drawn)
    def _show_maps(self) -> None:
        shores, say = self._shores, self._say
        titles = [
            f"{title_of(chart, name, say)} · {chart.count}"
            for chart, name in zip(shores.charts, shores.names, strict=False)
        ]
        if shores.unseen:
            titles[-1] += f" · {say('map.beyond', n=shores.unseen)}"
        for shore, title in zip(shores.maps, titles, strict=False):
            shore.border_title = title
        left, right = legend(shores.charts, self._kept.by, say), Span(f" {say('map.several')} ")
        fits = sum(width(span.text) for span in (*left, right)) <= self.app.size.width
        self.query_one("#legend", Bar).show(left, [right._replace(look="faint")] if fits else [])
        self._show_told()

    @on(Shores.Moved)
    @on(SpotList.Moved)
    def _show_told(self) -> None:
        """Tell the record the cursor is on."""
        if self._shores.has_focus_within:
            self.set_focus(self._shores.active)
        bar, row = self.query_one("#told", Bar), self._row
        source = self.query_one(SpotList) if self._kept.as_list else self._shores
        marks = source.marks
        if marks is None:
            return
        if row is None:
            bar.show([Span(f" {self._say('map.nothing')}", "faint")])
            return
        head, tail = told(marks, self._number, row, self._say)
        head += self._desk.keeping.sign(row.id).strip()
        several = 0 if self._kept.as_list else len(self._shores.here)
        more = f" {self._say('map.more-here', n=several)} " if several > 1 else ""
        room = self.app.size.width - width(head + tail + more) - 1
        name = shorten(row.called(self._say.language), max(12, room))
        right = [Span(more, "idle", action="screen.open")] if more else []
        bar.show([Span(head, "accent"), Span(name, "title"), Span(tail, "faint")], right)

    @property
    def _number(self) -> int | None:
        """Of the mark of the record the cursor is on, in the list or on the map."""
        if not self._kept.as_list:
            return next(iter(self._shores.here), None)
        listed = self.query_one(SpotList)
        return None if listed.chosen is None else listed.number(listed.chosen)

    @property
    def _row(self) -> Row | None:
        """The record the cursor is on."""
        if not self._kept.as_list:
            return next(iter(self._rows(self._shores.here[:1])), None)
        listed = self.query_one(SpotList)
        return None if listed.chosen is None else listed.row(listed.chosen)

    @property
    def chosen(self) -> Sequence[str]:
        """The marked records, or else the one that is told."""
        row = self._row
        return self._desk.keeping.marked or ((row.id,) if row else ())

    # Actions.

    @on(Shores.Opened)
    @on(SpotList.Opened)
    def action_open(self) -> None:
        """Open the record the cursor is on, or choose among those that stand there."""
        from ritui.ui.screens.detail import DetailScreen
        from ritui.ui.screens.here import HereScreen

        row, marks, here = self._row, self._shores.marks, self._shores.here
        if row is None:
            return
        if not self._kept.as_list and marks is not None and len(here) > 1:
            places = [marks.places[number] for number in here]
            self.app.push_screen(HereScreen(self._desk, marks, places))
            return
        step = self.query_one(SpotList).step if self._kept.as_list else self._walk
        self.app.push_screen(DetailScreen(self._desk, row.id, step))

    def _walk(self, by: int) -> str | None:
        """To the next spot, or the one before; the id of the first record there."""
        row = self._row if self._shores.step(by) else None
        return row.id if row else None

    def action_mark(self) -> None:
        """Mark the record one is on, or take its mark away, and go on to the next."""
        row = self._row
        if row is not None:
            self._desk.keeping.toggle(row.id)
            if self._kept.as_list:
                self.query_one(SpotList).step(1)
            else:
                self._shores.step(1)
            self._signs_changed()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._desk.keeping.unmark()
        self._signs_changed()

    @on(ShelfChanged)
    def _signs_changed(self) -> None:
        self._show_head()
        self._show_told()

    def action_shapes(self) -> None:
        """Tell the records apart by something else."""
        keys = [*SORTS]
        self._kept.by = keys[(keys.index(self._kept.by) + 1) % len(keys)]
        self._show()

    def action_as_list(self) -> None:
        """The same as a list, or as a map."""
        self._kept.as_list = not self._kept.as_list
        self._show_form()
        self._show()

    def action_filter(self) -> None:
        """Narrow by every facet there is."""
        from ritui.ui.screens.filter import FilterScreen

        def narrowed(query: Query | None) -> None:
            if query is not None:
                self.post_message(Ask(query))

        self.app.push_screen(FilterScreen(self._desk, self._desk.asking.query, ""), narrowed)

    def action_widen(self, place: int) -> None:
        """Take one condition back: what a click on it does."""
        query = self._desk.asking.query
        if place < len(query.conditions):
            self.post_message(Ask(query.without(query.conditions[place])))

    def action_back(self) -> None:
        """One step back: to the map, to both shores, then to where one came from."""
        if self._kept.as_list:
            self.action_as_list()
        elif not self._shores.is_home:
            self._shores.go_home()
        else:
            self.dismiss()

    def action_close(self) -> None:
        """Back to where one came from; the map is kept as it is."""
        self.dismiss()
