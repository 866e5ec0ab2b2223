"""Chart: values in groups, each with a bar for either region, so that both are compared.

The bars of the regions stand in columns of their own, under their names: without colour, and
with plain signs, they are told apart all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from textual import events
from textual.message import Message

from ritui.i18n import Messages
from ritui.services.landscape import SEVERAL, Landscape, bar, key_label, value_label
from ritui.store.tally import UNSTATED, Tally
from ritui.text import fit, width
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span

WEST, EAST = "west", "east"
"""Looks of the bars of Latin America and of Europe, which the screen must have."""
_SIGNS: Final = {EAST: "=", WEST: "#"}
"""What bars are drawn with where the terminal may have no blocks."""
_MARK: Final = 2
_GAP: Final = 2
_LEAST: Final = 3
"""Cells under which a bar says nothing and is left out."""


class Measured(NamedTuple):
    """A row of the chart."""

    key: str
    """What is counted."""
    tally: Tally


class Columns(NamedTuple):
    """Cells of each part of a row, with what separates them."""

    label: int
    bar: int
    """Of either region; 0 where there is no room for bars."""
    number: int
    other: int
    total: int

    @property
    def side(self) -> int:
        """Of a region: bar and number."""
        return self.bar + self.number


class Chart(Grouped[Measured]):
    """Bars, one value a line."""

    class Chosen(Message):
        """A value is to be narrowed by."""

    def __init__(self, say: Messages, *, lean: bool) -> None:
        """An empty chart.

        Args:
            say: The words.
            lean: Whether it is drawn with signs that every terminal has.
        """
        super().__init__(id="chart")
        self._say = say
        self._signs = _SIGNS if lean else {EAST: "", WEST: ""}
        self._rule = "-" if lean else "─"
        self._found: Landscape | None = None
        self._most: dict[str, int] = {}
        self._longest = 0

    def display_landscape(
        self,
        found: Landscape,
        chosen: tuple[str, str | None] = ("", None),
        instead: Sequence[Line] = (),
    ) -> None:
        """Show other counts.

        Args:
            found: What to show; nothing where nothing was found.
            chosen: Key and value to put the cursor on; where the value is gone, it goes to the
                first of the key.
            instead: Lines to show where nothing was found.
        """
        self._found = found
        by = found.by if found.whole.total else {}
        # A length means the same number in both columns, and within one group only.
        self._most = {
            key: max((max(each.eu, each.lac) for each in its), default=0) for key, its in by.items()
        }
        groups = [(key, [Measured(key, each) for each in its]) for key, its in by.items() if its]
        rows = [row for _, its in groups for row in its]
        self._longest = max((width(self._label(row)) for row in rows), default=0)
        of_key = [row for row in rows if row.key == chosen[0]]
        there = next((row for row in of_key if row.tally.value == chosen[1]), None)
        self.show(groups, there or (of_key[0] if of_key else None), instead)

    @property
    def columns(self) -> Columns:
        """How the cells of a line are shared out."""
        whole = self._found.whole if self._found else Tally(UNSTATED, 0, 0, 0)
        number = max(3, len(str(whole.total))) + 1
        other = max(number, width(self._say("landscape.rest")) + _GAP)
        total = max(number, width(self._say("landscape.total")) + _GAP)
        room = self.across - _MARK - other - total - 2 * (_GAP + number)
        label = min(self._longest, max(10, self.across * 9 // 20), max(4, room))
        long = (room - label) // 2
        return Columns(label, long if long >= _LEAST else 0, number, other, total)

    def headings(self) -> Line:
        """What stands over the columns: whose they are, and how many there are in all."""
        if self._found is None or not self._found.whole.total:
            return ()
        say, columns, whole = self._say, self.columns, self._found.whole
        # The panel below has a border.
        spans = [Span(" " * (1 + _MARK + columns.label))]
        for look, region, number in ((EAST, "EU", whole.eu), (WEST, "LAC", whole.lac)):
            name = say(f"region.{region}")
            room = columns.side - columns.number
            if width(name) > room:
                name = say(f"landscape.short.{region}")
            if width(name) > room:
                name = ""
            text = fit(name, room) + str(number).rjust(columns.number)
            spans += [Span(" " * _GAP), Span(text, look)]
        for name, cells in (("rest", columns.other), ("total", columns.total)):
            text = say(f"landscape.{name}")
            spans.append(Span(" " * (cells - width(text)) + text, "faint"))
        return tuple(spans)

    def title_line(self, title: str) -> Line:
        """What is counted, and whether a record may count more than once."""
        note = f"· {self._say('landscape.several')} " if title in SEVERAL else ""
        name = f"{key_label(title, self._say)} "
        rule = self._rule * (self.across - width(name) - width(note))
        return (Span(name, "accent"), Span(note + rule, "faint"))

    def item_line(self, y: int, item: Measured) -> Line:
        """A value with its bars and numbers."""
        columns, tally, most = self.columns, item.tally, self._most.get(item.key, 0)
        mark, look = self.mark_of(y)
        faint = not tally.total or tally.value == UNSTATED
        label = fit(mark + self._label(item), _MARK + columns.label)
        spans = [Span(label, look or ("faint" if faint else "text"))]
        for side, number in ((EAST, tally.eu), (WEST, tally.lac)):
            drawn = bar(number, most, columns.bar, self._signs[side])
            spans.append(Span(" " * _GAP + fit(drawn, columns.bar), side))
            spans.append(Span(str(number).rjust(columns.number), "text" if number else "faint"))
        spans.append(Span(str(tally.other).rjust(columns.other), "faint"))
        spans.append(Span(str(tally.total).rjust(columns.total), "title" if not faint else "faint"))
        return tuple(spans)

    def on_resize(self) -> None:
        """There may be less room than there was."""
        self.show_cursor()

    def on_click(self, event: events.Click) -> None:
        """A click goes to a value, a second one narrows by it."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1:
            self.post_message(self.Chosen())

    def _label(self, row: Measured) -> str:
        return value_label(row.key, row.tally.value, self._say)


def step_group(listed: Grouped[Any], by: int) -> None:
    """Put the cursor on the first row of the next group, or of one before; they form a ring."""
    rows = listed._rows
    titles = [y for y, row in enumerate(rows) if row[1] is None]
    if titles:
        here = max(n for n, y in enumerate(titles) if y <= listed.cursor)
        place = titles[(here + by) % len(titles)]
        listed.cursor = place + 1
        # As much of it as there is room for.
        listed.scroll_to(y=place, animate=False)
