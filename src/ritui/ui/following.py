"""Following: addresses are opened in a browser, or shown and copied where there is none."""

from __future__ import annotations

import os
import sys

from textual import on
from textual.app import App

from ritui.i18n import Messages
from ritui.ui.messages import FollowLink


class WithLinks(App[int]):
    """An app whose screens show addresses."""

    say: Messages

    @on(FollowLink)
    def _follow(self, message: FollowLink) -> None:
        self.follow(message.url)

    def follow(self, url: str) -> None:
        """Open an address in a browser, or show and copy it where there is none."""
        if not url:
            self.notify(self.say("toast.no-link"), timeout=3, markup=False)
        elif _has_graphical_browser():
            self.open_url(url)
            self.notify(self.say("toast.opened", url=url), timeout=4, markup=False)
        else:
            self._copy(url, self.say("clipboard.no-browser"))

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text the surest way there is, and say what became of it."""
        self._copy(text)

    def _copy(self, text: str, why: str = "") -> None:
        from ritui.ui.clipboard import copy_and_tell

        copying = copy_and_tell(self, self.say, text, why)
        self.run_worker(copying, group="clipboard", exclusive=True)


def _has_graphical_browser() -> bool:
    """Whether opening an address leaves the terminal alone."""
    if sys.platform in {"darwin", "win32"}:
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
