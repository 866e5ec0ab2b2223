"""Copy: what of the chosen records is to be copied; the text itself is seen before."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType

from ritui.services.copied import WHAT, Chosen, chosen, text_of
from ritui.text import fit, width, wrap
from ritui.ui.actions import actions_of, bindings, key_names
from ritui.ui.clipboard import copy_and_tell
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.lines import Cursor, Line, Span, Text

_PREVIEW: Final = 400
"""Lines of a text that are shown; all of it is copied."""
_BEGINS: Final = 400
"""Characters of a text that are looked at for its row."""


class Offers(Cursor):
    """What can be copied: a letter, what it is, and how it begins."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        super().__init__(id="offers")
        self._rows: Sequence[tuple[str, str]] = ()
        self._texts: Sequence[str] = ()

    def show(self, rows: Sequence[tuple[str, str]], texts: Sequence[str]) -> None:
        """Show the rows: key and label of each, and its text."""
        self._rows, self._texts = rows, texts
        self.resize_content(len(rows))
        self.refresh()

    def line(self, y: int) -> Line:
        """A row; faint where there is nothing to copy."""
        if y >= len(self._rows):
            return ()
        key, label = self._rows[y]
        column = max(width(each) for _, each in self._rows) + 2
        mark, look = self.mark_of(y)
        begins = " ".join(self._texts[y][:_BEGINS].split()) or "—"
        room = max(0, self.across - column - 6)
        spans = (f"{mark}{key:<4}", fit(label, column), fit(begins, room))
        if look:
            return (Span("".join(spans), look),)
        is_empty = not self._texts[y]
        looks = ("faint", "faint", "faint") if is_empty else ("accent", "text", "faint")
        return tuple(Span(text, each) for text, each in zip(spans, looks, strict=True))


class CopyScreen(Page[None]):
    """What can be copied of some records; a letter copies it and goes back."""

    CSS_PATH = "copy.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("copy")
    AUTO_FOCUS = "#offers"

    def __init__(self, desk: Desk, ids: Sequence[str]) -> None:
        """A menu on some records.

        Args:
            desk: What to work with.
            ids: Which ones.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._ids = ids
        self._chosen = Chosen((), {}, "")
        self._texts: Mapping[str, str] = dict.fromkeys(WHAT, "")
        self._loaded = asyncio.Event()

    def compose(self) -> ComposeResult:
        """Where one is, what can be copied, the text, the keys."""
        yield Bar(id="head")
        yield Offers()
        yield Text(id="preview")
        yield Keys(actions_of("copy", "app"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Read the records."""
        self._load()

    @work(exclusive=True, group="texts")
    async def _load(self) -> None:
        """Make the texts; of many records that takes a moment."""
        catalog, say = self._desk.catalog, self._say

        def make() -> tuple[Chosen, dict[str, str]]:
            found = chosen(catalog, self._ids, say, lambda: self._desk.keeping.shelf)
            return found, {what: text_of(what, found, say) for what in WHAT}

        self._chosen, self._texts = await asyncio.to_thread(make)
        self._loaded.set()
        if self.is_mounted and self.query(Offers):
            self._show()

    def _show(self) -> None:
        say, count = self._say, len(self._chosen.records)
        name = self._chosen.records[0].called(say.language) if count == 1 else ""
        told = name or say("copy.records", n=count)
        self.query_one("#head", Bar).show([
            Span(f" {say('copy.title')} ", "accent"),
            Span(shorten(told, max(10, self.app.size.width - 20)), "title"),
        ])  # fmt: skip
        own = {each.id: key_names(each, self._desk.keys)[0] for each in actions_of("copy")}
        rows = [(own[f"copy-{what}"], say(f"action.copy-{what}.label")) for what in WHAT]
        self.query_one(Offers).show(rows, [self._texts[what] for what in WHAT])
        self._show_text()

    def on_resize(self) -> None:
        """Wrap again: the width may be another."""
        self.call_after_refresh(self._show_text)

    @on(Cursor.Moved)
    def _show_text(self) -> None:
        panel = self.query_one("#preview", Text)
        text = self._texts[self._under_cursor] or self._say("copy.nothing")
        panel.border_title = self._say(f"action.copy-{self._under_cursor}.label")
        lines = text.split("\n", _PREVIEW)[:_PREVIEW]
        room = max(8, panel.across)
        panel.show([(Span(part),) for line in lines for part in wrap(line, room)])

    @property
    def _under_cursor(self) -> str:
        return WHAT[self.query_one(Offers).cursor]

    @work(exclusive=True, group="copy")
    async def _copy(self, what: str) -> None:
        # A letter that is typed at once means what it would have meant a moment later.
        await self._loaded.wait()
        text = self._texts[what]
        if not text:
            self.notify(self._say("copy.nothing"), timeout=4, markup=False)
            return
        outcome = await copy_and_tell(self.app, self._say, text)
        if outcome.is_hopeful and self.is_current:
            self.dismiss()

    def action_copy_this(self) -> None:
        """Copy what the cursor is on."""
        self._copy(self._under_cursor)

    def action_copy_link(self) -> None:
        """Copy the address."""
        self._copy("link")

    def action_copy_name(self) -> None:
        """Copy the name."""
        self._copy("name")

    def action_copy_citation(self) -> None:
        """Copy the citation."""
        self._copy("citation")

    def action_copy_contact(self) -> None:
        """Copy the contacts."""
        self._copy("contact")

    def action_copy_markdown(self) -> None:
        """Copy all of it as Markdown."""
        self._copy("markdown")

    def action_copy_json(self) -> None:
        """Copy all of it as JSON."""
        self._copy("json")

    def action_copy_id(self) -> None:
        """Copy the id."""
        self._copy("id")

    def action_close(self) -> None:
        """Back, with nothing copied."""
        self.dismiss()
