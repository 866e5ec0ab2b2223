"""Writing: what puts an exported file on the disk, or leaves alone what is there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from textual import on, work
from textual.widgets import Input

from ritui.errors import CannotWrite, RituiError
from ritui.i18n import Messages
from ritui.services.export import FileExists
from ritui.services.export.making import Making, Stopped
from ritui.services.export.naming import folder_words
from ritui.ui.actions import ACTIONS, key_names
from ritui.ui.desk import Desk
from ritui.ui.refreshing import size_words
from ritui.ui.screens.page import Page
from ritui.ui.widgets.bars import Bar, shorten
from ritui.ui.widgets.exporting import Options, missing_words
from ritui.ui.widgets.lines import Span

if TYPE_CHECKING:
    from ritui.ui.records import WithRecords

_TICK: Final = 0.2
"""Seconds between two looks at what is being written."""


class WritingPage(Page[None]):
    """A page with a file that can be written, by one thread at a time."""

    _desk: Desk
    _say: Messages

    in_the_way: Path | None = None
    """A file that is there already, about which the reader is asked."""
    at_work: tuple[Making, Path] | None = None
    """What is being written, and where."""

    @property
    def file(self) -> Path:
        """Where the file is to be written."""
        raise NotImplementedError

    def made(self) -> Making:
        """What is to be written."""
        raise NotImplementedError

    def watch_work(self) -> None:
        """Show from now on how far the work is."""
        self.set_interval(_TICK, self.show_doing)

    def on_unmount(self) -> None:
        """What is being written when the reader leaves by another way is not wanted."""
        if self.at_work is not None:
            self.at_work[0].stop()

    # What is said.

    def show_doing(self) -> None:
        """Say what is asked, or how far what is being written is."""
        if self.is_left:
            return
        bar, spans = self.query_one("#doing", Bar), self._doing()
        bar.set_class(bool(spans), "-shown")
        bar.show(spans)

    def _doing(self) -> list[Span]:
        say = self._say
        if self.at_work is not None:
            making, path = self.at_work
            name, size = self._short(path), size_words(making.size)
            text = say("export.writing", file=name, done=making.done, size=size,
                       key=self._key("close"))  # fmt: skip
            return [Span(f" {text} ", "accent", action="screen.close")]
        if self.in_the_way is None:
            return []
        question = say("export.in-the-way", file=self._short(self.in_the_way))
        spans = [Span(f" {question} ", "warning")]
        for id_ in ("replace", "keep-file"):
            call = f"screen.{id_.replace('-', '_')}"
            spans.append(Span(f" {self._key(id_)} ", "accent", action=call))
            spans.append(Span(f"{say(f'action.{id_}.label')} ", action=call))
        return spans

    def _short(self, path: Path) -> str:
        return shorten(path.name, max(10, self.size.width - 45))

    def _key(self, id_: str) -> str:
        action = next(each for each in ACTIONS if each.id == id_ and each.place == "export")
        return key_names(action, self._desk.keys)[0]

    # Actions.

    @on(Input.Submitted, "#typed")
    def action_write(self) -> None:
        """Write the file."""
        if self.at_work is None and self.in_the_way is None:
            self._begin(may_replace=False)

    def action_replace(self) -> None:
        """Write the file in the place of the one that is there."""
        self._begin(may_replace=True)

    def action_keep_file(self) -> None:
        """Leave the file that is there alone, and type another name."""
        self.in_the_way = None
        self.show_doing()
        self.set_focus(self.query_one("#typed"))

    def action_copy_text(self) -> None:
        """Copy what would be written, where it is short enough."""
        self._copy(self.made())

    @work(exclusive=True, group="copy")
    async def _copy(self, making: Making) -> None:
        from ritui.ui.clipboard import LIMIT, copy_and_tell

        say = self._say
        try:
            text, missing = await asyncio.to_thread(making.text, LIMIT)
        except RituiError as error:
            cast("WithRecords", self.app).complain(error)
            return
        finally:
            making.stop()
        if text:
            await copy_and_tell(self.app, say, text)
        else:
            told = missing_words(missing, say) if missing else say("export.too-long")
            self.notify(told, severity="warning", markup=False)

    def _begin(self, *, may_replace: bool) -> None:
        making, path = self.made(), self.file
        self.at_work, self.in_the_way = (making, path), None
        # To find out how long it will be is of no use any more.
        self.workers.cancel_group(self, "look")
        # What is done at once is not told while it is done.
        self.query_one("#doing").remove_class("-shown")
        # It ends in its own way when the reader leaves this screen, so it is not this screen's.
        self.app.run_worker(self._write(making, path, may_replace), group="export")

    async def _write(self, making: Making, path: Path, may_replace: bool) -> None:
        app, say = cast("WithRecords", self.app), self._say
        try:
            missing = await asyncio.to_thread(self._put, making, path, may_replace)
        except Stopped:
            app.notify(say("export.stopped"), timeout=4, markup=False)
        except FileExists:
            self.in_the_way = path
            # The answer is a letter.
            self._focus("#formats")
        except RituiError as error:
            app.complain(error)
            self._focus("#typed")
        else:
            if missing:
                app.notify(missing_words(missing, say), severity="warning", markup=False)
            else:
                key = "export.written-events" if making.form == "ics" else "export.written"
                shown = Path(folder_words(path)) / path.name
                text = say(key, n=making.number, file=shown, size=size_words(making.size))
                app.notify(text, timeout=8, markup=False)
                if self.is_current:
                    self.dismiss()
        finally:
            making.stop()
            self.at_work = None
            self.show_doing()

    def _focus(self, selector: str) -> None:
        if self.query(Options):
            self.set_focus(self.query_one(selector))

    def _put(self, making: Making, path: Path, may_replace: bool) -> str:
        """Write it, in a thread; see `Making.write`.

        Raises:
            FileExists, CannotWrite, Stopped: Nothing was written.
        """
        try:
            is_special = path.exists() and not path.is_file() and not path.is_dir()
        except OSError as error:
            raise CannotWrite(path, error.strerror or str(error)) from error
        if is_special:
            # Pipes and terminals are for the command, beside which nothing is drawn.
            raise CannotWrite(path, self._say("export.no-file"))
        return making.write(path, may_replace=may_replace)
