"""Card: one record in full, as lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from textual.message import Message

from ritui.i18n import Messages
from ritui.model.match import NOTHING, Match, Range, cut, moved
from ritui.text import fold, wrap
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.linked import Findable

if TYPE_CHECKING:
    from ritui.model.link import Look
    from ritui.model.record import Record
    from ritui.services.describe import Item, Section

_LABEL = 12
"""Cells for a label beside its text; on narrow panels it stands before the text."""
_TOLD: Final = frozenset({"who", "reach", "ties", "facts", "caveats"})
"""Sections whose texts are the record's own, and not the program's words for them."""
_FIELDS: Final = "field.fields"


class Card(Findable):
    """One record in full."""

    class Shown(Message):
        """A record is shown; what is known of its addresses can be shown as well."""

        def __init__(self, card: Card, record: Record) -> None:
            """In one panel."""
            super().__init__()
            self.card, self.record = card, record

    def __init__(self, say: Messages, note: Callable[[str], str] | None = None, *, id: str) -> None:
        """An empty card.

        Args:
            say: The words.
            note: Gives the reader's note on the record of an id, or nothing.
            id: The widget's.
        """
        super().__init__(id=id)
        self._say = say
        self._note = note
        self._record: Record | None = None
        self._related: Mapping[str, str] = {}
        self._similar: Mapping[str, str] = {}
        self._counterparts: Sequence[Item] = ()
        self._looks: Mapping[str, Look] = {}
        self._match = NOTHING

    @property
    def record(self) -> Record | None:
        """The record that is shown."""
        return self._record

    def display_record(
        self,
        record: Record | None,
        related: Mapping[str, str],
        similar: Mapping[str, str] = MappingProxyType({}),
        match: Match = NOTHING,
    ) -> None:
        """Show a record.

        Args:
            record: What to show, or None for nothing.
            related: Names of the records it is related to, by id.
            similar: Names of the records that may be the same thing, by id.
            match: What the reader looked for, to be seen where it stands.
        """
        same = record is not None and self._record is not None and record.id == self._record.id
        self._record, self._related, self._similar = record, related, similar
        self._match = match
        self._counterparts = self._counterparts if same else ()
        self._looks = self._looks if same else {}
        self.show(self._lines(), keep_place=same)
        if record is not None:
            # A message goes no further up than to the screen that led to it.
            self.app.post_message(self.Shown(self, record))

    def display_looks(self, id_: str, looks: Mapping[str, Look]) -> None:
        """Show what is known of the addresses of a record, if it is still shown.

        Args:
            id_: The record.
            looks: What was found when each address was looked at last.
        """
        if self._record is not None and self._record.id == id_ and looks != self._looks:
            self._looks = looks
            self.show(self._lines(), keep_place=True)

    def display_counterparts(self, id_: str, counterparts: Sequence[Item]) -> None:
        """Show the counterparts of a record across the Atlantic, if it is still shown.

        Args:
            id_: The record.
            counterparts: One thing known of it for each.
        """
        is_shown = self._record is not None and self._record.id == id_
        if is_shown and counterparts != self._counterparts:
            self._counterparts = counterparts
            self.show(self._lines(), keep_place=True)

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.show(self._lines(), keep_place=True)

    def _lines(self) -> list[Line]:
        width = self.across
        if width <= 0:
            return []
        if self._record is None:
            return [(Span(self._say("card.empty"), "faint"),)]
        note = self._note(self._record.id) if self._note else ""
        lines = list(
            card_lines(
                self._record,
                self._say,
                self._related,
                width,
                self._similar,
                self._match,
                note,
                self._counterparts,
            )
        )
        if self._looks:
            from ritui.ui.widgets.linklist import beside

            lines = beside(lines, self._looks, self._say, width)
        if self._needle:
            lines = [marked(line, self._needle) for line in lines]
        return lines


def card_lines(
    record: Record,
    say: Messages,
    related: Mapping[str, str],
    width: int,
    similar: Mapping[str, str] = MappingProxyType({}),
    match: Match = NOTHING,
    note: str = "",
    counterparts: Sequence[Item] = (),
) -> Iterator[Line]:
    """A record laid out in lines of a width, with what is looked for marked in its texts."""
    # The first frame shows a list; a record comes with the next one.
    from ritui.services.describe import describe, facts_line, names_line

    name = record.called(say.language)
    for part, found in wrapped(name, width, match.ranges(name, "name")):
        yield (Span(part, "title", found=found),)
    others = names_line(record, say)
    if others:
        names = dict.fromkeys((record.name, *record.names.values()))
        values = (record.acronym, *(each for each in names if each != name))
        in_others = _found_among(values, others, match, "name")
        for part, found in wrapped(others, width, in_others):
            yield (Span(part, "faint", found=found),)
    yield from ((Span(part, "accent"),) for part in wrap(facts_line(record, say), width))
    if record.summary:
        yield ()
        for part, found in wrapped(record.summary, width, match.ranges(record.summary)):
            yield (Span(part, found=found),)
    if note:
        yield ()
        yield (Span(say("section.note"), "accent"),)
        yield from ((Span(part),) for part in wrap(note, width))
    for section in describe(record, say, related, similar, counterparts):
        yield ()
        look = "warning" if section.key == "caveats" else "accent"
        yield (Span(say(f"section.{section.key}"), look),)
        for item in section.items:
            found = _found_in_item(item, section.key, record, say, match) if match else ()
            yield from _item(item, section, width, found)


def _item(item: Item, section: Section, width: int, found: Sequence[Range]) -> Iterator[Line]:
    look = "link" if item.url else "faint" if section.key == "from" else "text"
    action = f"screen.go({item.record!r})" if item.record else ""
    if item.record:
        look = "link"
    indent = _LABEL if item.label and width >= 3 * _LABEL else 2 if not item.label else 0
    label = item.label[: _LABEL - 1].ljust(_LABEL) if indent == _LABEL else ""
    before = "" if indent or not item.label else f"{item.label}: "
    parts = wrapped(before + item.text, max(8, width - indent), moved(found, len(before)))
    for place, (part, marks) in enumerate(parts):
        head = label if place == 0 and label else " " * indent
        if not item.label and place == 0:
            head = "· "
        yield (Span(head, "faint"), Span(part, look, item.url, action, marks))


def wrapped(
    text: str, width: int, found: Sequence[Range]
) -> Iterator[tuple[str, tuple[Range, ...]]]:
    """A text in lines of a width, each with what of it is found."""
    if not found:
        yield from ((line, ()) for line in wrap(text, width))
        return
    even = _even(text)
    if even != text:
        found = [
            (len(_even(f"{text[:first]}.")) - 1, len(_even(text[:last]))) for first, last in found
        ]
    place = 0
    for line in wrap(even, width):
        while place < len(even) and even[place].isspace():
            place += 1
        end = place + len(line)
        yield line, moved(cut(found, place, end), -place)
        place = end


def _even(text: str) -> str:
    """A text whose white space within a line is one space each, as in the lines of `wrap`."""
    return "\n".join([" ".join(line.split()) for line in text.split("\n")])


def _found_in_item(
    item: Item, section: str, record: Record, say: Messages, match: Match
) -> tuple[Range, ...]:
    """What is found in a thing known of a record, where that is told in words of its own."""
    if section == "where":
        is_city = bool(record.city) and item.text.startswith(record.city)
        return match.ranges(record.city, "city") if is_city else ()
    if section == "what":
        return _found_among(record.fields, item.text, match) if item.label == say(_FIELDS) else ()
    if section not in _TOLD or item.text in {item.url, say("card.not-stated")}:
        return ()
    if section == "ties" and not (item.label and item.record):
        return ()
    is_host = section == "who" and item.label == say("field.host")
    return match.ranges(item.text, "host" if is_host else "")


def _found_among(
    values: Iterable[str], text: str, match: Match, scope: str = ""
) -> tuple[Range, ...]:
    """What is found in each of some values, of which in this order a text is made."""
    found: list[Range] = []
    place = 0
    for value in values:
        start = text.find(value, place)
        if start >= 0:
            found += moved(match.ranges(value, scope), start)
            place = start + len(value)
    return tuple(found)


def marked(line: Line, needle: str) -> Line:
    """A line with the spans that hold a folded text in the look of a match, and in no other."""
    return tuple(
        span._replace(look="match", found=()) if needle in fold(span.text) else span
        for span in line
    )
