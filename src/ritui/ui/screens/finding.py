"""Finding: a page with a text in which a word can be found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.widgets import Input

from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar
from ritui.ui.widgets.linked import Findable


class FindingPage(Page[None]):
    """What ``/``, ``n`` and ``N`` do where one text is read."""

    READ: ClassVar[type[Findable]]
    """The panel that holds it."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is looked for.

        Args:
            desk: What to work with.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._matches: Sequence[int] = ()

    async def action_find(self) -> None:
        """Find a text in what is shown."""
        if not self.query(Input):
            line = Input(placeholder=self._say("screen.find"), id="typed", compact=True)
            await self.mount(line, after=self.query_one("#head", Bar))
        self.set_focus(self.query_one(Input))

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        text = self.query_one(self.READ)
        self._matches = text.find(message.value)
        if self._matches:
            text.scroll_to(y=self._matches[0], animate=False)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.query_one(self.READ).focus()
        self.query_one(Input).remove()

    def places(self) -> Sequence[int]:
        """The lines that are gone through one by one."""
        return self._matches

    def action_next_match(self) -> None:
        """To the next place of the text."""
        self._to_match(lambda y, top: y > top, self.places())

    def action_previous_match(self) -> None:
        """To the place of the text before."""
        self._to_match(lambda y, top: y < top, self.places()[::-1])

    def _to_match(self, beyond: Callable[[int, int], bool], places: Sequence[int]) -> None:
        text = self.query_one(self.READ)
        top = text.scroll_offset.y
        place = next((y for y in places if beyond(y, top)), places[0] if places else None)
        if place is None:
            self.notify(self._say("toast.no-match"), timeout=2, markup=False)
        else:
            text.scroll_to(y=place, animate=False)

    def end_finding(self) -> bool:
        """Look for nothing any more; whether something was looked for."""
        if not self.query(Input) and not self._matches:
            return False
        self._matches = ()
        text = self.query_one(self.READ)
        text.find("")
        text.focus()
        self.query(Input).remove()
        return True
