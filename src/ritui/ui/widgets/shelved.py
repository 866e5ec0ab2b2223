"""Shelved: what is kept, one thing a row: saved searches, and the records of each list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from textual import events

from ritui.i18n import Messages
from ritui.model.shelf import SHORTLIST, Shelf
from ritui.services.keep import Held, Standing
from ritui.text import fit, width
from ritui.ui.desk import Desk
from ritui.ui.keeping import MARKED, NO_SIGN, NOTED
from ritui.ui.messages import Opened
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span

SEARCHES: Final = "\0searches"
NOTED_ONLY: Final = "\0noted"
"""Groups besides the lists; no list can be called so."""

_BETWEEN: Final = "  "
_NOTE: Final = 12
"""Cells that a note must have beside a name, or it is not begun."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. Two are the same when they stand for the same, whatever became of it."""

    group: str
    """Name of a list, `SEARCHES` or `NOTED_ONLY`."""
    key: str
    """Id of the record, or name of the search."""
    held: Held | None = field(default=None, compare=False)
    standing: Standing | None = field(default=None, compare=False)


def entries(
    shelf: Shelf, held: Mapping[str, Held], standings: Sequence[Standing]
) -> list[tuple[str, list[Entry]]]:
    """What is kept, in groups."""
    searches = [Entry(SEARCHES, each.search.name, standing=each) for each in standings]
    groups = [(SEARCHES, searches)]
    for list_ in (*shelf.lists, ""):
        group = list_ or NOTED_ONLY
        rows = [Entry(group, kept.id, held[kept.id]) for kept in shelf.on(list_)]
        groups.append((group, rows))
    return [group for group in groups if group[1]]


def list_name(list_: str, say: Messages) -> str:
    """How a list is called: the one that is always there by a word of the program."""
    return say("shelf.shortlist") if list_ == SHORTLIST else list_


class Shelved(Grouped[Entry]):
    """What is kept, in groups."""

    def __init__(self, desk: Desk) -> None:
        """Nothing yet."""
        super().__init__(id="list")
        self._desk = desk
        self._say = desk.say
        self._counts: Mapping[str, int] = {}

    def show_entries(
        self,
        groups: Sequence[tuple[str, Sequence[Entry]]],
        chosen: Entry | None,
        instead: Sequence[Line],
    ) -> None:
        """Show other rows, the cursor on the same thing or on what took its place."""
        self._counts = {title: len(rows) for title, rows in groups}
        flat = [entry for _, rows in groups for entry in rows]
        if chosen is not None and chosen not in flat and flat:
            before = [row[1] for row in self._rows if row[1] is not None]
            place = before.index(chosen) if chosen in before else 0
            chosen = flat[min(place, len(flat) - 1)]
        self.show(groups, chosen, instead)

    def title_line(self, title: str) -> Line:
        """What is in the group, and how many."""
        if title == SEARCHES:
            name = self._say("shelf.searches")
        elif title == NOTED_ONLY:
            name = self._say("shelf.only-noted")
        else:
            name = list_name(title, self._say)
        count = f" {self._counts[title]} "
        name = fit(name, min(width(name), self.across - width(count) - 1)).rstrip()
        rest = "─" * (self.across - width(name) - width(count))
        return (Span(name, "accent"), Span(count, "faint"), Span(rest, "faint"))

    def item_line(self, y: int, item: Entry) -> Line:
        """A search with what it finds, or a record with its note."""
        if item.standing is not None:
            return self._search_line(y, item.standing)
        assert item.held is not None
        return self._record_line(y, item.held)

    def _search_line(self, y: int, standing: Standing) -> Line:
        mark, look = self.mark_of(y)
        number = str(standing.total) if standing.error is None else self._say("shelf.unasked")
        new = f"{self._say('shelf.new', n=standing.new)} " if standing.new else ""
        name = fit(f"{mark}{standing.search.name}", self.across - width(new + number) - 1)
        if look:
            return (Span(f"{name} {new}{number}", look),)
        faint = "warning" if standing.error else "faint"
        return (Span(f"{name} "), Span(new, "accent"), Span(number, faint))

    def _record_line(self, y: int, held: Held) -> Line:
        mark, look = self.mark_of(y)
        kept = held.kept
        sign = MARKED if kept.id in self._desk.keeping.marked else NO_SIGN
        mark = mark[0] + sign
        gone = f"{self._say('shelf.gone-sign')}: " if held.gone else ""
        room = self.across - width(mark + gone)
        name = held.called(self._say.language)
        note = kept.note.partition("\n")[0]
        if note:
            note = f"{_BETWEEN}{NOTED} {note}"
            # A note may take what a name leaves, or a third of the row.
            cells = min(width(note), max(room - width(name), room // 3, _NOTE))
            note = fit(note, min(cells, room))
        name = fit(name, room - width(note))
        if look:
            return (Span(mark + gone + name + note, look),)
        return (Span(mark), Span(gone, "warning"), Span(name), Span(note, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1 and self.chosen is not None:
            self.post_message(Opened(self.chosen.key))
