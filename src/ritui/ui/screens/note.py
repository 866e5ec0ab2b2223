"""Note: what the reader writes on a record. It is kept however the screen is left."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import TextArea

from ritui.errors import RituiError
from ritui.files import replace_file
from ritui.model.shelf import Kept
from ritui.services.library import now
from ritui.store.shelftables import note_text
from ritui.ui.actions import actions_of, bindings
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, Keys, shorten
from ritui.ui.widgets.lines import Span

if TYPE_CHECKING:
    from ritui.ui.records import WithRecords

DRAFT: Final = 2.0
"""Seconds after a letter until what is written is kept; not more often than that."""
_ENDS: Final = ("SIGHUP", "SIGTERM")
"""The terminal is closed, or the program told to end: it then does so without another word."""


class NoteScreen(Page[None]):
    """A text on one record, written to the shelf while it is typed and when it is left."""

    CSS_PATH = "note.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("note")
    AUTO_FOCUS = "#text"

    def __init__(self, desk: Desk, record: Kept, note: str) -> None:
        """A screen on a note.

        Args:
            desk: What to work with.
            record: What the note is on.
            note: The note as it is kept now.
        """
        super().__init__()
        self._desk = desk
        self._say = desk.say
        self._file = desk.keeping.file
        self._record = record
        self._before = note
        self._area = TextArea(
            desk.keeping.unsaved.get(record.id, note),
            id="text",
            highlight_cursor_line=False,
            placeholder=desk.say("note.empty"),
        )
        self._turn = Lock()
        self._timer: Timer | None = None
        self._signals: list[int] = []

    def compose(self) -> ComposeResult:
        """What it is on, the text, the keys."""
        yield Bar(id="head")
        yield self._area
        yield Keys(actions_of("note"), self._say, self._desk.keys)

    def on_mount(self) -> None:
        """Begin at the end of the text; be told when the program is about to be ended."""
        self._area.move_cursor(self._area.document.end)
        self._show_head()
        loop = asyncio.get_running_loop()
        for name in _ENDS:
            number = getattr(signal, name, None)
            # Only the main thread is told of signals, and not on every system.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                    loop.add_signal_handler(number, partial(self._ended, number))
                    self._signals.append(number)

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        self._show_head()

    def on_unmount(self) -> None:
        """Keep what is not kept yet: the reader left by another way than this screen's own."""
        self._deafen()
        if self._timer is not None:
            self._timer.stop()
        try:
            self._write(self._area.text)
        except RituiError as error:
            self._rescue(error)
        else:
            app = cast("WithRecords", self.app)
            if app.is_running and not app._exit:
                app.shelf_changed()

    # Writing.

    @property
    def _is_kept(self) -> bool:
        return note_text(self._area.text) == note_text(self._before)

    def _write(self, text: str) -> str | None:
        """Write a text to the shelf, one after the other; may be called by any thread.

        Returns:
            The note as it is kept, or None when there was nothing to write.

        Raises:
            ShelfDamaged, CannotWrite: It is not kept.
        """
        with self._turn:
            if note_text(text) == note_text(self._before):
                return None
            kept = self._file.note(self._record, text, self._before, now())
            self._before = note_text(text)
            self._desk.keeping.unsaved.pop(self._record.id, None)
            return kept

    async def _keep(self) -> bool:
        """Write what stands there now; whether it is kept."""
        text = self._area.text
        try:
            kept = await asyncio.to_thread(self._write, text)
        except RituiError as error:
            self._desk.keeping.unsaved[self._record.id] = text
            cast("WithRecords", self.app).complain(error)
            return False
        if kept is not None:
            if kept != note_text(text) and self._area.text == text:
                # Somebody else wrote on it as well; the reader is to see both.
                self._before = kept
                self._area.load_text(kept)
                self._area.move_cursor(self._area.document.end)
                self.notify(self._say("note.joined"), timeout=8, markup=False)
            cast("WithRecords", self.app).shelf_changed()
        self._show_head()
        return True

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._timer is None and not self._is_kept:
            self._timer = self.set_timer(DRAFT, self._draft)
        self._show_head()

    @work(exclusive=False, group="draft")
    async def _draft(self) -> None:
        self._timer = None
        await self._keep()

    def _ended(self, number: int) -> None:
        """Keep the note, and then end as the signal wants it."""
        with suppress(RituiError):
            self._write(self._area.text)
        self._deafen()
        os.kill(os.getpid(), number)

    def _deafen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in self._signals:
            loop.remove_signal_handler(number)
        self._signals.clear()

    def _rescue(self, error: RituiError) -> None:
        """Put a note that the shelf does not take where it can be found again, and say where."""
        self._desk.keeping.unsaved[self._record.id] = self._area.text
        data = note_text(self._area.text).encode() + b"\n"
        name = f"ritui-note-{self._record.id[:80]}.txt"
        for folder in (self._file.path.parent, Path(tempfile.gettempdir())):
            with suppress(OSError):
                replace_file(folder / name, [data], mode=0o600)
                text = self._say("note.rescued", name=self._record.name, file=folder / name)
                break
        else:
            text = self._say("note.in-memory")
        self.app.notify(f"{self._say.error(error)[0]} {text}", severity="error", timeout=20,
                        markup=False)  # fmt: skip
        if self.app._exit:
            from rich.text import Text

            # What is printed once the terminal is the reader's again.
            self.app._exit_renderables.append(Text(text))

    # What is shown, and leaving.

    def _show_head(self) -> None:
        if self not in self.app.screen_stack:
            # A draft was kept while the reader left.
            return
        state = self._say("note.saved" if self._is_kept else "note.unsaved")
        name = shorten(self._record.name, max(10, self.app.size.width - 30))
        self.query_one("#head", Bar).show(
            [Span(f" {self._say('note.title')} ", "accent"), Span(name, "title")],
            [Span(f" {state} ", "faint")],
        )

    async def action_done(self) -> None:
        """Keep the note and go back; where it cannot be kept, stay, and the next time go."""
        failed = self._desk.keeping.unsaved.get(self._record.id)
        if await self._keep() or failed == self._area.text:
            self.dismiss()
