"""Link list: the links of some records, and in words what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from textual import events
from textual.message import Message

from ritui.i18n import Messages
from ritui.model.link import Look, State
from ritui.services.links import Known, archived, look_words, rel_words
from ritui.text import fit, width, wrap
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span

SIGNS: Final[Mapping[State, str]] = {
    "never": "·", "ok": "✓", "moved": "→", "dead": "†", "unsure": "?",
}  # fmt: skip
"""A sign for each state, of one cell: colour alone says nothing."""

_REL: Final = 14
_STATE: Final = 16
_DAY: Final = 12
_WITH_DAY: Final = 96
"""Cells a list must have for a column of dates."""


class LinkList(Grouped[Known]):
    """Links under the names of their records."""

    class Opened(Message):
        """The address under the cursor is wanted."""

    def __init__(self, say: Messages, *, id: str) -> None:
        """No links yet.

        Args:
            say: The words.
            id: Of the widget.
        """
        super().__init__(id=id)
        self._say = say
        self.looks: dict[str, Look] = {}
        """What was found since the links were read, by address."""

    def look(self, item: Known) -> Look:
        """What is known of a link now."""
        return self.looks.get(item.link.url, item.look)

    def title_line(self, title: str) -> Line:
        """The name of a record."""
        name = f"{fit(title, self.across - 2).rstrip()} "
        return (Span(name, "accent"), Span("─" * max(0, self.across - width(name)), "faint"))

    def item_line(self, y: int, item: Known) -> Line:
        """A link in columns that fit: its state, what it is, the address."""
        say, look = self._say, self.look(item)
        mark, wears = self.mark_of(y)
        state = f"{SIGNS[look.state]} {say(f'link.state.{look.state}')}"
        when = ""
        if self.across >= _WITH_DAY:
            when = fit(f" {look.checked[:10]}", _DAY)
        rel = fit(fit(rel_words(item.link.rel, say), _REL - 1), _REL)
        cells = self.across - len(mark) - _STATE - _REL - width(when)
        url = fit(item.link.url, cells)
        state = fit(fit(state, _STATE - 1), _STATE)
        if wears:
            return (Span(mark + state + rel + url + when, wears),)
        colour = "warning" if look.state == "dead" else "text" if look.checked else "faint"
        return (
            Span(mark + state, colour), Span(rel, "faint"),
            Span(url), Span(when, "faint"),
        )  # fmt: skip

    def on_resize(self) -> None:
        """Write the columns' titles into the border, where they cost no row."""
        say = self._say
        room = self.across - 2 - _STATE - _REL
        sizes = {"state": _STATE, "rel": _REL, "url": room}
        if self.across >= _WITH_DAY:
            sizes |= {"url": room - _DAY + 1, "checked": 0}
        self.border_title = "".join(
            f"{say(f'links.column.{column}')} ".ljust(size, "─") for column, size in sizes.items()
        ).rstrip("─ ")

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1:
            self.post_message(self.Opened())


def link_lines(item: Known, look: Look, say: Messages, cells: int) -> Iterator[Line]:
    """All that is known of one link, laid out in lines of a width."""
    url = item.link.url
    yield from ((Span(part, "link", url),) for part in wrap(url, cells))
    yield (Span(f"{rel_words(item.link.rel, say)} · {item.link.name}", "faint"),)
    yield from state_lines(look, say, cells)
    if copies := archived(url, look) if look.state == "dead" else "":
        head = f"{say('links.copies')}: "
        for place, part in enumerate(wrap(copies, max(8, cells - width(head)))):
            yield (Span(head if not place else " " * width(head), "faint"),
                   Span(part, "link", copies))  # fmt: skip


def state_lines(look: Look, say: Messages, cells: int) -> Iterator[tuple[Span]]:
    """The state of a link in words, with its sign, laid out in lines of a width."""
    colour = "warning" if look.state == "dead" else "text"
    words = f"{SIGNS[look.state]} {look_words(look, say)}"
    yield from ((Span(part, colour),) for part in wrap(words, max(8, cells)))


def beside(
    lines: Sequence[Line], looks: Mapping[str, Look], say: Messages, cells: int
) -> list[Line]:
    """Lines of a record, with what is known of an address right under it.

    Args:
        lines: As they are without.
        looks: What is known, by address.
        say: The words.
        cells: How wide a line may be.
    """
    found: list[Line] = []
    for place, line in enumerate(lines):
        found.append(line)
        span = next((each for each in line if each.url in looks), None)
        after = lines[place + 1] if place + 1 < len(lines) else ()
        # An address may take several lines.
        if span is None or any(each.url == span.url for each in after):
            continue
        indent = " " * sum(width(each.text) for each in line[: line.index(span)])
        for (words,) in state_lines(looks[span.url], say, cells - len(indent)):
            colour = "warning" if words.look == "warning" else "faint"
            found.append((Span(indent), words._replace(look=colour)))
    return found
