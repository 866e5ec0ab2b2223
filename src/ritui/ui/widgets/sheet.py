"""Sheet: one page of the pilots, as lines whose links can be walked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Final

from ritui.i18n import Messages
from ritui.services.pilots.matter import Fact, Page
from ritui.text import width, wrap
from ritui.ui.widgets.card import marked
from ritui.ui.widgets.lines import Line, Span
from ritui.ui.widgets.linked import Findable

_LABEL: Final = 14
"""Cells for a label, or a date, beside its text."""
_TAKE: Final = "screen.take("
_ROOMY: Final = 40
"""Cells from which there is room for labels beside the texts."""


class Sheet(Findable):
    """One page."""

    def __init__(self, say: Messages, tops: MutableMapping[str, int], *, id: str) -> None:
        """Nothing yet.

        Args:
            say: The words.
            tops: Where each page was left: its first line in sight, by its id. Kept up to date.
            id: As Textual wants it.
        """
        super().__init__(id=id)
        self._say = say
        self._tops = tops
        self._page: Page | None = None
        self._top = 0
        """Where to go once there are lines: a panel out of sight has none."""
        self._step: Callable[[], None] | None = None
        """What to do then."""

    @property
    def page(self) -> Page | None:
        """The page that is shown."""
        return self._page

    @property
    def fact(self) -> Fact | None:
        """The fact whose link is chosen."""
        if self.stop is None or self._page is None:
            return None
        return self.fact_at(int(self.stop.action[len(_TAKE) : -1]))

    def fact_at(self, number: int) -> Fact:
        """A fact by its place on the page."""
        assert self._page is not None
        return [fact for part in self._page.parts for fact in part.facts][number]

    def display_page(self, page: Page | None) -> None:
        """Show a page, where it was left."""
        same = page is not None and self._page is not None and page.id == self._page.id
        if not same:
            self._top = self._tops.get(page.id, 0) if page else 0
        self._page = page
        self._lay(keep_place=same)

    def walk(self, step: Callable[[], None]) -> None:
        """Go to another link, as soon as there are any."""
        if self.content:
            step()
        else:
            self._step = step

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self._lay(keep_place=True)

    def _lay(self, *, keep_place: bool) -> None:
        self.show(self._lines(), keep_place=keep_place)
        if not self.content:
            return
        if self._top:
            self.scroll_to(y=self._top, animate=False)
            self._top = 0
        if self._step:
            step, self._step = self._step, None
            step()

    def watch_scroll_y(self, before: float, now: float) -> None:
        """Remember where the page is left."""
        super().watch_scroll_y(before, now)
        if self._page is not None and self.content:
            self._tops[self._page.id] = round(now)

    def _lines(self) -> list[Line]:
        if self.across <= 0 or self._page is None:
            return []
        lines = list(sheet_lines(self._page, self._say, self.across))
        return [marked(line, self._needle) for line in lines] if self._needle else lines


def sheet_lines(page: Page, say: Messages, cells: int) -> Iterator[Line]:
    """A page laid out in lines of a width; what can be followed does ``screen.take(n)``."""
    for text, look in ((page.title, "title"), (page.names, "faint"), (page.facts, "accent")):
        yield from ((Span(part, look),) for part in wrap(text, cells) if text)
    if page.summary:
        yield ()
        yield from ((Span(part),) for part in wrap(page.summary, cells))
    number = 0
    for part in page.parts:
        yield ()
        look = "warning" if part.key == "caveats" else "accent"
        rule = "─" * max(0, cells - width(part.title) - 1)
        yield (Span(f"{part.title} ", look), Span(rule, "faint"))
        label = ""
        for fact in part.facts:
            is_told = part.key != "from" and fact.text != say("card.not-stated")
            look = "text" if is_told else "faint"
            yield from _fact(fact, number, cells, look, again=fact.label == label)
            label = fact.label
            number += 1


def _fact(fact: Fact, number: int, cells: int, look: str, *, again: bool) -> Iterator[Line]:
    """One fact: beside its label, below the same one of the fact before, or else after a dot."""
    is_link = fact.record or fact.url or fact.query or fact.event
    action = f"{_TAKE}{number})" if is_link else ""
    label = fact.label if fact.label == fact.date else fact.label.replace("-", " ")
    indent = _LABEL if label and cells >= _ROOMY else 2
    is_beside = width(label) < indent
    text = fact.text if is_beside or again else f"{label}: {fact.text}"
    head = "· " if not label else label if is_beside and not again else ""
    head += " " * (indent - width(head))
    whole = f"{text} · {fact.beside}" if fact.beside else text
    left = len(text)
    for part in wrap(whole, max(8, cells - indent)):
        linked, rest = part[:left] if left > 0 else "", part[max(0, left) :]
        left -= len(part) + 1
        spans = (Span(linked, "link" if is_link else look, fact.url, action), Span(rest, "faint"))
        yield (Span(head, "faint"), *(span for span in spans if span.text))
        head = " " * indent
