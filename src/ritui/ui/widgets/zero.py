"""Zero: what is said when a query finds nothing, or so little that another may have been meant."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ritui.i18n import Messages
from ritui.model.query import Condition, Query
from ritui.store.answer import Answer
from ritui.store.catalog import Catalog
from ritui.text import width
from ritui.ui.widgets.bars import shorten
from ritui.ui.widgets.lines import Line, Span

_PAUSE: Final = 0.1
"""Seconds without a key before somebody who types is told: half a word is no mistake yet."""
_LEAST: Final = 8
"""Cells that the suggested words have however little room there is."""
_KEY: Final = "d"
_DROPS: Final = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a reader may have meant: offered, and never asked unbidden."""

    query: Query
    changed: str
    """The words that are others than those that were typed."""
    count: int
    """How many records it finds."""

    def spans(self, say: Messages, cells: int) -> Line:
        """The question and the key that says yes, in at most so many cells.

        Only the words are named, since the other conditions stay as they are; and only those
        that are others where there is no room for all, cut to no less than a few letters.
        """
        room = cells - width(say("zero.suggestion", query="", n=self.count)) - len(_KEY) - 2
        text = self.query.text if width(self.query.text) <= room else self.changed
        words = shorten(text, max(room, _LEAST))
        question = say("zero.suggestion", query=words, n=self.count)
        action = "screen.suggested"
        return Span(question, "link", action=action), Span(f" {_KEY} ", "accent", action=action)


async def suggested(catalog: Catalog, asked: Query, answer: Answer) -> Suggestion | None:
    """What to suggest for a query, worked out in a thread; cancelled until that begins.

    Raises:
        RituiError: The directory cannot be read.
    """
    from ritui.store.suggest import LITTLE

    if len(answer) > LITTLE:
        return None
    await asyncio.sleep(_PAUSE)
    query = await asyncio.to_thread(catalog.suggest, asked)
    if query is None:
        return None
    changed = " ".join(str(c) for c in query.conditions if c not in asked.conditions)
    return Suggestion(query, changed, len(await asyncio.to_thread(catalog.search, query)))


def apology(
    say: Messages,
    asked: Query,
    drops: Sequence[tuple[Condition, int]],
    meant: Suggestion | None,
    cells: int,
) -> list[Line]:
    """What stands in the place of records when there are none.

    Args:
        say: The words.
        asked: What was asked.
        drops: The conditions without which there would be some, and how many.
        meant: What may have been meant; it takes a line that was empty, so that nothing moves
            when it comes.
        cells: Those of a line.
    """
    offer = (Span("  "), *meant.spans(say, cells - 2)) if meant else ()
    lines: list[Line] = [(Span("  " + say("zero.nothing", query=str(asked))),), offer]
    for condition, count in drops[:_DROPS]:
        text = say("zero.without", condition=chip_text(condition, say), n=count)
        place = asked.conditions.index(condition)
        lines.append((Span("  " + text, "link", action=f"screen.widen({place})"),))
    lines.append((Span("  " + say("zero.everything"), "faint"),))
    return lines


def chip_text(condition: Condition, say: Messages) -> str:
    """A condition in a few words: ``country = Argentina``."""
    sign = "≠" if condition.negated else "="
    if condition.key in {"word", "phrase"}:
        return str(condition)
    values = ", ".join(say.label(condition.key, value) for value in condition.values)
    label = say.get(f"facet.{condition.key}", condition.key).lower()
    return f"{label} {sign} {values}"
