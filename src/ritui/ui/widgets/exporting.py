"""Exporting: the lists and the preview of the screen that writes files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from textual import events

from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.services.export.choosing import NO_EVENTS
from ritui.text import clean, fit, width, wrap
from ritui.ui.refreshing import size_words
from ritui.ui.widgets.lines import Cursor, Line, Span, Text

LINES: Final = 60
"""Of a file, those that are shown of it."""
_PROSE: Final = frozenset({"md"})
"""Formats that are read as they are; the lines of the others are cut where there are many."""
_BESIDE: Final = 2
_LONG: Final = 2_000
"""Characters of a line that are looked at: more than a terminal shows."""


class Option(NamedTuple):
    """One row."""

    label: str
    note: str = ""
    """Stands beside it, or at the end of the row where that is wanted."""


class Options(Cursor):
    """Rows of which the one under the cursor holds; a click brings it there."""

    def __init__(self, *, id: str, notes_last: bool = False) -> None:
        """No rows yet.

        Args:
            id: As Textual wants it.
            notes_last: Whether what stands beside a row is at its end, and not in a column.
        """
        super().__init__(id=id)
        self._notes_last = notes_last
        self._options: Sequence[Option] = ()

    def show(self, options: Sequence[Option]) -> None:
        """Show other rows; the cursor stays where it is."""
        self._options = options
        self.resize_content(len(options))
        self.refresh()

    def line(self, y: int) -> Line:
        """A row: its name, then what stands beside it."""
        if y >= len(self._options):
            return ()
        option = self._options[y]
        mark, look = self.mark_of(y)
        cells = self.across - width(mark)
        if self._notes_last:
            note = f"  {option.note} " if option.note else ""
            label = fit(option.label, cells - width(note))
        else:
            column = max(width(each.label) for each in self._options) + _BESIDE
            label = fit(option.label, min(column, cells))
            note = fit(option.note, cells - width(label))
        if look:
            return (Span(fit(mark + label + note, self.across), look),)
        return (Span(mark + label), Span(note, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click goes to a row."""
        row = event.y + self.scroll_offset.y - self.gutter.top
        if row < self.rows:
            self.cursor = row


class Seen(NamedTuple):
    """What is known of a file before it is written."""

    form: str = ""
    text: str = ""
    """How it begins."""
    missing: str = ""
    """What there is none of, see `ritui.services.export.choosing.lacking`."""
    size: int = 0
    """Bytes, those of `text` at least."""
    is_measured: bool = False
    """Whether that is all of it."""
    error: RituiError | None = None
    """Why it cannot be made."""


class Preview(Text):
    """How a file will begin, and how long it will be."""

    def __init__(self, say: Messages) -> None:
        """Nothing is known yet."""
        super().__init__(id="preview")
        self._say = say
        self._seen = Seen()

    def display_seen(self, seen: Seen) -> None:
        """Show what is known of another file, or more of the same."""
        keep_place = seen.text == self._seen.text
        self._seen = seen
        self._lay(keep_place=keep_place)

    def on_resize(self) -> None:
        """Wrap and cut again: the width may be another."""
        self._lay(keep_place=True)

    def _lay(self, *, keep_place: bool) -> None:
        say, seen = self._say, self._seen
        title = say("export.preview")
        cells = max(20, self.across)
        if seen.error is not None:
            lines = _warned(" ".join(say.error(seen.error)), cells)
        elif seen.missing:
            lines = _warned(missing_words(seen.missing, say), cells)
        elif not seen.form:
            lines = [(Span(say("export.reading"), "faint"),)]
        else:
            is_all = seen.is_measured and seen.size == len(seen.text.encode())
            height = self.scrollable_content_region.height
            lines = [*file_lines(seen.text, seen.form, cells, height, is_all=is_all)]
            size = size_words(seen.size)
            title += f" · {size if seen.is_measured else say('export.more-than', size=size)}"
        self.border_title = title
        self.show(lines, keep_place=keep_place)


def _warned(text: str, cells: int) -> list[Line]:
    return [(Span(line, "warning"),) for line in wrap(text, cells)]


def missing_words(missing: str, say: Messages) -> str:
    """Why there is nothing to write."""
    return say("export.no-events" if missing == NO_EVENTS else "export.no-records")


def file_lines(text: str, form: str, cells: int, rows: int, *, is_all: bool) -> Iterator[Line]:
    """The beginning of a file as lines of text, never as markup or anything to obey.

    Args:
        text: How it begins.
        form: Its format.
        cells: Those of a line.
        rows: Lines that there is room for: a long one takes its share of them, and is cut then.
        is_all: Whether the text is all of it; else there is a sign that it goes on.
    """
    lines = clean(text).split("\n")
    if not lines[-1]:
        lines.pop()
    share = max(1, rows // max(1, len(lines)))
    for line in lines[:LINES]:
        shown = line[:_LONG].replace("\t", "  ")
        if form in _PROSE:
            yield from ((Span(part),) for part in wrap(shown, cells))
            continue
        parts = list(_broken(shown, cells))
        if len(parts) > share:
            parts[share - 1 :] = [fit("".join(parts[share - 1 : share + 1]), cells).rstrip()]
        yield from ((Span(part),) for part in parts)
    if len(lines) > LINES or not is_all:
        yield (Span("…", "faint"),)


def _broken(line: str, cells: int) -> Iterator[str]:
    """A line in pieces of a width, spaces and all."""
    while width(line) > cells:
        end = taken = 0
        while (taken := taken + width(line[end])) <= cells:
            end += 1
        yield line[: max(1, end)]
        line = line[max(1, end) :]
    yield line
