"""Facts: what is known of a record, each with who said it and what others say, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from ritui.i18n import Messages
from ritui.services.where import Fact, Saying, fact_label, origin_line
from ritui.text import fit, wrap
from ritui.ui.widgets.card import marked
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.linked import Findable

DIFFERS: Final = "≠ "
"""Stands before what another source says instead."""
_LABEL: Final = 16
_WIDE: Final = 96
"""Cells from which who said something stands beside it."""


class Facts(Findable):
    """Where each fact of a record is from."""

    def __init__(self, say: Messages, *, id: str) -> None:
        """No facts yet."""
        super().__init__(id=id)
        self._say = say
        self._facts: Sequence[Fact] = ()

    def display_facts(self, facts: Sequence[Fact]) -> None:
        """Show the facts of a record."""
        self._facts = facts
        self.show(self._lines(), keep_place=True)

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.show(self._lines(), keep_place=True)

    def _lines(self) -> list[Line]:
        if self.across <= 0:
            return []
        lines = [line for fact in self._facts for line in fact_lines(fact, self._say, self.across)]
        return [marked(line, self._needle) for line in lines] if self._needle else lines


def fact_lines(fact: Fact, say: Messages, width: int) -> Iterator[Line]:
    """A fact, who said it, who says the same, and who says something else.

    On a wide panel who said it stands beside it, else below.
    """
    room = max(8, width - _LABEL)
    label = wrap(fact_label(fact.key, say), _LABEL - 2)
    lines = list(_said(fact.used, fact.used.value, "title", say, room, width >= _WIDE))
    if fact.same:
        same = wrap(say("where.same", sources=", ".join(fact.same)), room)
        lines += ((Span(part, "faint"),) for part in same)
    for other in fact.others:
        away = f" {say('where.away', km=other.away_km)}" if other.away_km is not None else ""
        lines += _said(other, f"{DIFFERS}{other.value}{away}", "warning", say, room, width >= _WIDE)
    for place in range(max(len(label), len(lines))):
        head = label[place] if place < len(label) else ""
        rest = lines[place] if place < len(lines) else ()
        yield (Span(head.ljust(_LABEL), "accent"), *rest)
    yield ()


def _said(
    saying: Saying, text: str, look: str, say: Messages, room: int, wide: bool
) -> Iterator[Line]:
    """A value and who said it, beside each other or one below the other."""
    cells = room * 2 // 5 if wide else room
    value = [Span(part, look) for part in wrap(text, cells)]
    beside = room - cells - 2 if wide else room
    origin = [Span(part, "faint") for part in wrap(origin_line(saying, say), beside)]
    if saying.url:
        origin += (Span(part, "link", saying.url) for part in wrap(saying.url, beside))
    if not wide:
        yield from ((span,) for span in (*value, *origin))
        return
    nothing = Span("")
    for left, right in zip_longest(value, origin, fillvalue=nothing):
        yield (left._replace(text=fit(left.text, cells + 2)), right)
