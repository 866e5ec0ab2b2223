"""Facets: the panel of values to narrow by, with live counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import events
from textual.message import Message
from textual.reactive import var

from ritui.i18n import Messages
from ritui.model.facet import BY_KEY
from ritui.store.answer import Answer, Count
from ritui.text import fit
from ritui.ui.messages import More, Narrow
from ritui.ui.widgets.lines import Cursor, Line, Span

if TYPE_CHECKING:
    from ritui.services.keep import Standing

SHOWN: Final = ("kind", "region", "area", "country", "domain", "type", "status", "field")
"""Facets of the panel, in this order. All are on the filter screen."""
_SHORT: Final = 7
"""Most values shown of a facet; closed vocabularies are shown whole."""
SAVED: Final = "shelf.searches"
"""What stands for the saved searches where a facet is expected, and the key of their name."""


class _Entry(NamedTuple):
    """A line of the panel: a title, a value, the way to more values, or a saved search."""

    facet: str
    number: Count | None = None
    more: int = 0
    search: Standing | None = None


class Facets(Cursor):
    """Values to narrow by; those that would give nothing are dimmed."""

    class Again(Message):
        """A saved search is to be asked, by its name."""

        def __init__(self, name: str) -> None:
            """Of one."""
            super().__init__()
            self.name = name

    answer: var[Answer | None] = var(None, init=False)
    """Whose counts are shown."""
    searches: var[Sequence[Standing]] = var((), init=False)
    """The saved searches, on top."""

    def __init__(self, say: Messages) -> None:
        """An empty panel."""
        super().__init__(id="facets")
        self._say = say
        self._entries: list[_Entry] = []
        self._drawn: list[Line] = []

    def watch_answer(self, answer: Answer | None) -> None:
        """Show the counts of another answer, drawing only the lines that differ."""
        kept = self._entries[self.cursor][:2] if self._entries else None
        self._entries = [*_saved(self.searches), *_entries(answer)] if answer else []
        self.resize_content(len(self._entries))
        if kept is not None:
            place = next(
                (
                    row
                    for row, entry in enumerate(self._entries)
                    if entry.facet == kept[0] and _value(entry.number) == _value(kept[1])
                ),
                self.cursor,
            )
            self.set_reactive(Facets.cursor, self.validate_cursor(place))
        # Before the panel has a size there are no lines yet, and later all of them are new.
        lines = range(len(self._entries)) if self.is_attached and self.size else ()
        before, self._drawn = self._drawn, [self.line(y) for y in lines]
        for y, (old, new) in enumerate(zip_longest(before, self._drawn)):
            if old != new:
                self.refresh_lines(y)

    def watch_searches(self) -> None:
        """Show how the saved searches stand now."""
        self.watch_answer(self.answer)

    def line(self, y: int) -> Line:
        """A title, or a value with its sign, label and count."""
        if y >= len(self._entries):
            return ()
        entry = self._entries[y]
        mark, look = self.mark_of(y)
        width = self.across
        if entry.more:
            text = fit(mark + "  " + self._say("screen.more", n=entry.more), width)
            return (Span(text, look or "faint"),)
        if entry.search is not None:
            return self._search_line(mark, look, entry.search)
        if entry.number is None:
            key = f"facet.{entry.facet}" if entry.facet in BY_KEY else SAVED
            title = fit(mark.strip() + self._say(key), width)
            return (Span(title, look or "accent"),)
        sign = self._sign(entry)
        number = str(entry.number.count)
        label = self._say.label(entry.facet, entry.number.value)
        text = fit(mark + sign + label, width - len(number) - 1) + " " + number
        if not look:
            look = "title" if sign != " " else "text" if entry.number.count else "faint"
        return (Span(text, look),)

    def _search_line(self, mark: str, look: str, standing: Standing) -> Line:
        """A saved search with what it finds, and how many of that are new."""
        number = str(standing.total) if standing.error is None else "!"
        new = f"+{standing.new} " if standing.new else ""
        name = fit(f"{mark} {standing.search.name}", self.across - len(new + number) - 1)
        if look:
            return (Span(f"{name} {new}{number}", look),)
        return (Span(f"{name} "), Span(new, "accent"), Span(number))

    def _sign(self, entry: _Entry) -> str:
        if self.answer is None or entry.number is None:
            return " "
        if entry.number.value in self.answer.query.values(entry.facet):
            return "✓"
        if entry.number.value in self.answer.query.values(entry.facet, negated=True):
            return "−"
        return " "

    def choose(self, *, exclude: bool = False) -> None:
        """Ask for what the cursor is on."""
        if not self._entries:
            return
        entry = self._entries[self.cursor]
        if entry.search is not None:
            self.post_message(self.Again(entry.search.search.name))
        elif entry.number is None:
            self.post_message(More(entry.facet))
        else:
            self.post_message(Narrow(entry.facet, entry.number.value, exclude))

    def on_click(self, event: events.Click) -> None:
        """A click on a value narrows by it."""
        place = event.y + self.scroll_offset.y - self.gutter.top
        if 0 <= place < len(self._entries):
            self.cursor = place
            self.choose()


def ordered(facet: str, counts: Mapping[str, tuple[Count, ...]]) -> list[Count]:
    """The values of a facet in the order they are shown in.

    A closed vocabulary keeps its own order; elsewhere common values come first.
    """
    found = counts.get(facet, ())
    vocabulary = BY_KEY[facet].vocabulary
    if vocabulary:
        return sorted(found, key=lambda each: vocabulary.index(each.value))
    return list(found)


def _value(count: Count | None) -> str | None:
    return count.value if count else None


def _saved(searches: Sequence[Standing]) -> Iterator[_Entry]:
    if searches:
        yield _Entry(SAVED)
        for each in searches:
            yield _Entry(f"{SAVED} {each.search.name}", search=each)


def _entries(answer: Answer) -> Iterator[_Entry]:
    for facet in SHOWN:
        values = ordered(facet, answer.counts)
        if not values:
            continue
        yield _Entry(facet)
        asked = {*answer.query.values(facet), *answer.query.values(facet, negated=True)}
        closed = bool(BY_KEY[facet].vocabulary)
        shown = [
            each
            for place, each in enumerate(values)
            if closed or each.value in asked or (place < _SHORT and each.count)
        ]
        for count in shown:
            yield _Entry(facet, count)
        if len(values) > len(shown):
            yield _Entry(facet, more=len(values) - len(shown))
