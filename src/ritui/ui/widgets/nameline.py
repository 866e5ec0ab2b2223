"""Name line: a line to type a name into, with what it is a name of."""

from __future__ import annotations

from collections.abc import Sequence

from textual.suggester import SuggestFromList
from textual.widgets import Input

from ritui.i18n import Messages
from ritui.ui.widgets.bars import shorten
from ritui.ui.widgets.lines import Span


class NameLine(Input):
    """A name; what stands there at first is taken as a whole, or typed over."""

    def __init__(self, what: str, value: str, known: Sequence[str] = ()) -> None:
        """A line to type into.

        Args:
            what: What is named, and so what is to be done with the name.
            value: The name to begin with.
            known: Names to complete what is typed to.
        """
        super().__init__(
            value,
            id="name",
            compact=True,
            select_on_focus=True,
            suggester=SuggestFromList(known, case_sensitive=False) if known else None,
        )
        self.what = what


def asking_spans(question: str, say: Messages, columns: int) -> list[Span]:
    """What is asked for, to stand beside the line."""
    asked = shorten(question, max(10, columns // 3))
    return [Span(f" {asked} ", "title"), Span(f" {say('shelf.ask-hint')} ", "faint")]
