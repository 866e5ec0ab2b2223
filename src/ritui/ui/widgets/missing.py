"""Missing: the gaps of what was found, in words and one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual import events
from textual.message import Message

from ritui.i18n import Messages
from ritui.services.landscape import Gap, gap_label, value_label
from ritui.text import fit, wrap
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span


class Lacking(NamedTuple):
    """A state without a record, or an area or domain in which a region has none."""

    key: str
    side: str
    area: str
    """The area in which a state has no record; empty for none at all."""
    value: str


class Missing(Grouped[Lacking]):
    """Gaps, one a line, under how many there are of how many."""

    class Chosen(Message):
        """What there is besides is to be looked at."""

    def __init__(self, say: Messages) -> None:
        """No gaps yet."""
        super().__init__(id="missing")
        self._say = say

    def display_gaps(self, gaps: Sequence[Gap]) -> None:
        """Show other gaps; who walks through them stays where one is, if that is one still."""
        groups = [
            (
                gap_label(gap, self._say),
                [Lacking(gap.key, gap.side, gap.area, value) for value in gap.values],
            )
            for gap in gaps
            if gap.values
        ]
        none = [(Span(f"  {self._say('landscape.no-gaps')}"),)] if gaps else []
        self.show(groups, self.chosen if self.has_focus else None, none)

    def title_line(self, title: str) -> Line:
        """How many are missing of what."""
        return (Span(fit(title, self.across), "accent"),)

    def item_line(self, y: int, item: Lacking) -> Line:
        """What is missing."""
        mark, look = self.mark_of(y)
        text = mark + value_label(item.key, item.value, self._say)
        return (Span(fit(text, self.across), look or "text"),)

    def on_resize(self) -> None:
        """There may be less room than there was."""
        self.show_cursor()

    def on_click(self, event: events.Click) -> None:
        """A click goes to a gap, a second one opens it."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1:
            self.post_message(self.Chosen())


def told(gaps: Sequence[Gap], say: Messages, cells: int) -> Iterator[Line]:
    """All gaps in words, wrapped; what is meant by it is said where there are none.

    Args:
        gaps: What was looked for.
        say: The words.
        cells: Those of a line.
    """
    for gap in gaps:
        if gap.values:
            label = gap_label(gap, say)
            names = ", ".join(value_label(gap.key, value, say) for value in gap.values)
            first, *rest = wrap(f"{label}: {names}", cells)
            if first.startswith(label):
                yield (Span(label, "accent"), Span(first[len(label) :]))
            else:
                yield (Span(first, "accent"),)
            yield from ((Span(f"  {part}"),) for part in wrap(" ".join(rest), cells - 2) if part)
    if gaps and not any(gap.values for gap in gaps):
        yield (Span(say("landscape.no-gaps"), "faint"),)


def summary(gaps: Sequence[Gap], say: Messages) -> str:
    """All gaps in a line: how many are missing of what."""
    labels = [gap_label(gap, say) for gap in gaps if gap.values]
    if labels:
        return f"{say('landscape.gaps')}: {'; '.join(labels)}"
    return say("landscape.no-gaps") if gaps else ""
