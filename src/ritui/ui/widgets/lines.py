"""Lines: what every panel of ours is made of.

A panel is drawn line by line, and only the lines that changed are sent to the terminal:
ordinary widgets cost several times the bytes and the time. Text is always text here; nothing
is read as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ritui.model.match import Range
from ritui.ui.actions import bindings


class Span(NamedTuple):
    """Some text of a line in one look."""

    text: str
    look: str = "text"
    """Part of the name of a component class of the screen: ``lines--<look>``."""
    url: str = ""
    """An address that a click, or the terminal itself, opens."""
    action: str = ""
    """What a click does, in Textual's notation. Only ever written by the program."""
    found: tuple[Range, ...] = ()
    """Stretches of the text that the reader looks for: ``lines--found`` upon its look."""


Line = tuple[Span, ...]

LOOKS = ("text", "title", "faint", "accent", "link", "warning", "cursor", "idle", "match", "found")


class Lines(ScrollView, can_focus=True):
    """A panel of lines, of which only the visible ones are asked for."""

    ALLOW_SELECT = False
    FOCUS_ON_CLICK = True

    _across: int | None = None
    """Cells a line has, while lines are drawn."""

    @property
    def across(self) -> int:
        """Cells a line has."""
        if self._across is not None:
            return self._across
        return self.scrollable_content_region.width

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of some rows. Each asks for the width, which is worked out once."""
        self._across = self.scrollable_content_region.width
        try:
            return super().render_lines(crop)
        finally:
            self._across = None

    def line(self, y: int) -> Line:
        """One line of the content, or an empty one below its end."""
        return ()

    def resize_content(self, lines: int) -> None:
        """Say how many lines there are."""
        if self.virtual_size.height != lines:
            # As an ordinary assignment this would lay out the whole screen again.
            self.set_reactive(Lines.virtual_size, Size(0, lines))
            self._scroll_update(self.virtual_size)

    def render_line(self, y: int) -> Strip:
        """The strip of a visible row, as Textual asks for it."""
        width = self.across
        content = y + self.scroll_offset.y
        segments = [each for span in self.line(content) for each in self._segments(span)]
        base = self.screen.get_component_rich_style("lines--text")
        strip = Strip(segments)
        if strip.cell_length > width:
            strip = strip.crop(0, width)
        # The rest of a line on which the cursor is has its look too.
        last = segments[-1].style if segments and segments[-1].style else base
        return strip.extend_cell_length(width, last if last.bgcolor != base.bgcolor else base)

    def _segment(self, span: Span) -> Segment:
        style = self.screen.get_component_rich_style(f"lines--{span.look}")
        if span.url:
            style += Style(link=span.url)
        if span.action:
            style += Style(meta={"@click": span.action})
        return Segment(span.text, style)

    def _segments(self, span: Span) -> list[Segment]:
        """A span in the pieces that are found and those that are not."""
        whole = self._segment(span)
        if not span.found:
            return [whole]
        text, style = span.text, whole.style
        found = (style or Style.null()) + self.screen.get_component_rich_style(
            "lines--found", partial=True
        )
        pieces, place = [], 0
        for first, last in span.found:
            pieces += [Segment(text[place:first], style), Segment(text[first:last], found)]
            place = last
        # The last piece has the look of the span: the rest of the line may take it over.
        pieces.append(Segment(text[place:], style))
        return [piece for piece in pieces[:-1] if piece.text] + pieces[-1:]


class Cursor(Lines):
    """Lines with a row one is on."""

    class Moved(Message):
        """The cursor came to another row."""

        def __init__(self, cursor: Cursor) -> None:
            """Of one panel."""
            super().__init__()
            self.cursor = cursor

        @property
        def control(self) -> Cursor:
            """The panel."""
            return self.cursor

    BINDINGS: ClassVar[list[BindingType]] = bindings("move")

    cursor: reactive[int] = reactive(0, repaint=False)
    """The row one is on, from 0."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.virtual_size.height

    def watch_cursor(self, before: int, now: int) -> None:
        """Draw the two rows that changed, and keep the cursor in sight."""
        self.refresh_lines(before)
        self.refresh_lines(now)
        self.show_cursor()
        self.post_message(self.Moved(self))

    def validate_cursor(self, row: int) -> int:
        """A row that exists."""
        return max(0, min(row, self.rows - 1))

    def show_cursor(self) -> None:
        """Scroll no more than needed to have the cursor in sight."""
        height = self.scrollable_content_region.height
        top = self.scroll_offset.y
        if height <= 0:
            return
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    def mark_of(self, row: int) -> tuple[str, str]:
        """The sign and the look of a row: a sign as well, since colour alone says nothing."""
        if row != self.cursor:
            return "  ", ""
        return "> ", "cursor" if self.has_focus else "idle"

    def on_focus(self) -> None:
        """The cursor shows where one is."""
        self.refresh_lines(self.cursor)

    def on_blur(self) -> None:
        """The cursor shows where one was."""
        self.refresh_lines(self.cursor)

    def action_up(self) -> None:
        """One row up."""
        self.cursor -= 1

    def action_down(self) -> None:
        """One row down."""
        self.cursor += 1

    def action_page_up(self) -> None:
        """One page up."""
        self.cursor -= max(1, self.scrollable_content_region.height - 1)

    def action_page_down(self) -> None:
        """One page down."""
        self.cursor += max(1, self.scrollable_content_region.height - 1)

    def action_first(self) -> None:
        """To the first row."""
        self.cursor = 0

    def action_last(self) -> None:
        """To the last row."""
        self.cursor = self.rows - 1


class Text(Lines):
    """Lines that are given whole, and of which only those that differ are drawn again."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("move")

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        """An empty panel."""
        super().__init__(id=id, classes=classes)
        self._content: Sequence[Line] = ()

    @property
    def content(self) -> Sequence[Line]:
        """All the lines."""
        return self._content

    def line(self, y: int) -> Line:
        """One line of the content, or an empty one below its end."""
        return self._content[y] if y < len(self._content) else ()

    def show(self, lines: Sequence[Line], *, keep_place: bool = False) -> None:
        """Show other lines, from their beginning or from where one is."""
        before, self._content = self._content, lines
        self.resize_content(len(lines))
        if not keep_place and self.scroll_offset.y:
            self.scroll_to(y=0, animate=False)
            return
        top = self.scroll_offset.y
        for y in range(top, top + self.size.height):
            old = before[y] if y < len(before) else ()
            if old != self.line(y):
                self.refresh_lines(y)

    def action_up(self) -> None:
        """One line up."""
        self.scroll_relative(y=-1, animate=False)

    def action_down(self) -> None:
        """One line down."""
        self.scroll_relative(y=1, animate=False)

    def action_page_up(self) -> None:
        """One page up."""
        self.scroll_relative(y=1 - self.size.height, animate=False)

    def action_page_down(self) -> None:
        """One page down."""
        self.scroll_relative(y=self.size.height - 1, animate=False)

    def action_first(self) -> None:
        """To the beginning."""
        self.scroll_to(y=0, animate=False)

    def action_last(self) -> None:
        """To the end."""
        self.scroll_to(y=self.virtual_size.height, animate=False)
