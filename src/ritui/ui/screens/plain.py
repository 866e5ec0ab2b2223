"""Plain: records as text on the reader's own screen, for the terminal to select and copy.

The screen of the program is left, and so is the mouse: what is written stays where everything
else stays that was written to the terminal, in its history too, and a line that is too long is
broken by the terminal, which knows that it is one. The program goes on meanwhile, unseen.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.binding import BindingType

from ritui.text import clean, width
from ritui.ui.actions import actions_of, bindings, key_names
from ritui.ui.desk import Desk
from ritui.ui.screens.page import Page

_MOUSE_OFF: Final = "\x1b[?1000l\x1b[?1002l\x1b[?1003l"
_LEAVE: Final = f"{_MOUSE_OFF}\x1b[?1049l\x1b[?7h\x1b[0m\x1b[?25h"
"""Off the screen of programs; lines are broken, and there is a cursor."""
_RETURN: Final = "\r\x1b[A\x1b[2K\x1b[?25l\x1b[?7l\x1b[?1049h"
"""Back: what says how to go on is taken away, and whatever is written next begins a line."""
_STAY: Final = "\x1b[?1049h\x1b[?1049l"
"""Have the terminal remember where it is: there the shell goes on if the program ends now, which
then leaves once more a screen that it left already."""
_CLEAR: Final = "\x1b[H\x1b[2J"


class PlainScreen(Page[None]):
    """Nothing is drawn here: the text is on the other screen of the terminal."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("plain")

    def __init__(self, desk: Desk, text: str, *, mouse: bool) -> None:
        """A text to be shown.

        Args:
            desk: What to work with.
            text: What. Nothing in it is obeyed by the terminal.
            mouse: Whether the program listens to it otherwise.
        """
        super().__init__()
        self._desk = desk
        self._text = clean(text, len(text))
        self._mouse = mouse
        self._pages: Sequence[str] = ()
        self._is_out = False

    def _compositor_refresh(self) -> None:
        """Draw nothing: the terminal shows its other screen."""

    def on_screen_resume(self) -> None:
        """Show the text, on top or again."""
        self._pages = self._paged()
        self._go_out()
        self._write_page()

    def on_screen_suspend(self) -> None:
        """Something else is to be drawn: it belongs on the screen of the program."""
        if self._is_out:
            self._come_back()

    def on_key(self, event: events.Key) -> None:
        """Let no key but those of this place do anything: one could not see what it does."""
        own = self._desk.keys
        mine = [
            key
            for action in actions_of("plain")
            for key in own.get(action.id, action.keys.split(","))
        ]
        if event.key not in mine:
            event.stop()

    def action_go_on(self) -> None:
        """The next page where a terminal has no history; after the last, back."""
        if self._pages:
            self._write_page()
            return
        self._come_back()
        self.dismiss()

    # The terminal.

    def _go_out(self) -> None:
        self._is_out = True
        self._write(_LEAVE + (_CLEAR if _has_one_screen() else ""))

    def _come_back(self) -> None:
        self._is_out = False
        self._write(_RETURN)
        driver = self.app._driver
        if self._mouse and driver is not None:
            for name in ("_enable_mouse_support", "_enable_mouse_pixels"):
                enable = getattr(driver, name, None)
                wanted = name == "_enable_mouse_support" or getattr(driver, "_mouse_pixels", False)
                if enable is not None and wanted:
                    enable()
        # What the terminal shows now, nobody knows.
        self.app.call_later(self.app.run_action, "app.redraw")

    def _write_page(self) -> None:
        page, *self._pages = self._pages
        say, action = self._desk.say, actions_of("plain")[0]
        key = key_names(action, self._desk.keys)[0]
        told = say("plain.more" if self._pages else "plain.back", key=key)
        self._write(page.replace("\n", "\r\n") + f"\r\n\r\n[{told}]\r\n{_STAY}")

    def _write(self, data: str) -> None:
        if self.app._driver is not None:
            self.app._driver.write(data)

    def _paged(self) -> list[str]:
        """The text as a whole, or by the screen where what scrolls away is lost."""
        if os.environ.get("TERM") != "linux":
            return [self._text]
        columns, lines = self.app.size
        pages: list[list[str]] = [[]]
        room = lines - 3
        for line in self._text.split("\n"):
            taken = max(1, -(-width(line) // max(1, columns)))
            if taken > room and pages[-1]:
                pages.append([])
                room = lines - 3
            pages[-1].append(line)
            room -= taken
        return ["\n".join(page) for page in pages]


def _has_one_screen() -> bool:
    """Whether the terminal shows what was written on the screen of programs still after it."""
    term = os.environ.get("TERM", "")
    return term.startswith(("linux", "vt")) or bool(os.environ.get("STY"))
