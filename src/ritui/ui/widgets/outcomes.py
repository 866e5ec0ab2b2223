"""Outcomes: what became of records, one a line, and one of them in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual import events
from textual.message import Message

from ritui.i18n import Messages
from ritui.services.changed import labels, told
from ritui.services.changes import ADDED, CHANGED, REMOVED, Group, Outcome
from ritui.services.describe import facts_line
from ritui.text import fit, width, wrap
from ritui.ui.widgets.grouped import Grouped
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.trial import wrapped

if TYPE_CHECKING:
    from ritui.model.record import Record

SIGNS: Final[Mapping[str, str]] = {ADDED: "+", CHANGED: "~", REMOVED: "−"}
"""Before each row: a sign as well, since colour alone says nothing."""
_WORD: Final = 11
_WITH_FIELDS: Final = 56
"""Cells a list must have for a column of fields."""


class Outcomes(Grouped[Outcome]):
    """What became of records, in groups."""

    class Chosen(Message):
        """The one under the cursor is wanted in full."""

    def __init__(self, say: Messages, name_of: Callable[[Outcome], str]) -> None:
        """Nothing yet.

        Args:
            say: The words.
            name_of: How a record is called now.
        """
        super().__init__(id="list")
        self._say = say
        self._name_of = name_of

    def title_line(self, title: str) -> Line:
        """A refresh, or the time since the last visit."""
        text = fit(title, min(width(title), max(8, self.across - 2)))
        return (Span(f"{text} ", "accent"), Span("─" * (self.across - width(text) - 1), "faint"))

    def item_line(self, y: int, item: Outcome) -> Line:
        """A record in columns that fit: what became of it, its name, what changed."""
        mark, look = self.mark_of(y)
        word = fit(f"{SIGNS[item.what]} {self._say(f'change.{item.what}')}", _WORD)
        cells = self.across - len(mark) - _WORD
        fields = ""
        if item.fields and item.what == CHANGED and self.across >= _WITH_FIELDS:
            fields = fit(f"  {labels(item.fields, self._say)}", cells * 2 // 5)
        name = fit(self._name_of(item), cells - width(fields))
        if look:
            return (Span(mark + word + name + fields, look),)
        return (Span(mark + word, "faint"), Span(name), Span(fields, "faint"))

    def on_click(self, event: events.Click) -> None:
        """A click chooses, a second one opens."""
        before = self.cursor
        self.cursor = event.y + self.scroll_offset.y - self.gutter.top
        if self.cursor == before and event.chain > 1:
            self.post_message(self.Chosen())


def group_title(group: Group, source: str, say: Messages) -> str:
    """What stands above a group: when and by what, and how many.

    Args:
        group: Which one.
        source: What its source is called.
        say: The words.
    """
    counts = " ".join(f"{SIGNS[what]}{count}" for what, count in group.counts.items() if count)
    time = local_time(group.time)
    if not group.source:
        return f"{say('changes.since-visit', time=time)} · {counts}"
    return f"{time} · {source} · {counts}"


def outcome_lines(
    outcome: Outcome,
    record: Record,
    name: str,
    names: Mapping[str, str],
    source_of: Callable[[str], str],
    say: Messages,
    across: int,
) -> Iterator[Line]:
    """One outcome in full.

    Args:
        outcome: Which one.
        record: As it is now, or the last that is known of it.
        name: How it is called.
        names: Names of other records, by id.
        source_of: How a source is called.
        say: The words.
        across: Cells of a line.
    """
    yield from wrapped(name, across, "title")
    word = say(f"change.{outcome.what}")
    yield from wrapped(f"{SIGNS[outcome.what]} {word}", across, "accent")
    yield ()
    if outcome.what == CHANGED:
        for field in told(outcome.fields, names, say):
            yield from wrapped(field.label, across, "accent")
            yield from _sides(field.gone, field.come, across)
        if not outcome.fields:
            yield from wrapped(say("changes.was-away"), across)
    else:
        if outcome.what == REMOVED:
            yield from wrapped(say("shelf.gone"), across, "warning")
        if record.kind:
            yield from wrapped(facts_line(record, say), across)
        country = say.country(record.country) if record.country else ""
        yield from wrapped(", ".join(each for each in (record.city, country) if each), across)
        yield from wrapped(record.summary, across)
    yield ()
    yield from wrapped(say("section.from"), across, "accent")
    for change in outcome.changes:
        text = f"{local_time(change.time)} · {source_of(change.source)}"
        if len(outcome.changes) > 1:
            text = f"{SIGNS[change.what]} {text}"
        yield from wrapped(text, across, "faint")


def _sides(gone: Sequence[str], come: Sequence[str], across: int) -> Iterator[Line]:
    """Before and after: in one line where both are short, else below each other."""
    if len(gone) == len(come) == 1 and width(gone[0]) + width(come[0]) + 5 <= across:
        yield (Span(f"  {gone[0]}", "faint"), Span(" → "), Span(come[0]))
        return
    for sign, look, parts in ((SIGNS[REMOVED], "faint", gone), (SIGNS[ADDED], "text", come)):
        for part in parts:
            head = f"  {sign} "
            for line in wrap(part, max(8, across - len(head))):
                yield (Span(head + line, look),)
                head = " " * len(head)


def local_time(time: str) -> str:
    """An ISO time as the reader's clock shows it; what is none stays as it is."""
    try:
        return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return time
