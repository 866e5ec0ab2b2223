"""Spot list: the records of a map as lines, by country, with their coordinates."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence

from textual import events, work
from textual.message import Message

from ritui.i18n import Messages
from ritui.services.chart import NOWHERE, POINT, Marks, shape
from ritui.store.answer import Row, StaleAnswer
from ritui.store.catalog import Catalog
from ritui.store.spots import UNSORTED
from ritui.text import fit, sort_key, width
from ritui.ui.messages import CatalogChanged
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span

_WHERE = 18
"""Cells for coordinates, or for what stands in their place."""
_KIND = 15
_WITH_KIND = 64
"""Cells a list must have for a column of kinds."""


class SpotList(Grouped[int]):
    """Records by their places, one a line. Names are read of the lines in sight only."""

    class Opened(Message):
        """The record under the cursor is wanted."""

    def __init__(self, catalog: Catalog, say: Messages, *, id: str) -> None:
        """No records yet.

        Args:
            catalog: Where rows are read.
            say: The words.
            id: Of the widget.
        """
        super().__init__(id=id)
        self._catalog = catalog
        self._say = say
        self.marks: Marks | None = None
        """Of the map whose records are listed."""
        self._numbers: dict[int, int] = {}
        self._read: dict[int, Row] = {}

    @work(exclusive=True, group="list")
    async def show_marks(self, marks: Marks, places: Sequence[int] | None = None) -> None:
        """Show the records of a map; the cursor stays on its record.

        Args:
            marks: Of the map.
            places: Of the records to show; None for all, also those that are on no map.
        """
        numbers, groups = await asyncio.to_thread(_listed, marks, self._say, places)
        self.marks, self._numbers = marks, numbers
        self._read.clear()
        self.show(groups, self.chosen, self._nothing())
        self.post_message(self.Moved(self))

    def number(self, place: int) -> int | None:
        """The number of a record's mark; None where it has none."""
        return self._numbers.get(place)

    def _nothing(self) -> Sequence[Line]:
        return ((Span(f"  {self._say('map.nothing')}", "faint"),),)

    def row(self, place: int) -> Row | None:
        """What a list shows of a record; None when the directory has changed, which is told."""
        if place not in self._read and self.marks is not None:
            try:
                (self._read[place],) = self._catalog.rows_at(self.marks.spots, (place,))
            except StaleAnswer:
                self.post_message(CatalogChanged())
        return self._read.get(place)

    @property
    def highlighted(self) -> str | None:
        """Id of the record the cursor is on."""
        row = self.row(self.chosen) if self.chosen is not None else None
        return row.id if row else None

    def step(self, by: int) -> str | None:
        """Put the cursor on another row; the id of the record there, or None at an end."""
        before = self.cursor
        self.cursor += by
        return self.highlighted if self.cursor != before else None

    def title_line(self, title: str) -> Line:
        """A country, or what is known in its place."""
        name = f"{group_name(title, self._say)} "
        return (Span(name, "accent"), Span("─" * max(0, self.across - width(name)), "faint"))

    def item_line(self, y: int, item: int) -> Line:
        """A record: its sign, its name, what it is, where it is."""
        row = self.row(item)
        if row is None:
            return ()
        mark, look = self.mark_of(y)
        sign, where = self._sign(item), fit(self.where(item), _WHERE)
        kind = ""
        if self.across >= _WITH_KIND:
            kind = fit(fit(self._say.label("kind", row.kind), _KIND - 1), _KIND)
        cells = self.across - len(mark) - 2 - width(kind) - _WHERE
        name = fit(fit(row.called(self._say.language), cells - 1), cells)
        if look:
            return (Span(f"{mark}{sign} {name}{kind}{where}", look),)
        return (Span(f"{mark}{sign} {name}"), Span(kind + where, "faint"))

    def _sign(self, place: int) -> str:
        number = self._numbers.get(place)
        if number is None or self.marks is None:
            return " "
        marks = self.marks
        sort = marks.sort(number, "kind")
        return shape(None if sort == UNSORTED else sort, precise=marks.precision(number) == POINT)

    def where(self, place: int) -> str:
        """The coordinates of a record, or that no more is known than its country, or nothing."""
        number = self._numbers.get(place)
        if number is None or self.marks is None:
            return self._say("map.nowhere")
        return where_words(self.marks, number, self._say)

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1:
            self.post_message(self.Opened())


def where_words(marks: Marks, number: int, say: Messages) -> str:
    """The coordinates of a mark, or that no more is known than its country."""
    if marks.precision(number) == POINT:
        return f"{marks.lats[number]:.2f}, {marks.lons[number]:.2f}"
    return say("map.only-country")


def group_name(title: str, say: Messages) -> str:
    """How a group of the list is called."""
    if title == NOWHERE:
        return say("map.group-nowhere")
    return say.country(title) if title else say("map.group-no-country")


def _listed(
    marks: Marks, say: Messages, places: Sequence[int] | None
) -> tuple[dict[int, int], list[tuple[str, Sequence[int]]]]:
    """Off the loop: there may be many."""
    numbers = {place: number for number, place in enumerate(marks.places)}
    return numbers, [*grouped(marks, say, places)]


def grouped(
    marks: Marks, say: Messages, places: Iterable[int] | None = None
) -> Iterator[tuple[str, Sequence[int]]]:
    """Records by country in the order of the countries' names; those that are nowhere come last.

    Args:
        marks: Of a map.
        say: The words.
        places: Of the records wanted; None for all.
    """
    spots = marks.spots
    nowhere = {*spots.nowhere}
    left = {*marks.places, *marks.unplaced} if places is None else {*places}
    found = []
    for code, its in spots.countries.items():
        if here := [place for place in its if place in left]:
            found.append((code, here))
            left.difference_update(here)
    yield from sorted(found, key=lambda pair: sort_key(say.country(pair[0]), say.language))
    if others := sorted(left - nowhere):
        yield "", others
    if lost := sorted(left & nowhere):
        yield NOWHERE, lost
