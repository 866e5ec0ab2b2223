"""Results: the list of records. Only visible rows are read and drawn."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual import events, work
from textual.reactive import var

from ritui.errors import NoSuchRecord
from ritui.i18n import Messages
from ritui.model.match import NOTHING, Match, Range, cut, moved
from ritui.store.answer import Answer, Row, StaleAnswer
from ritui.store.catalog import Catalog
from ritui.store.schema import LINKS_CHECKED
from ritui.text import fit, width
from ritui.ui.messages import CatalogChanged, Highlighted, Opened
from ritui.ui.widgets.lines import Cursor, Line, Span

if TYPE_CHECKING:
    from ritui.model.record import Record

_BLOCK: Final = 64
"""Rows read at a time."""
_BLOCKS: Final = 8
"""Blocks kept; a screen needs two at most."""
_COUNTRY: Final = 4
_AREAS: Final = 7
_WITH_AREAS: Final = 46
"""Cells a list must have for a column of areas."""
_HINT: Final = 14
"""Cells that must be left beside a name to say where else a record matches."""
_BETWEEN: Final = "  · "
_EVEN: Final = str.maketrans("\t\n", "  ")
_DEAD: Final = "†"
"""In the cell before the country: the website was dead when it was looked at last."""
_LATER: Final = 0.3
"""Seconds until that is read: the first frames do without."""
_LOOKED_AT: Final = 2_000
"""Characters of a text looked at for that, since it is done for every row in sight."""


class Results(Cursor):
    """The records of an answer, however many."""

    answer: var[Answer | None] = var(None, init=False)
    """What is shown. The cursor stays on its record when this changes."""

    def __init__(self, catalog: Catalog, say: Messages, sign: Callable[[str], str]) -> None:
        """An empty list.

        Args:
            catalog: Where rows are read.
            say: The words.
            sign: Gives one cell that says of an id whether the reader marked or keeps it.
        """
        super().__init__(id="results")
        self._sign = sign
        self.dead: frozenset[str] = frozenset()
        """Ids of the records whose website is known to be dead."""
        self._generation: int | None = None
        self._catalog = catalog
        self._say = say
        self._blocks: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._match = NOTHING
        self._chosen: str | None = None
        self._apology: tuple[Line, ...] = ()

    @property
    def highlighted(self) -> str | None:
        """Id of the record the cursor is on."""
        row = self.row(self.cursor)
        return row.id if row else None

    def row(self, place: int) -> Row | None:
        """What a row shows, or None where there is none."""
        if self.answer is None or not 0 <= place < len(self.answer):
            return None
        block = place // _BLOCK
        if block not in self._blocks:
            try:
                rows = self._catalog.rows(self.answer, block * _BLOCK, (block + 1) * _BLOCK)
            except StaleAnswer:
                # Another process changed the directory; the screen asks again.
                self.post_message(CatalogChanged())
                return None
            self._blocks[block] = rows
            if len(self._blocks) > _BLOCKS:
                self._blocks.popitem(last=False)
        return self._blocks[block][place - block * _BLOCK]

    def watch_answer(self, answer: Answer | None) -> None:
        """Show another answer, the cursor on the record it was on where it still is there."""
        self._blocks.clear()
        self._match = Match.of(answer.query) if answer else NOTHING
        found = len(answer) if answer else 0
        self.resize_content(max(found, len(self._apology)))
        place = None
        if answer is not None and self._chosen is not None:
            place = self._row_of(answer, self._chosen)
        self.set_reactive(Results.cursor, place or 0)
        if place is None:
            self.scroll_to(y=0, animate=False)
        else:
            self.show_cursor()
        self.refresh()
        self.post_message(Highlighted(self.highlighted))
        if answer is not None:
            if self._generation not in {None, answer.generation}:
                self.look_at_links()
            self._generation = answer.generation

    def _row_of(self, answer: Answer, id_: str) -> int | None:
        """The row of a record; None also when the directory has changed, which is told soon."""
        try:
            return self._catalog.row_of(answer, id_)
        except StaleAnswer:
            return None

    def apologise(self, lines: Sequence[Line]) -> None:
        """What to say in the place of rows when there are none."""
        self._apology = tuple(lines)
        if not self.answer:
            self.resize_content(len(lines))
            self.refresh()

    def choose(self, id_: str) -> None:
        """Put the cursor on a record, if it is in the answer."""
        place = self._row_of(self.answer, id_) if self.answer else None
        if place is not None:
            self.cursor = place

    def watch_cursor(self, before: int, now: int) -> None:
        """Remember the record that was chosen by moving."""
        super().watch_cursor(before, now)
        self._chosen = self.highlighted
        self.post_message(Highlighted(self._chosen))

    @property
    def rows(self) -> int:
        """How many records there are."""
        return len(self.answer) if self.answer else 0

    def line(self, y: int) -> Line:
        """One record, in columns that fit."""
        row = self.row(y)
        if row is None:
            return self._apology[y] if not self.rows and y < len(self._apology) else ()
        mark, look = self.mark_of(y)
        mark = mark[0] + self._sign(row.id)
        country = row.countries[0] if row.countries else ""
        if len(row.countries) > 1:
            country += "+"
        areas = " ".join(self._say(f"area-short.{area}") for area in row.areas[:2])
        if len(row.areas) > 2:
            areas += "+"
        dead = _DEAD if row.id in self.dead else " "
        rest = f"{dead}{fit(country, _COUNTRY)}{fit(areas, _AREAS) if self._has_areas else ''}"
        cells = self._name_cells
        name = row.called(self._say.language)
        title = _titled(name, row.acronym, cells)
        found: tuple[Range, ...] = ()
        hinted: tuple[Range, ...] = ()
        if self._match:
            found = moved(_found_in_title(title, name, row.acronym, self._match), len(mark))
            hint, hinted = self._hint(row, cells - width(title.rstrip()))
            if hint:
                title, rest = title.rstrip(), hint + rest
        if look:
            found += moved(hinted, len(mark + title))
            return (Span(mark + title + rest, look, found=found),)
        return (Span(mark + title, found=found), Span(rest, "faint", found=hinted))

    def _hint(self, row: Row, cells: int) -> tuple[str, tuple[Range, ...]]:
        """What a record matches by that its row does not show, in so many cells if that will do.

        Returns:
            Nothing, or a text that fills the cells; and what is found in it.
        """
        room = cells - len(_BETWEEN)
        if room < _HINT:
            return "", ()
        name = row.called(self._say.language)
        beyond = self._match.beyond((name, "name"), (row.acronym, "name"))
        if not beyond:
            return "", ()
        try:
            record = self._catalog.record(row.id)
        except NoSuchRecord:
            # Removed by another process a moment ago.
            return "", ()
        for text, scope in _searched(record):
            if found := beyond.ranges(text, scope):
                part, found = _excerpt(text, found, room)
                return _BETWEEN + part, moved(found, len(_BETWEEN))
        return "", ()

    @property
    def _has_areas(self) -> bool:
        return self.across >= _WITH_AREAS

    @property
    def _name_cells(self) -> int:
        return self.across - 3 - _COUNTRY - (_AREAS if self._has_areas else 0)

    def on_resize(self) -> None:
        """Write the columns' titles into the border, where they cost no row."""
        say = self._say
        name = f"{say('column.name')} ".ljust(self._name_cells + 1, "─")
        country = say("column.country")
        if self._has_areas:
            country = f"{country} ".ljust(_COUNTRY, "─") + say("column.areas")
        self.border_title = name + country

    def on_mount(self) -> None:
        """Read later what only few ever have to be told."""
        self.set_timer(_LATER, self.look_at_links)

    @work(exclusive=True, group="dead")
    async def look_at_links(self) -> None:
        """Show which records have a website that is known to be dead, if any was looked at."""
        if not await asyncio.to_thread(self._catalog.fact, LINKS_CHECKED):
            return
        from ritui.store.links import dead_websites

        dead = await asyncio.to_thread(dead_websites, self._catalog)
        if dead != self.dead:
            self.dead = dead
            self.refresh()

    async def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        place = event.y + self.scroll_offset.y - self.gutter.top
        if self.row(place) is None:
            return
        if place == self.cursor and event.chain > 1 and self.highlighted:
            self.post_message(Opened(self.highlighted))
        self.cursor = place


def _searched(record: Record) -> Iterator[tuple[str, str]]:
    """The texts of a record that words are looked for in, the shortest first, and their scopes."""
    yield record.city, "city"
    yield record.host, "host"
    for name in dict.fromkeys((record.name, *record.names.values())):
        yield name, "name"
    for text in (*record.fields, record.summary):
        yield text[:_LOOKED_AT], ""


def _excerpt(text: str, found: Sequence[Range], cells: int) -> tuple[str, tuple[Range, ...]]:
    """As much of a text as there is room for, with the first of what is found in it."""
    first, last = found[0]
    start = 0 if last < cells and width(text[:last]) < cells else first
    head = "…" if start else ""
    # Few characters take no cell, so what is far away need not be measured.
    rest = head + text[start : start + 10 * cells].translate(_EVEN)
    part = fit(rest, cells)
    return part, cut(moved(found, len(head) - start), 0, _alike(part, rest))


def _found_in_title(title: str, name: str, acronym: str, match: Match) -> tuple[Range, ...]:
    """What is found in a name and its acronym, where `_titled` shows them."""
    shown = _alike(title, name)
    found = cut(match.ranges(name, "name"), 0, shown)
    if not acronym or acronym == name:
        return found
    place = (len(name) if shown == len(name) else title.rfind(f" ({acronym})")) + len(" (")
    if place < len(" ("):
        return found
    shown = _alike(title[place:], acronym)
    return found + moved(cut(match.ranges(acronym, "name"), 0, shown), place)


def _alike(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _titled(name: str, acronym: str, cells: int) -> str:
    """A name in so many cells, its acronym after it whole, since it is what people know."""
    if not acronym or acronym == name:
        return fit(name, cells)
    tail = f" ({acronym})"
    if width(name) + width(tail) <= cells or width(tail) > cells // 2:
        return fit(name + tail, cells)
    return fit(fit(name, cells - width(tail)).rstrip() + tail, cells)
