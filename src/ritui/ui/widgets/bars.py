"""Bars: the line at the top, the search line, and the line of keys at the bottom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from ritui.i18n import Messages
from ritui.text import fit, width
from ritui.ui.actions import Action, key_names
from ritui.ui.widgets.lines import Span


class Bar(Widget):
    """One line: some spans at its left, some at its right, cut in the middle."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:
        """An empty line."""
        super().__init__(id=id, classes="bar")
        self._left: Sequence[Span] = ()
        self._right: Sequence[Span] = ()

    def show(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Show something else."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The strip of the line, as Textual asks for it."""
        if y:
            return Strip.blank(self.size.width, self._style("text"))
        right = [self._segment(span) for span in self._right]
        space = max(0, self.size.width - sum(segment.cell_length for segment in right))
        left = Strip([self._segment(span) for span in self._left])
        strip = left.adjust_cell_length(space, self._style("text"))
        return Strip([*strip, *right]).adjust_cell_length(self.size.width, self._style("text"))

    def _style(self, look: str) -> Style:
        return self.screen.get_component_rich_style(f"lines--{look}")

    def _segment(self, span: Span) -> Segment:
        style = self._style(span.look)
        if span.action:
            style += Style(meta={"@click": span.action})
        return Segment(span.text, style)


class Keys(Bar):
    """The keys of what one is looking at; a click does what the key does."""

    def __init__(
        self, actions: Sequence[Action], say: Messages, own: Mapping[str, Sequence[str]]
    ) -> None:
        """The line for some actions.

        Args:
            actions: Those that the footer names are shown.
            say: The words.
            own: The reader's keys, from the settings.
        """
        super().__init__(id="keys")
        shown = [each for each in actions if each.footer]
        # Where there is no room for all, what is cut off is not how to learn of the others.
        left, right = (
            [span for each in shown if (each.place == "app") == everywhere
             for span in _key(each, say, own)]
            for everywhere in (False, True)
        )  # fmt: skip
        self._all = left
        self.show(left, right)

    def on_resize(self) -> None:
        """Name as many keys as there is room for, each whole."""
        room = self.size.width - sum(width(span.text) for span in self._right)
        shown: list[Span] = []
        # A key and what it does are two spans.
        for key, label in zip(self._all[::2], self._all[1::2], strict=True):
            room -= width(key.text) + width(label.text)
            if room < 0:
                break
            shown += (key, label)
        self.show(shown, self._right)


def _key(action: Action, say: Messages, own: Mapping[str, Sequence[str]]) -> Iterator[Span]:
    call = f"{'app' if action.place in {'app', 'record'} else 'screen'}.{action.method}"
    yield Span(f" {key_names(action, own)[0]} ", "accent", action=call)
    yield Span(f"{say(f'action.{action.id}.label')} ", "faint", action=call)


def shorten(text: str, cells: int) -> str:
    """A text that takes at most so many cells."""
    return text if width(text) <= cells else fit(text, cells).rstrip()
