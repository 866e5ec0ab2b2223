"""Lined: a page that asks for one line of text, at its top, and goes on with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual import on, work
from textual.widgets import Input

from ritui.errors import RituiError
from ritui.i18n import Messages
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar
from ritui.ui.widgets.nameline import NameLine, asking_spans


class LinedPage(Page[None]):
    """A page with a bar ``#head``, below which a line is typed into when one is asked for."""

    _say: Messages
    _then: Callable[[str], object] | None = None

    def show_head(self) -> None:
        """Say where one is."""
        raise NotImplementedError

    @property
    def is_asking(self) -> bool:
        """Whether a line is typed into."""
        return self._then is not None

    async def ask_line(self, question: str, value: str, then: Callable[[str], object]) -> None:
        """Ask for a line.

        Args:
            question: What is asked for.
            value: What stands there at first.
            then: What is done with what is typed; nothing when the reader leaves it.
        """
        if self._then is not None:
            return
        self._then = then
        line = NameLine(question, value)
        await self.mount(line, after="#head")
        head = asking_spans(question, self._say, self.app.size.width)
        self.query_one("#head", Bar).show(head)
        self.set_focus(line)

    def end_line(self) -> None:
        """Take the line away."""
        self._then = None
        self.query("#name").remove()
        self.set_focus(self.query_one(self.AUTO_FOCUS or "*"))
        self.show_head()

    @work(exclusive=True, group="write")
    async def write_new(self, path: Path, text: str) -> None:
        """Write a new file, and say where it is, or why it is not."""
        from ritui.services.export import FileExists
        from ritui.services.fresh import write_fresh

        try:
            written = await asyncio.to_thread(write_fresh, path, [text])
        except RituiError as error:
            what, remedy = self._say.error(error)
            # What there is already cannot be replaced from here.
            told = what if isinstance(error, FileExists) else f"{what} {remedy}"
            self.notify(told, severity="error", timeout=12, markup=False)
            return
        self.notify(self._say("compare.written", file=written), timeout=8, markup=False)

    @on(Input.Submitted, "#name")
    def _take_line(self, message: Input.Submitted) -> None:
        message.stop()
        then = self._then
        self.end_line()
        if then is not None:
            then(message.value)
