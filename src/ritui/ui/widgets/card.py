"""Card: one record in full, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ritui.i18n import Messages
from ritui.model.record import Record
from ritui.services.describe import Item, Section, describe, facts_line, names_line
from ritui.text import fold, wrap
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.linked import Linked

_LABEL = 12
"""Cells for a label beside its text; on narrow panels it stands before the text."""


class Card(Linked):
    """One record in full."""

    def __init__(self, say: Messages, *, id: str) -> None:
        """An empty card."""
        super().__init__(id=id)
        self._say = say
        self._record: Record | None = None
        self._related: Mapping[str, str] = {}
        self._similar: Mapping[str, str] = {}
        self._needle = ""

    @property
    def record(self) -> Record | None:
        """The record that is shown."""
        return self._record

    def display_record(
        self,
        record: Record | None,
        related: Mapping[str, str],
        similar: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Show a record.

        Args:
            record: What to show, or None for nothing.
            related: Names of the records it is related to, by id.
            similar: Names of the records that may be the same thing, by id.
        """
        same = record is not None and self._record is not None and record.id == self._record.id
        self._record, self._related, self._similar = record, related, similar
        self.show(self._lines(), keep_place=same)

    def find(self, needle: str) -> list[int]:
        """Mark a text wherever it stands, and say on which lines."""
        self._needle = fold(needle)
        self.show(self._lines(), keep_place=True)
        return [
            y for y, line in enumerate(self.content) if any(span.look == "match" for span in line)
        ]

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.show(self._lines(), keep_place=True)

    def _lines(self) -> list[Line]:
        width = self.across
        if width <= 0:
            return []
        if self._record is None:
            return [(Span(self._say("card.empty"), "faint"),)]
        lines = list(card_lines(self._record, self._say, self._related, width, self._similar))
        if self._needle:
            lines = [marked(line, self._needle) for line in lines]
        return lines


def card_lines(
    record: Record,
    say: Messages,
    related: Mapping[str, str],
    width: int,
    similar: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Line]:
    """A record laid out in lines of a width."""
    for part in wrap(record.called(say.language), width):
        yield (Span(part, "title"),)
    others = names_line(record, say)
    if others:
        yield from ((Span(part, "faint"),) for part in wrap(others, width))
    yield from ((Span(part, "accent"),) for part in wrap(facts_line(record, say), width))
    if record.summary:
        yield ()
        yield from ((Span(part),) for part in wrap(record.summary, width))
    for section in describe(record, say, related, similar):
        yield ()
        yield from _section(section, say, width)


def _section(section: Section, say: Messages, width: int) -> Iterator[Line]:
    look = "warning" if section.key == "caveats" else "accent"
    yield (Span(say(f"section.{section.key}"), look),)
    for item in section.items:
        yield from _item(item, section, width)


def _item(item: Item, section: Section, width: int) -> Iterator[Line]:
    look = "link" if item.url else "faint" if section.key == "from" else "text"
    action = f"screen.go({item.record!r})" if item.record else ""
    if item.record:
        look = "link"
    indent = _LABEL if item.label and width >= 3 * _LABEL else 2 if not item.label else 0
    label = item.label[: _LABEL - 1].ljust(_LABEL) if indent == _LABEL else ""
    text = item.text if indent or not item.label else f"{item.label}: {item.text}"
    for place, part in enumerate(wrap(text, max(8, width - indent))):
        head = label if place == 0 and label else " " * indent
        if not item.label and place == 0:
            head = "· "
        yield (Span(head, "faint"), Span(part, look, item.url, action))


def marked(line: Line, needle: str) -> Line:
    """A line with the spans that hold a folded text in the look of a match."""
    return tuple(
        span._replace(look="match") if needle in fold(span.text) else span for span in line
    )
