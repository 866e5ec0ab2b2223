"""Asking: a view of what is asked of the directory, which can be changed from it."""

from __future__ import annotations

from textual import events, on
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.model.query import Query, parse
from ritui.ui.desk import Desk
from ritui.ui.messages import Ask, Asked, CatalogChanged
from ritui.ui.screens.page import Page


class AskingPage(Page[None]):
    """A page on the one query of all views.

    It has a container ``#line`` with a bar ``#asked`` in it. The page itself follows every letter
    that is typed; the other views are told when the line is done.
    """

    def __init__(self, desk: Desk) -> None:
        """A page on what is asked now.

        Args:
            desk: What to work with.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._trail: list[Query] = []
        """What was asked before each step that was taken here."""
        self._typed: Query | None = None
        self._trouble = ""

    @property
    def asked(self) -> Query:
        """What is shown: what is being typed, or else what is asked of the directory."""
        return self._desk.asking.query if self._typed is None else self._typed

    def ask(self, query: Query, *, show: bool = False) -> None:
        """Ask something else; the way back is remembered.

        Args:
            query: What to ask.
            show: Whether the list of what is found is wanted.
        """
        before = self._desk.asking.query
        if query != before:
            self._trail.append(before)
        if query != before or show:
            self.post_message(Ask(query, show))

    def answer(self) -> object:
        """Find out what `asked` gives, and show it."""
        raise NotImplementedError

    def show_asked(self) -> None:
        """Show what is asked, and what is wrong with it."""
        raise NotImplementedError

    @on(Asked)
    def _is_asked(self) -> None:
        self._typed = None
        self.answer()

    @on(CatalogChanged)
    def _is_changed(self) -> None:
        self.answer()

    def action_widen(self, place: int) -> None:
        """Take one condition back: what a click on it does."""
        if place < len(self.asked.conditions):
            self.ask(self.asked.without(self.asked.conditions[place]))

    def filter_by(self, facet: str) -> None:
        """Narrow by every facet there is, beginning with one; empty for the first."""
        from ritui.ui.screens.filter import FilterScreen

        def asked(query: Query | None) -> None:
            if query is not None:
                self.ask(query)

        self.app.push_screen(FilterScreen(self._desk, self.asked, facet), asked)

    # The line that is typed into.

    @property
    def is_typing(self) -> bool:
        """Whether the line of words is open."""
        return bool(self.query(Input))

    async def action_search(self) -> None:
        """Type words that records must have."""
        if not self.is_typing:
            line = Input(self.asked.text, placeholder=self._say("screen.search"), id="typed",
                         compact=True, select_on_focus=False)  # fmt: skip
            await self.query_one("#line").mount(line, before="#asked")
            self.show_asked()
        self.set_focus(self.query_one(Input))

    @on(Input.Changed, "#typed")
    def _type(self, message: Input.Changed) -> None:
        asked = self._desk.asking.query
        try:
            typed = Query(asked.narrows, asked.sort).with_text(parse(message.value))
        except RituiError as error:
            # Half a word is no mistake yet: it is said, and the last answer stays.
            self._trouble = " ".join(self._say.error(error))
            self.show_asked()
            return
        self._trouble = ""
        if typed != self.asked:
            self._typed = typed
            self.answer()

    @on(Input.Submitted, "#typed")
    @on(events.DescendantBlur, "#typed")
    async def end_search(self) -> None:
        """Close the line, and ask what was typed of the directory."""
        if not self.is_typing or self.is_left:
            return
        await self.query(Input).remove()
        if self.AUTO_FOCUS:
            self.query_one(self.AUTO_FOCUS).focus()
        self._trouble = ""
        if self._typed == self._desk.asking.query:
            self._typed = None
        elif self._typed is not None:
            self.ask(self._typed)
        self.show_asked()

    def undo(self) -> bool:
        """Take the last step back that was taken here; whether there was one."""
        if self._trail:
            self.post_message(Ask(self._trail.pop(), back=True))
            return True
        return False
